"""Which lines of commitments.csv stand, and which are earlier steps of one that does (pure)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from deals.demo.facts import CommitmentFact
from deals.demo.report import Report


@dataclass
class Standing:
    """A line that counts, with the lines that it overtook; `key` names it in every load."""

    key: tuple[str, ...]
    fact: CommitmentFact
    earlier: list[CommitmentFact] = field(default_factory=list)


def standing(facts: Sequence[CommitmentFact], report: Report) -> list[Standing]:
    """Every line that counts. An overtaken one that finds no successor is reported."""
    by_what: dict[tuple[str, ...], list[Standing]] = defaultdict(list)
    for fact in facts:
        if not fact.superseded:
            what = _what(fact)
            # Several of one institution and instrument in a deal are normal; their order tells them apart.
            by_what[what].append(Standing((*what, str(len(by_what[what]))), fact))
    for fact in facts:
        if fact.superseded:
            _overtaken(fact, by_what[_what(fact)], report)
    return [one for group in by_what.values() for one in group]


def _what(fact: CommitmentFact) -> tuple[str, ...]:
    return (fact.deal, fact.institution, fact.instrument)


def _overtaken(fact: CommitmentFact, candidates: Sequence[Standing], report: Report) -> None:
    same_role = [one for one in candidates if one.fact.role == fact.role]
    match = candidates if len(candidates) == 1 else same_role
    doubt = {
        0: "no line that stands has this institution, deal and instrument.",
        1: f"{len(candidates)} lines that stand could have overtaken it; kept with the one of the same role.",
    }
    if len(candidates) != 1:
        why = doubt.get(len(match), "several lines that stand could have overtaken it.")
        report.leave_out("commitments.csv", fact.line, "superseded", f"{fact.deal}, {fact.institution}", why)
    if len(match) == 1:
        match[0].earlier.append(fact)
