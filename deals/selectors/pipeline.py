"""Deals by status with what their money comes to, as the asker sees them; the newest of each, in few questions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Deal, DealRole, DealStatus, Party, Project, ProjectMineral
from deals.money import Money
from deals.selectors.figures import Gap, Sum
from deals.selectors.projects import standing_at
from deals.selectors.stack import DEFAULT_CURRENCY, gap_to, sum_of

# Of each status on the board; in the table of all.
IN_A_COLUMN, IN_THE_TABLE = 10, 60
# Whether a gap is open is worked out for the newest of those that the other filters leave.
LOOKED_AT = 200
COLUMNS = (
    DealStatus.DRAFT, DealStatus.IN_MARKET, DealStatus.ALLOCATING,
    DealStatus.DOCUMENTATION, DealStatus.CLOSED, DealStatus.COMPLETED,
)  # fmt: skip
ASIDE = (DealStatus.SUSPENDED, DealStatus.CANCELLED)


class GapKind(StrEnum):
    """What a deal still lacks of its target, in firm money."""

    OPEN = "open"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Filters:
    """Which deals; what is empty filters nothing."""

    mineral: UUID | None = None
    stage: str = ""
    country: str = ""
    cls: str = ""
    gap: str = ""
    mine: UUID | None = None


@dataclass(frozen=True)
class Sums:
    """What a deal's money for its base comes to, in the target's currency, class by class and never together.

    `target` is None where there is none; what no rate converts counts as of unknown amount.
    """

    currency: str
    target: Money | None
    all: dict[Class, Sum] = field(default_factory=dict)
    signed: Sum = field(default_factory=Sum)

    def of(self, cls: Class) -> Money:
        return Money.total(self.all.get(cls, Sum()).converted, self.currency)

    def unknown(self, cls: Class) -> int:
        return self.all.get(cls, Sum()).unknown

    @property
    def to_firm(self) -> Gap:
        return gap_to(self.target, self.all.get(Class.FIRM, Sum()))

    @property
    def to_signed(self) -> Gap:
        return gap_to(self.target, self.signed)

    @property
    def gap_kind(self) -> GapKind:
        short = self.to_firm.short
        if short is None:
            return GapKind.UNKNOWN
        return GapKind.OPEN if short.amount else GapKind.NONE


@dataclass(frozen=True)
class Line:
    """A deal with its sums."""

    deal: Deal
    sums: Sums
    minerals: tuple[str, ...]


@dataclass(frozen=True)
class Pipeline:
    """The newest of each status, how many there are of each, and whether the gap was asked of the newest alone."""

    lines: tuple[Line, ...]
    counts: dict[str, int]
    cut: bool = False


def pipeline(filters: Filters, *, table: bool = False) -> Pipeline:
    """Five questions, however many deals there are."""
    found, cut = chosen(filters), False
    if filters.gap in (GapKind.OPEN, GapKind.NONE):
        newest = list(found.order_by("-told_at", "id").values_list("pk", flat=True)[: LOOKED_AT + 1])
        cut = len(newest) > LOOKED_AT
        sums = sums_of(newest[:LOOKED_AT])
        found = found.filter(pk__in=[pk for pk, sum_ in sums.items() if sum_.gap_kind == filters.gap])
    counts = dict(found.order_by().values_list("status").annotate(n=Count("pk")))
    ordered = found.select_related("owner").prefetch_related("project__minerals__mineral")
    if table:
        rows = list(ordered.order_by("-told_at", "id")[:IN_THE_TABLE])
    else:
        place = Window(RowNumber(), partition_by=F("status"), order_by=[F("told_at").desc(), F("id")])
        rows = list(ordered.annotate(place=place).filter(place__lte=IN_A_COLUMN).order_by("-told_at", "id"))
    sums = sums_of([deal.pk for deal in rows])
    return Pipeline(tuple(Line(deal, sums[deal.pk], _minerals(deal)) for deal in rows), counts, cut)


def chosen(filters: Filters) -> QuerySet[Deal]:
    """The deals, without those that a deal that the asker sees took over."""
    found = Deal.objects.filter(taken_over=None)
    if filters.mineral:
        found = found.filter(
            Exists(ProjectMineral.objects.filter(project=OuterRef("project"), mineral=filters.mineral))
        )
    if filters.stage:
        found = found.filter(project__in=standing_at(Project.objects.order_by(), [filters.stage]))
    if filters.country:
        found = found.filter(project__in=Project.objects.filter(country=filters.country).order_by())
    if filters.cls:
        stages = [stage.code for stage in STAGES.values() if stage.cls == filters.cls]
        of = Q(deal=OuterRef("pk")) | Q(deal=OuterRef("supersedes"))
        found = found.filter(Exists(Commitment.objects.filter(of, stage__in=stages, replaced_by=None)))
    if filters.gap == GapKind.UNKNOWN:
        found = found.filter(target_amount=None)
    return found.filter(takes_part(filters.mine)) if filters.mine else found


def takes_part(institution: UUID) -> Q:
    """Of deals: those that the institution registered, was invited to, has a role in, or has money in.

    Asked deal by deal, so that a page of them does not look all of them up.
    """
    here = OuterRef("pk")
    return (
        Q(owner_id=institution)
        | Q(Exists(Party.objects.filter(deal=here, institution_id=institution, left_on__isnull=True)))
        | Q(Exists(DealRole.objects.filter(deal=here, institution_id=institution)))
        | Q(Exists(Commitment.objects.filter(deal=here, owner_id=institution).order_by()))
    )


# Counted and converted as the stack of each deal does (selectors/stack.py).
_SUMS = f"""
    SELECT d.id, d.currency, d.target_amount::text, c.class, {sum_of("true")}, {sum_of("c.signed")}
    FROM (SELECT max(date) AS day FROM deals_fxrate WHERE date <= current_date) r
    CROSS JOIN (SELECT id, supersedes_id, target_amount, coalesce(nullif(target_currency, ''), %(usual)s) AS currency
                FROM deals_deal WHERE id = ANY (%(deals)s)) d
    LEFT JOIN LATERAL (
        SELECT * FROM deals.stack(array_remove(ARRAY[d.id, d.supersedes_id], NULL), NULL, d.currency, r.day)
        WHERE side = 'money' AND purpose = 'base') c ON true
    GROUP BY d.id, d.currency, d.target_amount, c.class
"""  # noqa: S608  # text of our own


def sums_of(deals: Sequence[UUID]) -> dict[UUID, Sums]:
    """What the money of each comes to; one question for all."""
    if not deals:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"deals": list(deals), "usual": DEFAULT_CURRENCY})
        told = cursor.fetchall()
    found: dict[UUID, Sums] = {}
    for key, currency, target, cls, counted, signed in told:
        money = Money.total(Decimal(target), currency) if target else None
        sums = found.setdefault(key, Sums(currency, money))
        if cls:
            sums.all[Class(cls)] = _read(counted)
        if cls == Class.FIRM:
            found[key] = replace(sums, signed=_read(signed))
    return found


def _read(told: str) -> Sum:
    counted = Sum.read(json.loads(told))
    return replace(counted, unknown=counted.unknown + counted.unconverted)


def _minerals(deal: Deal) -> tuple[str, ...]:
    project = getattr(deal, "project", None)
    return tuple(sorted(link.mineral.name for link in project.minerals.all())) if project else ()
