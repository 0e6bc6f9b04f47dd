"""The smallest sets of institutions that could close a gap together, first those that have worked together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from django.db.models import Count

from deals.models import Commitment, Mandate
from deals.money import Money
from deals.selectors.matching import Match

# Larger sets are looked for no further: a lead does not ask seven banks at once. Of the fittest institutions only.
LARGEST, AMONG, SHOWN = 5, 16, 6


@dataclass(frozen=True)
class Candidate:
    """An institution by its fittest mandate: what it would put in at least and at most, in the deal's currency."""

    institution: UUID
    match: Match
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class ClosingSet:
    """Who together could close the gap; `together`: how many pairs of them are in one deal that the asker sees."""

    members: tuple[Candidate, ...]
    most: Money
    together: int

    @property
    def pairs(self) -> int:
        return len(self.members) * (len(self.members) - 1) // 2


def closing_sets(matches: Sequence[Match], gap: Money | None, *, but: Collection[UUID] = ()) -> list[ClosingSet]:
    """Of the institutions that fit and can put in money, the smallest sets whose largest tickets reach the gap and
    whose smallest do not exceed it, without those who are in the deal already (`but`): what they gave counts there.
    None where the gap is unknown, closed, or out of their reach. Two queries."""
    if gap is None or not gap.amount:
        return []
    candidates = [each for each in _candidates(matches) if each.institution not in but]
    worked = worked_together([each.institution for each in candidates])
    return smallest(candidates, gap, worked)


def smallest(candidates: Sequence[Candidate], gap: Money, worked: Collection[frozenset[UUID]]) -> list[ClosingSet]:
    """The sets, whatever the order of the candidates."""
    # Whoever could fill most is looked at first, so that few are enough.
    first = sorted(candidates, key=lambda each: (-each.most, each.institution))[:AMONG]
    for size in range(1, LARGEST + 1):
        found = [
            ClosingSet(chosen, Money.total(sum((each.most for each in chosen), Decimal(0)), gap.currency), met)
            for chosen in combinations(first, size)
            if sum(each.most for each in chosen) >= gap.amount >= sum(each.least for each in chosen)
            for met in [_met(chosen, worked)]
        ]
        if found:
            return sorted(found, key=_order)[:SHOWN]
    return []


def worked_together(institutions: Collection[UUID]) -> set[frozenset[UUID]]:
    """Pairs that have commitments in one deal, of those that the asker sees. One query."""
    if len(institutions) < 2:
        return set()
    rows = Commitment.objects.filter(institution_id__in=institutions, replaced_by=None).order_by()
    by_deal: dict[UUID, set[UUID]] = defaultdict(set)
    for deal, institution in (
        rows.values_list("deal_id", "institution_id").annotate(n=Count("pk")).values_list("deal_id", "institution_id")
    ):
        by_deal[deal].add(institution)
    return {frozenset(pair) for members in by_deal.values() for pair in combinations(members, 2)}


def _candidates(matches: Iterable[Match]) -> list[Candidate]:
    """Of each institution its fittest mandate that may bring money."""
    fitting = {match.mandate: match for match in matches if match.fits and match.fill is not None}
    best: dict[UUID, Candidate] = {}
    for pk, owner in Mandate.objects.filter(pk__in=fitting).values_list("pk", "owner_id"):
        match = fitting[pk]
        assert match.fill is not None  # noqa: S101  # narrows the type: chosen so
        one = Candidate(owner, match, match.smallest.amount if match.smallest else Decimal(0), match.fill.amount)
        if owner not in best or (match.rank, pk) < (best[owner].match.rank, best[owner].match.mandate):
            best[owner] = one
    return list(best.values())


def _met(chosen: Sequence[Candidate], worked: Collection[frozenset[UUID]]) -> int:
    return sum(frozenset((a.institution, b.institution)) in worked for a, b in combinations(chosen, 2))


def _order(found: ClosingSet) -> tuple[int, Decimal, list[UUID]]:
    return -found.together, -found.most.amount, sorted(each.institution for each in found.members)
