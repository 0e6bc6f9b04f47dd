"""The network's picture: money by mineral, stage, country and class, cover apart, and gaps by mineral.

Read as everybody in the network reads it, and counted as each deal's own stack counts it (sql/stack.sql); money for the
base alone. A deal whose project yields several minerals counts under each of them, and none of its money is split: what
stands under two minerals is not added together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from deals.lifecycle import Class
from deals.models import Commitment, Deal, DealRole, DealStatus, FxRate, Mineral, ProjectMineral
from deals.money import Money
from institutions.isolation.session import seeing_as_network
from institutions.isolation.standby import on_standby_as_here

OPEN = (DealStatus.IN_MARKET, DealStatus.ALLOCATING, DealStatus.DOCUMENTATION)
REPORTING = "USD"


@dataclass
class Amount:
    """A sum in the reporting currency, of how many rows, of which so many are of unknown amount or without a rate."""

    amount: Decimal = Decimal(0)
    counted: int = 0
    unknown: int = 0
    unconverted: int = 0

    def add(self, other: "Amount") -> None:
        self.amount += other.amount
        self.counted += other.counted
        self.unknown += other.unknown
        self.unconverted += other.unconverted


@dataclass
class Sums:
    """Class beside class, money and cover apart; never added to each other."""

    money: dict[Class, Amount] = field(default_factory=lambda: defaultdict(Amount))
    cover: dict[Class, Amount] = field(default_factory=lambda: defaultdict(Amount))
    deals: set[UUID] = field(default_factory=set)
    # Target minus firm of the deals that are still open, at most; and of how many nobody can tell it.
    gap: Decimal = Decimal(0)
    gap_unknown: int = 0

    def add(self, deal: "_Deal") -> None:
        self.deals.add(deal.id)
        for (cls, cover), amount in deal.sums.items():
            (self.cover if cover else self.money)[cls].add(amount)
        if deal.open:
            if deal.gap is None:
                self.gap_unknown += 1
            else:
                self.gap += deal.gap


@dataclass(frozen=True)
class Line:
    """One mineral, stage of the supply chain or country, with its sums; the key is '' where it is not told."""

    key: str
    name: str
    sums: Sums


@dataclass(frozen=True)
class Picture:
    currency: str
    rates_on: date | None
    whole: Sums
    minerals: tuple[Line, ...]
    chain_stages: tuple[Line, ...]
    countries: tuple[Line, ...]
    # The projects of deals with firm money.
    financed: frozenset[UUID]

    def money(self, amount: Decimal) -> Money:
        return Money.total(amount, self.currency)


@dataclass(frozen=True)
class _Deal:
    id: UUID
    sums: Mapping[tuple[Class, bool], Amount]
    minerals: tuple[str, ...]
    chain_stages: tuple[str, ...]
    country: str
    open: bool
    gap: Decimal | None
    project: UUID | None


def network_picture() -> Picture:
    """As every member of the asker's networks sees it, from a standby where there is one that is as far as the primary.
    Six questions, and two to change who asks."""
    with on_standby_as_here(), seeing_as_network():
        deals, rates_on = _deals()
        names = dict(Mineral.objects.values_list("slug", "name"))
    whole = Sums()
    for deal in deals:
        whole.add(deal)
    return Picture(
        REPORTING,
        rates_on,
        whole,
        _lines(((key, names.get(key, key)), deal) for deal in deals for key in deal.minerals or ("",)),
        _lines(((key, key), deal) for deal in deals for key in deal.chain_stages or ("",)),
        _lines(((deal.country, deal.country), deal) for deal in deals),
        frozenset(deal.project for deal in deals if deal.project and (Class.FIRM, False) in deal.sums),
    )


def _lines(pairs: Iterable[tuple[tuple[str, str], _Deal]]) -> tuple[Line, ...]:
    """The most firm money first; what is not told last."""
    found: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for key, deal in pairs:
        found[key].add(deal)
    lines = [Line(key, name, sums) for (key, name), sums in found.items()]
    return tuple(sorted(lines, key=lambda each: (not each.key, -each.sums.money[Class.FIRM].amount, each.name)))


def _deals() -> tuple[list[_Deal], date | None]:
    today = timezone.now().date()
    rows = list(Deal.objects.exclude(status=DealStatus.CANCELLED).select_related("project").order_by("told_at", "id"))
    before = _taken_over(rows)
    rows = [row for row in rows if row.pk not in before.values()]
    minerals = _minerals({row.project_id for row in rows if row.project_id})
    rates_on = FxRate.objects.filter(date__lte=today).aggregate(newest=Max("date"))["newest"]
    sums = _sums({row.pk: before.get(row.pk) for row in rows}, rates_on or today)
    targets = _targets([(row.pk, row.target_amount, row.target_currency) for row in rows], rates_on or today)
    found = []
    for row in rows:
        # A project that is not told with its deal falls out of the join.
        project = row.project if row.project_id else None
        of = sums.get(row.pk, {})
        found.append(
            _Deal(
                row.pk, of, minerals.get(row.project_id, ()) if row.project_id else (),
                tuple(project.chain_stages) if project else (), project.country if project else "",
                row.status in OPEN, _gap(targets.get(row.pk), of), project.pk if project else None,
            )
        )  # fmt: skip
    return found, rates_on


def _taken_over(rows: Sequence[Deal]) -> dict[UUID, UUID]:
    """By registered deal, the published one in whose place it counts: once, for the first that is told of those whose
    registrar has a part in what is published. Anybody may register a deal over a published one; whoever is no part of
    it takes nothing away."""
    takers = [row for row in rows if row.supersedes_id]
    of = {row.supersedes_id for row in takers}
    parts = set(Commitment.objects.filter(deal__in=of).order_by().values_list("deal_id", "institution_id"))
    parts |= set(DealRole.objects.filter(deal__in=of).order_by().values_list("deal_id", "institution_id"))
    found: dict[UUID, UUID] = {}
    for row in takers:
        published = row.supersedes_id
        if published and (published, row.owner_id) in parts and published not in found.values():
            found[row.pk] = published
    return found


_SUMS = """
    SELECT d.id, c.class, c.side = 'cover', coalesce(sum(c.converted), 0), count(*),
           count(*) FILTER (WHERE c.amount IS NULL),
           count(*) FILTER (WHERE c.amount IS NOT NULL AND c.converted IS NULL)
    FROM unnest(%s::uuid[], %s::uuid[]) d (id, before),
         LATERAL deals.stack(array_remove(ARRAY[d.id, d.before], NULL), NULL, %s, %s) c
    WHERE c.side IN ('money', 'cover') AND c.purpose = 'base'
    GROUP BY 1, 2, 3
