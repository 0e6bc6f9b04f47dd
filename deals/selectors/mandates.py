"""Mandates: every version that the asker sees, and which of them stand.

A later version of the same owner and name supersedes one from its first day on, among what the asker sees.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable, NegatedExpression

from deals.models import Mandate, Mineral
from deals.selectors.parts import money, texts
from institutions.isolation import moment
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

Mandates = QuerySet[Mandate]

_TEXTS = (
    "id", "name", "since", "ended_on", "chain_stages", "earliest_stage", "countries", "countries_out", "instruments",
    "longest_tenor_months", "link_country", "links", "basis", "inferred", "level", "demo",
)  # fmt: skip


def _others(**than: Any) -> Mandates:
    return Mandate.objects.filter(owner=OuterRef("owner_id"), name=OuterRef("name"), **than)


def is_latest(on: "date | Func[DateField[str | date | Combinable, date]]") -> "NegatedExpression[Combinable]":
    """Whether the asker sees no later version of it that has begun."""
    later = _others(since__lte=on).filter(
        Q(since__gt=OuterRef("since")) | Q(since=OuterRef("since"), created_at__gt=OuterRef("created_at"))
    )
    return ~Exists(later)


def superseded_id() -> Subquery:
    """The last earlier version of it that the asker sees."""
    earlier = _others().filter(
        Q(since__lt=OuterRef("since")) | Q(since=OuterRef("since"), created_at__lt=OuterRef("created_at"))
    )
    return Subquery(earlier.order_by("-since", "-created_at", "pk").values("pk")[:1])


def standing() -> Mandates:
    """The versions that stand today: begun, not ended, and the latest of their name."""
    day = moment.today()
    return Mandate.objects.filter(is_latest(day), Q(ended_on=None) | Q(ended_on__gte=day), since__lte=day)


def _stands(latest: bool, since: date, ended_on: date | None, day: date) -> bool:
    """As `standing` says it of rows."""
    return latest and since <= day and (ended_on is None or ended_on >= day)


# The day on which it is asked, said by the database: the reading's own question stays the same.
_TODAY = Func(template="journal.today()", output_field=DateField())


def _mandates() -> Rows:
    found: Rows = Mandate.objects.values(
        *_TEXTS,
        "owner_id", "network_id", "minerals", "ticket_from", "ticket_to", "currency", "told_at", "updated_at",
        latest=is_latest(_TODAY),
        before_id=superseded_id(),
    )  # fmt: skip
    return found


def _mandate(row: Row) -> Shape:
    today = moment.today()
    return versioned(
        {
            **texts(row, *_TEXTS[:2]),
            "institution": row["owner_id"],
            "network": row["network_id"],
            **texts(row, "since", "ended_on"),
            "stands": _stands(row["latest"], row["since"], row["ended_on"], today),
            "supersedes": row["before_id"],
            "minerals": row["minerals"],
            **texts(row, *_TEXTS[4:9]),
            "ticket_from": money(row["ticket_from"], row["currency"]),
            "ticket_to": money(row["ticket_to"], row["currency"]),
            **texts(row, *_TEXTS[9:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


MANDATES = Reading("mandate", _mandates, _mandate)


class Version(NamedTuple):
    """A version, whether it is the latest of its name that has begun, and whether it stands today."""

    mandate: Mandate
    latest: bool
    stands: bool


def versions_of(institution: UUID) -> list[Version]:
    """All that the asker sees of an institution's, the latest of each name first. One query."""
    today = moment.today()
    rows = (
        Mandate.objects.filter(owner_id=institution)
        .annotate(latest=is_latest(today))
        .select_related("owner")
        .order_by("name", "-since", F("created_at").desc(), "id")
    )
    return [Version(row, row.latest, _stands(row.latest, row.since, row.ended_on, today)) for row in rows]


def mineral_names(mandates: Iterable[Mandate]) -> dict[UUID, str]:
    """The names of the minerals that these name; one query."""
    keys = {key for mandate in mandates for key in mandate.minerals}
    return dict(Mineral.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
