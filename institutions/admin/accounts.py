"""Staff accounts at the log-in: made by the institution's own admins, never by signing up."""

from typing import NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


# An account's address and its resets are its institution's admins' business, not the person's own.
CLOSED_DOORS = ("signup/", "email/", "confirm-email/", "password/reset/", "password/set/")


def closed(_request: HttpRequest, **_rest: str) -> NoReturn:
    """A door of allauth that is not used here."""
    raise Http404
