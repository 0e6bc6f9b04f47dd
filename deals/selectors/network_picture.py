"""The network's picture: money by mineral, stage, country and class, cover apart, and gaps by mineral.

From what is told to the network or to everyone (sql/network_money.sql). A deal whose project yields several minerals
counts under each of them, and none of its money is split: what stands under two minerals is not added together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils import timezone

from deals.lifecycle import Class
from deals.models import Deal, DealStatus, Mineral, ProjectMineral
from deals.money import Money
from institutions.isolation.levels import Level

TOLD = (Level.NETWORK.value, Level.PUBLIC.value)
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


def network_picture(*, currency: str = REPORTING, on: date | None = None) -> Picture:
    """As every member of the network sees it. Five queries."""
    today = on or timezone.now().date()
    rates_on, sums = _sums(currency, today)
    names = dict(Mineral.objects.values_list("slug", "name"))
    deals = list(_deals(sums, currency, rates_on or today))
    whole = Sums()
    for deal in deals:
        whole.add(deal)
    return Picture(
        currency,
        rates_on,
        whole,
        _lines(((key, names.get(key, key)), deal) for deal in deals for key in deal.minerals or ("",)),
        _lines(((key, key), deal) for deal in deals for key in deal.chain_stages or ("",)),
        _lines(((deal.country, deal.country), deal) for deal in deals),
    )


def _lines(pairs: Iterable[tuple[tuple[str, str], _Deal]]) -> tuple[Line, ...]:
    """The most firm money first; what is not told last."""
    found: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for key, deal in pairs:
        found[key].add(deal)
    lines = [Line(key, name, sums) for (key, name), sums in found.items()]
    return tuple(sorted(lines, key=lambda each: (not each.key, -each.sums.money[Class.FIRM].amount, each.name)))


def _sums(currency: str, on: date) -> tuple[date | None, dict[UUID, dict[tuple[Class, bool], Amount]]]:
    found: dict[UUID, dict[tuple[Class, bool], Amount]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(date) FROM deals_fxrate WHERE date <= %s", [on])
        (rates_on,) = cursor.fetchone()
        cursor.execute("SELECT * FROM deals.network_money(%s, %s)", [currency, rates_on or on])
        for deal, cls, cover, amount, counted, unknown, unconverted in cursor.fetchall():
            found[deal][Class(cls), cover] = Amount(amount, counted, unknown, unconverted)
    return rates_on, found


def _deals(sums: Mapping[UUID, Mapping[tuple[Class, bool], Amount]], currency: str, day: date) -> Iterator[_Deal]:
    told = Deal.objects.filter(level__in=TOLD, taken_over=None).exclude(status=DealStatus.CANCELLED)
    rows = list(
        told.order_by("id").values_list(
            "pk", "supersedes_id", "status", "target_amount", "target_currency", "project_id", "project__country",
            "project__chain_stages", "project__level",
        )
    )  # fmt: skip
    minerals = _minerals([project for *_, project, _country, _stages, _level in rows if project])
    targets = _targets([(pk, amount, its) for pk, _, _, amount, its, *_ in rows], currency, day)
    for pk, before, status, _amount, _currency, project, country, stages, level in rows:
        of = _together(sums.get(pk, {}), sums.get(before, {}) if before else {})
        known = level in TOLD
        yield _Deal(
            pk, of, minerals.get(project, ()) if known else (), tuple(stages or ()) if known else (),
            (country or "") if known else "", status in OPEN, _gap(targets.get(pk), of),
        )  # fmt: skip


def _together(
    one: Mapping[tuple[Class, bool], Amount], other: Mapping[tuple[Class, bool], Amount]
) -> dict[tuple[Class, bool], Amount]:
    """A deal's sums with those of the published one that it took over."""
    found: dict[tuple[Class, bool], Amount] = defaultdict(Amount)
    for each in (one, other):
        for key, amount in each.items():
            found[key].add(amount)
    return found


def _gap(target: Decimal | None, sums: Mapping[tuple[Class, bool], Amount]) -> Decimal | None:
    firm = sums.get((Class.FIRM, False), Amount())
    return None if target is None else max(target - firm.amount, Decimal(0))


def _minerals(projects: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = ProjectMineral.objects.filter(project__in=projects, level__in=TOLD).order_by("mineral__slug")
    found: dict[UUID, list[str]] = defaultdict(list)
    for project, slug in rows.values_list("project_id", "mineral__slug"):
        found[project].append(slug)
    return {project: tuple(dict.fromkeys(slugs)) for project, slugs in found.items()}


def _targets(targets: Sequence[tuple[UUID, Decimal | None, str]], currency: str, day: date) -> dict[UUID, Decimal]:
    """The targets that there are, converted; without one where no rate does."""
    known = [(pk, str(amount), its) for pk, amount, its in targets if amount is not None and its]
    if not known:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, v.converted FROM unnest(%s::uuid[], %s::text[], %s::text[]) t (id, amount, currency),"
            " LATERAL deals.convert(t.amount::numeric, t.currency, %s, %s) v",
            [*(list(column) for column in zip(*known, strict=True)), currency, day],
        )
        return dict(cursor.fetchall())
