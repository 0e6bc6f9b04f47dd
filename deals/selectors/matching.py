"""Which institutions a deal could ask, and which deals an institution could join, from what the asker sees of both.

One function of the database judges (sql/matching.sql); nothing is stored, so that nothing is stale (decision 0025).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from deals.models import Commitment, Deal, DealStatus, Mandate
from deals.money import Money
from deals.selectors.mandates import standing
from deals.selectors.pipeline import Sums, sums_of, takes_part

# Deals that still look for money.
OPEN_STATUSES = (DealStatus.IN_MARKET, DealStatus.ALLOCATING)
# Of one page of deals.
MOST_DEALS = 50
# Of those of which mail tells.
MOST_TOLD = 500
# The newest rates.
_DAY = "coalesce((SELECT max(date) FROM deals_fxrate WHERE date <= journal.today()), journal.today())"


class Criterion(StrEnum):
    """What a mandate asks of a deal; `gap` is the deal's own: whether the smallest ticket still fits in."""

    MINERALS = "minerals"
    CHAIN_STAGES = "chain_stages"
    STAGE = "stage"
    COUNTRY = "country"
    INSTRUMENTS = "instruments"
    TICKET = "ticket"
    TENOR = "tenor"
    LINK = "link"
    GAP = "gap"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, said: bool | None) -> "Verdict":
        return cls.UNKNOWN if said is None else cls.PASSED if said else cls.FAILED


@dataclass(frozen=True)
class Match:
    """A deal and a mandate: each criterion's verdict, and how much of the gap the mandate's ticket could fill.

    `smallest` and `fill` are in the deal's currency, at the rates of `rates_on`; None where there is no such limit, no
    gap that is known, or no rate.
    """

    deal: UUID
    mandate: UUID
    verdicts: Mapping[Criterion, Verdict]
    gap: Money | None = None
    smallest: Money | None = None
    fill: Money | None = None

    def count(self, verdict: Verdict) -> int:
        return sum(1 for each in self.verdicts.values() if each is verdict)

    @property
    def fits(self) -> bool:
        return not self.count(Verdict.FAILED)

    @property
    def share(self) -> Decimal:
        """Of the gap, from 0 to 1; 0 where it is not known."""
        if self.fill is None or self.gap is None or not self.gap.amount:
            return Decimal(0)
        return self.fill.amount / self.gap.amount

    @property
    def rank(self) -> tuple[int, int, Decimal]:
        """The less failed, then the less unknown, then the more of the gap it could fill, the further ahead."""
        return self.count(Verdict.FAILED), self.count(Verdict.UNKNOWN), -self.share


def every_match(deal: Deal) -> list[Match]:
    """Each standing mandate of others that the asker sees, against the deal: the fittest first. Four queries."""
    mandates = list(standing().exclude(owner_id=deal.owner_id).order_by("id").values_list("pk", flat=True))
    found = _filled([deal.pk], _judged([deal.pk], mandates))
    return sorted(found, key=lambda each: (each.rank, each.mandate))


def institutions_for(deal: Deal) -> list[Match]:
    """Of each other institution its fittest standing mandate that the asker sees, the fittest first. Five queries."""
    found = every_match(deal)
    owners = dict(Mandate.objects.filter(pk__in=[m.mandate for m in found]).values_list("pk", "owner_id"))
    best: dict[UUID, Match] = {}
    for match in found:
        # What was narrowed meanwhile is told no more.
        if match.mandate in owners:
            best.setdefault(owners[match.mandate], match)
    return list(best.values())


def fitting(institution: UUID) -> list[UUID]:
    """The deals of `deals_for`, without what is left of their gaps, the newest first, at most MOST_TOLD. Three queries,
    one where the institution has no standing mandate."""
    deals, found = _fitting(institution)
    fit = {match.deal for match in found}
    return [deal for deal in deals if deal in fit][:MOST_TOLD]


def deals_for(institution: UUID) -> list[Match]:
    """The deals in the market that fit one of the institution's standing mandates and that it takes no part in: of each
    its best mandate; the fittest first, at most MOST_DEALS. Five queries, one where there is no mandate."""
    deals, found = _fitting(institution)
    newest = {pk: place for place, pk in enumerate(deals)}
    first = sorted(found, key=lambda each: (each.rank, newest[each.deal]))[:MOST_DEALS]
    filled = _filled([match.deal for match in first], first)
    return sorted(filled, key=lambda each: (each.rank, newest[each.deal]))


def _fitting(institution: UUID) -> tuple[list[UUID], list[Match]]:
    """The deals that are open to the institution, the newest first, and of those that fit the fittest mandate."""
    mandates = list(standing().filter(owner_id=institution).order_by("id").values_list("pk", flat=True))
    if not mandates:
        return [], []
    deals = list(_open_to(institution).order_by("-told_at", "id").values_list("pk", flat=True))
    return deals, _judged(deals, mandates, fitting=True)


