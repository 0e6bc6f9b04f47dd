"""'Who sees this', for the owner of a row: institutions, networks and its own people, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from institutions.isolation.levels import EVERYONE
from institutions.models import Client, Grant, Institution, Network, Staff

EVERYONE_ID = UUID(str(EVERYONE))


@dataclass(frozen=True)
class Sight:
    """One who sees a row, saw it or will. `until` is None where no end is set, `since` where there was no beginning."""

    kind: str
    id: UUID
    name: str
    since: datetime | None
    until: datetime | None
    # Why, as far as that is no more than the row's level: 'owner', 'deal_team', 'grant' or 'level'.
    by: str


@dataclass(frozen=True)
class Audience:
    """Who sees a row now, who will from a later moment, and who saw it earlier and does not any more."""

    now: tuple[Sight, ...]
    coming: tuple[Sight, ...]
    earlier: tuple[Sight, ...]


def who_sees(row_id: UUID, *, me: UUID) -> Audience | None:
    """As the database keeps it; None where the row is not `me`'s own and seen by the asker."""
    found = _members(row_id)
    if not found:
        return None
    at = timezone.now()
    names = names_of(principal for principal, _, _ in found)
    granted = set(Grant.objects.filter(row_id=row_id, ends__gt=at).values_list("institution_id", flat=True))
    seen = sorted(
        (_sight(principal, since, until, names, granted, me) for principal, since, until in found),
        key=lambda sight: (sight.by != "owner", sight.kind, sight.name, str(sight.id), str(sight.since)),
    )
    ended = [sight for sight in seen if sight.until and sight.until <= at]
    coming = [sight for sight in seen if sight not in ended and sight.since and sight.since > at]
    present = [sight for sight in seen if sight not in ended and sight not in coming]
    here = {sight.id for sight in present}
    return Audience(tuple(present), tuple(coming), tuple(sight for sight in ended if sight.id not in here))


def my_networks() -> QuerySet[Network]:
    """Those that the asker's institution is told things in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.principals()")
        return Network.objects.filter(pk__in=cursor.fetchone()[0]).order_by("name", "id")


def names_of(principals: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """What each principal is, and its name; a question for each kind."""
    ids = set(principals)
    kinds: tuple[tuple[str, QuerySet[Institution] | QuerySet[Network] | QuerySet[Staff] | QuerySet[Client], str], ...]
    kinds = (
        ("institution", Institution.objects.all(), "name"),
        ("network", Network.objects.all(), "name"),
        ("person", Staff.objects.all(), "name"),
        ("client", Client.objects.all(), "name"),
    )
    names = {EVERYONE_ID: ("everyone", "Everyone")}
    for kind, rows, column in kinds:
        names |= {key: (kind, name) for key, name in rows.filter(pk__in=ids).values_list("pk", column)}
    return names


def _members(row_id: UUID) -> list[tuple[UUID, datetime | None, datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT principal, starts, ends FROM wall.who_saw(%s)", [row_id])
        found: list[tuple[UUID, datetime | None, datetime | None]] = cursor.fetchall()
        return found


def _sight(
    principal: UUID,
    since: datetime | None,
    until: datetime | None,
    names: dict[UUID, tuple[str, str]],
    granted: set[UUID],
    me: UUID,
) -> Sight:
    kind, name = names[principal]
    if principal == me:
        by = "owner"
    elif kind in ("person", "client"):
        by = "deal_team"
    else:
        by = "grant" if principal in granted else "level"
    return Sight(kind, principal, name, since, until, by)
