"""Matches with their mandates and a reason for each criterion, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass

from deals.models import Mandate, Mineral
from deals.selectors.matching import Criterion, Match, Verdict
from deals.selectors.sought import sought
from deals.sentences.mandates import reading
from deals.sentences.matching import reason


@dataclass(frozen=True)
class Explanation:
    code: Criterion
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Explained:
    """`reads` is the mandate in words."""

    match: Match
    mandate: Mandate
    reads: str
    criteria: tuple[Explanation, ...]


def explained(matches: Sequence[Match]) -> list[Explained]:
    """In their order. Three queries."""
    if not matches:
        return []
    mandates = Mandate.objects.select_related("owner").in_bulk([each.mandate for each in matches])
    facts = sought({each.deal for each in matches})
    keys = {key for mandate in mandates.values() for key in mandate.minerals}
    keys |= {key for fact in facts.values() for key in fact.minerals}
    minerals = dict(Mineral.objects.filter(pk__in=keys).values_list("pk", "name"))
    read = {key: reading(mandate, minerals) for key, mandate in mandates.items()}
    return [
        Explained(
            match,
            mandates[match.mandate],
            read[match.mandate],
            tuple(
                Explanation(code, verdict, reason(code, match, mandates[match.mandate], facts[match.deal], minerals))
                for code, verdict in match.verdicts.items()
            ),
        )
        for match in matches
        # What was narrowed meanwhile is told no more.
        if match.mandate in mandates and match.deal in facts
    ]