def institutions_in(deal: Deal) -> set[UUID]:
    """Those that are parties to the deal or have committed to it, as far as the asker sees. Two queries."""
    parties = deal.party_set.filter(left_on__isnull=True).values_list("institution_id", flat=True)
    committed = Commitment.objects.filter(deal=deal).order_by().values_list("institution_id", flat=True)
    return {*parties, *committed}


def _open_to(institution: UUID) -> QuerySet[Deal]:
    """The deals in the market that the asker sees and that the institution takes no part in."""
    found = Deal.objects.filter(status__in=OPEN_STATUSES, taken_over=None)
    return found.exclude(takes_part(institution))


_JUDGED = f"""
    SELECT deal_id, mandate_id, minerals, chain_stages, stage, country, instruments, ticket, tenor, link
    FROM deals.match(%(deals)s::uuid[], %(mandates)s::uuid[], {_DAY}, false)
"""  # noqa: S608  # text of our own
# Of each deal the fittest mandate.
_FITTING = f"""
    SELECT DISTINCT ON (deal_id) deal_id, mandate_id, minerals, chain_stages, stage, country, instruments, ticket,
           tenor, link
    FROM deals.match(%(deals)s::uuid[], %(mandates)s::uuid[], {_DAY}, true)
    ORDER BY deal_id, unknown, mandate_id
"""  # noqa: S608  # text of our own


def _judged(deals: Sequence[UUID], mandates: Sequence[UUID], *, fitting: bool = False) -> list[Match]:
    if not deals or not mandates:
        return []
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"deals": list(deals), "mandates": list(mandates)}
        cursor.execute(_FITTING if fitting else _JUDGED, asked)
        told = cursor.fetchall()
    return [
        Match(deal, mandate, {c: Verdict.of(said) for c, said in zip(Criterion, verdicts, strict=False)})
        for deal, mandate, *verdicts in told
    ]


_TICKETS = f"""
    SELECT m.id, x.currency, low.converted::text, high.converted::text, m.ticket_to IS NULL,
           -- Cover stands beside the money and closes no gap.
           m.instruments <> '{{}}' AND NOT EXISTS (SELECT FROM unnest(m.instruments) i WHERE NOT deals.is_cover(i))
    FROM deals_mandate m CROSS JOIN unnest(%(currencies)s::text[]) x (currency)
    LEFT JOIN LATERAL deals.convert(m.ticket_from, m.currency, x.currency, {_DAY}) low ON m.ticket_from IS NOT NULL
    LEFT JOIN LATERAL deals.convert(m.ticket_to, m.currency, x.currency, {_DAY}) high ON m.ticket_to IS NOT NULL
    WHERE m.id = ANY (%(mandates)s)
"""  # noqa: S608  # text of our own


class _Ticket(NamedTuple):
    """In one currency; None where there is none, or no rate. `unlimited`: there is no largest."""

    low: str | None
    high: str | None
    unlimited: bool
    cover: bool


def _filled(deals: Sequence[UUID], matches: Sequence[Match]) -> list[Match]:
    """The matches with what is left of each deal's gap, and how much of it the ticket could fill; without what was
    narrowed meanwhile. Two queries."""
    if not matches:
        return []
    sums = sums_of(list(dict.fromkeys(deals)))
    currencies = sorted({each.currency for each in sums.values()})
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"mandates": [m.mandate for m in matches], "currencies": currencies}
        cursor.execute(_TICKETS, asked)
        tickets = {(mandate, currency): _Ticket(*told) for mandate, currency, *told in cursor.fetchall()}
    return [
        _with_gap(match, of, ticket)
        for match in matches
        if (of := sums.get(match.deal)) and (ticket := tickets.get((match.mandate, of.currency)))
    ]


def _with_gap(match: Match, sums: Sums, ticket: _Ticket) -> Match:
    gap, currency = sums.to_firm.short, sums.currency
    low, high = (Money.total(Decimal(t), currency) if t else None for t in (ticket.low, ticket.high))
    if gap is None:
        fits_in = None
    elif not gap.amount:
        fits_in = False
    elif low is not None:
        fits_in = gap.amount >= low.amount
    else:
        # No smallest ticket, or one that no rate converts: then its own verdict is unknown as well.
        fits_in = True if match.verdicts[Criterion.TICKET] is not Verdict.UNKNOWN else None
    fill = None
    if gap is not None and fits_in is not False and not ticket.cover:
        most = gap if ticket.unlimited else high
        fill = min(gap, most, key=lambda money: money.amount) if most else None
    verdicts = {**match.verdicts, Criterion.GAP: Verdict.of(fits_in)}
    return Match(match.deal, match.mandate, verdicts, gap, low, fill)
