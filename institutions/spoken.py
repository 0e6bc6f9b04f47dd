"""Codes that pages speak of institutions and of their people, for the catalogues."""

from institutions.models.institution import Function, Kind
from institutions.models.membership import MembershipStatus
from institutions.permissions import SCOPES, Permission, Role

# What a refusal names, as the API calls it.
_NAMED = {"client", "external_reference", "grant", "invitation", "member", "object", "row"}


def spoken_here() -> set[str]:
    """Which words there are to be translated. A role stands as its code does; the rights know no framework."""
    functions = {code.replace("_", " ") for code in Function.values}
    # As a refusal says what is lacking (acting.must).
    rights = {f"the right '{each.value}'" for each in Permission}
    return _NAMED | rights | functions | set(Kind.labels) | set(Role) | set(SCOPES.values())


def of_memberships() -> set[str]:
    """Apart: a membership is suspended or withdrawn otherwise than a deal."""
    return {each for label in MembershipStatus.labels for each in (label, label.lower())}
