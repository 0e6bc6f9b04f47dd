"""Staff accounts at the log-in: made by the institution's own admins, never by signing up."""

from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from institutions.languages import catalogue
from institutions.models import Staff


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count by account and address together: whoever guesses locks out itself alone. The package
        counts by the account; it has no setting for this (65.22)."""
        by_account: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{by_account} {self.get_client_ip(request)}"


# An account's address and its resets are its institution's admins' business, not the person's own.
CLOSED_DOORS = ("signup/", "email/", "confirm-email/", "password/reset/", "password/set/")


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