"""


def _sums(deals: Mapping[UUID, UUID | None], day: date) -> dict[UUID, dict[tuple[Class, bool], Amount]]:
    """What the base of each deal's stack comes to, with the published deal in whose place it counts."""
    found: dict[UUID, dict[tuple[Class, bool], Amount]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(deals), list(deals.values()), REPORTING, day])
        for deal, cls, cover, amount, counted, unknown, unconverted in cursor.fetchall():
            found[deal][Class(cls), cover] = Amount(amount, counted, unknown, unconverted)
    return found


def _gap(target: Decimal | None, sums: Mapping[tuple[Class, bool], Amount]) -> Decimal | None:
    firm = sums.get((Class.FIRM, False), Amount())
    return None if target is None else max(target - firm.amount, Decimal(0))


def _minerals(projects: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = ProjectMineral.objects.filter(project__in=projects).order_by("mineral__slug")
    found: dict[UUID, list[str]] = defaultdict(list)
    for project, slug in rows.values_list("project_id", "mineral__slug"):
        found[project].append(slug)
    return {project: tuple(dict.fromkeys(slugs)) for project, slugs in found.items()}


def _targets(targets: Sequence[tuple[UUID, Decimal | None, str]], day: date) -> dict[UUID, Decimal]:
    """The targets that there are, converted; without one where no rate does."""
    known = [(pk, str(amount), its) for pk, amount, its in targets if amount is not None and its]
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, v.converted FROM unnest(%s::uuid[], %s::text[], %s::text[]) t (id, amount, currency),"
            " LATERAL deals.convert(t.amount::numeric, t.currency, %s, %s) v",
            [*(list(column) for column in zip(*known, strict=True)), REPORTING, day],
        )
        return dict(cursor.fetchall())
