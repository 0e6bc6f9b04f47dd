"""Staff accounts at the log-in: made by the institution's own admins, never by signing up."""

import base64
import logging
import re
import secrets
from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.views import list_usersessions
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from institutions.admin.single_sign_on import comes_in_by_its_own, not_let_in
from institutions.isolation.sealing import digest, seal, unseal
from institutions.languages import catalogue, speaking
from institutions.models import Staff
from institutions.services.account_mail import WHAT, note_change
from institutions.services.welcome import choose_password, invited_by

log = logging.getLogger("orebook.log_in")
FACTOR = "second factor"
# Seeds as the package makes them: of an authenticator app, and of recovery codes.
IN_CLEAR = re.compile("[A-Z2-7]{32}|[0-9a-f]{80}")


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count by account and address together: whoever guesses locks out itself alone. The package
        counts by the account; it has no setting for this (65.22)."""
        by_account: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{by_account} {self.get_client_ip(request)}"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """None also for who comes in by the institution's own sign-in alone: the page says the same as to a guess."""
        person = super().authenticate(request, **credentials)
        return None if person is not None and comes_in_by_its_own(person) else person

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> Any:
        """Whoever comes in by the institution's own sign-in alone does so by no passkey of before either."""
        if comes_in_by_its_own(user) and "sociallogin" not in (facts.get("signal_kwargs") or {}):
            log.warning("person:%s comes in by the own sign-in alone", user.pk)
            return not_let_in(request)
        return super().pre_login(request, user, **facts)

    def send_notification_mail(self, template_prefix: str, user: Any, *_args: Any, **_facts: Any) -> None:
        """What is changed of an account is mailed to its person: a row that the worker sends, in words of ours."""
        what = {"password_changed": "password", "password_set": "password"}.get(
            name := template_prefix.rpartition("/")[2], name
        )
        if what in WHAT:
            log.info("person:%s: %s", user.pk, what)
            note_change(user, what)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A line for each wrong password. Of whose account is told by a keyed hash: whether there is one is not asked
        for it, since that would take a time of its own."""
        account = digest(f"log-in {str(credentials.get('email', '')).lower()}")[:16]
        log.warning("wrong password for account %s from %s", account, self.get_client_ip(request))

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "too_many_login_attempts":
            log.warning("stopped: too many failed attempts to log in")
        found: ValidationError = super().validation_error(code, *args)
        return found


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factors: what makes codes is sealed in the database, and each wrong code is a line of the log."""

    def encrypt(self, text: str) -> str:
        return seal(text, to=FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """Of what was sealed with another key nothing fits: the text itself stands in the database: no secret."""
        if text := unseal(encrypted_text, to=FACTOR):
            return text
        # What was kept before there were seals goes on; `seal_again` seals it.
        if IN_CLEAR.fullmatch(encrypted_text):
            return encrypted_text
        log.warning("a second factor is sealed with another key")
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "incorrect_code":
            log.warning("wrong second factor")
        found: ValidationError = super().validation_error(code, *args)
        return found


class PasswordForm(forms.Form):
    """A password that nobody has to repeat: what is typed can be shown."""

    password = forms.CharField(
        label=later("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=later("Twelve characters or more, of any kind: some words that belong together for you alone."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponseBase:
    """The way in for who has no password yet, or is given another. Mail scanners open every link: nothing changes until
    a password is chosen."""
    person = invited_by(token)
    if person is None:
        return render(request, "account/welcome.html", {"form": None}, status=404)
    with speaking(person.language):
        form = PasswordForm(request.POST or None)
        if form.is_valid():
            try:
                choose_password(person, form.cleaned_data["password"])
            except ValidationError as error:
                form.add_error("password", error)
            else:
                messages.success(request, _("Your password is kept. Log in with it."))
                return redirect("account_login")
        answer = render(request, "account/welcome.html", {"form": form, "person": person})
    # The address is the way in: it is told to no other page. Under `no-referrer` browsers would not even say that the
    # form came from here, and it would be refused.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


# Whoever finds an open browser logs nobody out elsewhere: the password or second factor is asked again.
sessions = reauthentication_required(allow_get=True)(list_usersessions)

# An account's address and its resets are its institution's admins' business, not the person's own.
CLOSED_DOORS = ("signup/", "email/", "confirm-email/", "password/reset/", "password/set/", "3rdparty/", "social/")


def closed(_request: HttpRequest, **_rest: str) -> NoReturn:
    """A door of allauth that is not used here."""
    raise Http404


class AccountMiddleware:
    """allauth's pages of a person's own account speak their language, as the site's own do (OrebookSite.admin_view)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        found = request.resolver_match
        if found and found.route.startswith("accounts/") and isinstance(request.user, Staff):
            translation.activate(catalogue(request.user.language))
