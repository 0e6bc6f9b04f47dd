"""The codes of this application's resources."""

from collections.abc import Iterable
from typing import Any

from institutions.isolation.levels import Level
from institutions.models import Decision, Function, Kind, MembershipStatus
from institutions.permissions import SCOPES


def plain(codes: Iterable[str]) -> list[dict[str, Any]]:
    """A list of codes that say all by themselves."""
    return [{"code": str(code)} for code in codes]


CODELISTS: dict[str, list[dict[str, Any]]] = {
    "institution_kinds": plain(Kind.values),
    "institution_functions": plain(Function.values),
    "membership_statuses": plain(MembershipStatus.values),
    "levels": [{"code": level.value, "rank": level.rank, "four_eyes": level.beyond_lead} for level in Level],
    "approval_states": plain(["waiting", *Decision.values]),
    "scopes": [{"code": str(scope), "says": says} for scope, says in SCOPES.items()],
}
