"""What Orebook is made of: applications, middleware, templates, language."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.embedded import addresses

BASE_DIR = Path(__file__).resolve().parent.parent.parent
ORE_DATA = addresses.data_folder()

# The demo of one machine: mail is captured to files, second factors are optional, the fictional layer may be loaded.
DEMO = os.environ.get("ORE_DEMO", "") == "1"
# What kind of installation this is: `sandbox` is told to everybody who sees it (config/settings/sandbox.py).
ENVIRONMENT = os.environ.get("ORE_ENV") or "production"
if ENVIRONMENT not in ("production", "sandbox"):
    raise ImproperlyConfigured(f"ORE_ENV is '{ENVIRONMENT}'. Leave it empty, or set it to sandbox.")
SANDBOX = ENVIRONMENT == "sandbox"
# A sentence that /status tells everybody, such as when it is away for an upgrade.
STATUS_NOTICE = os.environ.get("ORE_STATUS_NOTICE", "")
DEBUG = False
# Workbooks are read by one parser, the guarded one, also where developers have lxml.
os.environ["OPENPYXL_LXML"] = "False"

INSTALLED_APPS = [
    "unfold",
    # config/urls.py loads the pages: commands and workers need none, and start in half the time.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    # allauth's page of passkeys says in words when each was used.
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "institutions",
    "deals",
    "network",
    "config",
]

# Where errors and traces are sent (docs/how-to/observe.md); nowhere unless it is said.
SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
TRACES_TO = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
# Of which release what is sent is.
RELEASE = os.environ.get("ORE_RELEASE", "")

MIDDLEWARE = [
    "config.metrics.MetricsMiddleware",
    "institutions.asked.RequestIdMiddleware",
    # After the one that gives a request its id.
    *(["config.observing.requests.ObservedMiddleware"] if SENTRY_DSN or TRACES_TO else []),
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.browsers.BrowserMiddleware",
    # Within those that say what every answer says, before all that asks the database.
    *(["config.sandbox.marking.SandboxMiddleware"] if SANDBOX else []),
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "institutions.session_ends.SessionEndMiddleware",
    "institutions.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "institutions.isolation.middleware.WallMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "institutions.admin.accounts.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.sandbox.marking.banner",
            ],
        },
    },
]

TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = ORE_DATA / "static"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Serves the packages' own assets without a collectstatic step.
WHITENOISE_USE_FINDERS = True
# No other site reads them.
WHITENOISE_ALLOW_ALL_ORIGINS = False


def _kept(headers: Any, _path: str, url: str) -> None:
    """Fonts stay a day with a browser: a page waits for them (letters.js), and they change with a release of unfold."""
    if url.endswith(".woff2"):
        headers["Cache-Control"] = "max-age=86400, public"


WHITENOISE_ADD_HEADERS_FUNCTION = _kept
