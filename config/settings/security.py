"""Secrets, cookies, hosts, log-in."""

import os
from typing import Any

from config.embedded import addresses
from config.settings.base import DEMO

SECRET_KEY = addresses.secret("django")
# Earlier ones: what they signed is taken, so that nobody is logged out and no link in a mail dies of a new one.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("ORE_SECRET_DJANGO_BEFORE", "").split(",") if key]
# Seals cursors and versions; another key than Django's, so that rotating one leaves the other.
SEAL_KEY = addresses.secret("seal")
# Earlier ones: what they sealed is read, and nothing is sealed with them (docs/how-to/change-secrets.md).
SEAL_KEYS_BEFORE = [key for key in os.environ.get("ORE_SECRET_SEAL_BEFORE", "").split(",") if key]

ALLOWED_HOSTS = os.environ.get("ORE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ORE_ORIGINS", "").split(",") if origin]

HTTPS = os.environ.get("ORE_HTTPS", "0" if DEMO else "1") == "1"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# With this prefix a browser takes them from this very host alone, over https and for all of its paths.
_HERE = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HERE}sessionid"
CSRF_COOKIE_NAME = f"{_HERE}csrftoken"
# Lax, so that whoever comes from their mail or their institution's sign-in is still logged in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# What a page says once names people and amounts: it stays here, and goes into no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Systems are refused over http and not sent on (config/browsers.py).
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^livez$", r"^readyz$", r"^metrics$", r"^api/", r"^oauth/"]
if os.environ.get("ORE_PROXIED", "") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No page runs or loads what is not a file of this site: nothing typed into it becomes a script. Pages that show
# something of others' making (a mail, the API's description) loosen one rule for themselves.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
SESSION_COOKIE_HTTPONLY = True
# No script of ours reads it: forms hold the token, and so does the page of the API's description.
CSRF_COOKIE_HTTPONLY = True
# From the log-in on, and without being used (institutions/session_ends.py).
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_IDLE_SECONDS = 60 * 60

AUTH_USER_MODEL = "institutions.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "institutions.passwords.NotOfItsPlace"},
    {"NAME": "institutions.passwords.NotOfCommonOnes"},
    {"NAME": "institutions.passwords.NotOfALeak"},
    {"NAME": "institutions.passwords.NotTooLong"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "institutions.admin.accounts.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Who asks is who connects, or whom so many proxies of one's own saw: what a client writes into X-Forwarded-For counts
# for nothing.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ORE_PROXIES", "1" if os.environ.get("ORE_PROXIED") == "1" else "0"))
# Wrong passwords: of one account from one address (institutions/admin/accounts.py), and of one address altogether. An
# account is never locked as such, so that nobody is kept out by who guesses from elsewhere.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "100/15m/ip,5/15m/key"}
# Whoever reads /metrics shows it; without one only this machine itself does.
METRICS_TOKEN = os.environ.get("ORE_METRICS_TOKEN", "")
CACHES = {
    "default": {
        "BACKEND": "config.caching.Shared",
        "LOCATION": addresses.broker_client_url(),
        "KEY_PREFIX": "orebook",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# An institution's own sign-in (OpenID Connect), which whoever runs the registry sets up (manage.py single_sign_on).
# A link and no form: what a form leads to must be of this site (form-action), and nothing is changed by going there.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_ADAPTER = "institutions.admin.single_sign_on.OwnSignIn"
# Whoever did not change their password or second factor themselves learns of it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A session ends with the browser, at the latest after its age.
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "institutions.admin.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Orebook"
# Passkeys work on http://localhost in the demo of one machine, and nowhere else without HTTPS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
