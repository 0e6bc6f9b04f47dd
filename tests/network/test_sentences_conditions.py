"""Conditions and warnings as sentences: names in the head, figures, dates and free text after it."""

from typing import Any

import pytest

from deals.sentences import Detail, sentence
from tests.network.test_sentences import KEXIM, LETTER, NAMES, event

CONDITION = {
    "owner_id": str(KEXIM),
    "commitment_id": str(LETTER),
    "text": "Board approval",
    "due_on": "2027-03-31",
    "state": "open",
    "level": "lead",
    "evidence": "",
    "reason": "",
}
NOTICE = {
    "owner_id": str(KEXIM), "commitment_id": str(LETTER), "kind": "validity", "due_on": "2027-03-31", "days": 7,
    "level": "own",
}  # fmt: skip


@pytest.mark.parametrize(
    ("after", "before", "said", "named"),
    [
        (
            {},
            None,
            "KEXIM added a condition precedent of KEXIM's letter of interest: 'Board approval', due by 2027-03-31, "
            "told to the lead.",
            "KEXIM added a condition precedent of KEXIM's letter of interest.",
        ),
        (
            {"commitment_id": None, "due_on": None},
            None,
            "KEXIM added a condition precedent of the deal: 'Board approval', told to the lead.",
            "KEXIM added a condition precedent of the deal.",
        ),
        (
            {"state": "satisfied", "evidence": "Minutes"},
            {"state": "open", "evidence": ""},
            "A condition precedent of KEXIM's letter of interest was satisfied: 'Board approval', evidence Minutes.",
            "A condition precedent of KEXIM's letter of interest was satisfied.",
        ),
        (
            {"state": "lapsed"},
            {"state": "open"},
            "A condition precedent of KEXIM's letter of interest lapsed: 'Board approval'.",
            "A condition precedent of KEXIM's letter of interest lapsed.",
        ),
        (
            {"level": "parties"},
            {"level": "lead"},
            "A condition precedent of KEXIM's letter of interest is now told to parties.",
            "A condition precedent of KEXIM's letter of interest is now told to parties.",
        ),
    ],
)
def test_a_condition(after: dict[str, Any], before: dict[str, Any] | None, said: str, named: str) -> None:
    told = event("condition", CONDITION | after, before)
    assert sentence(told, NAMES) == said
    assert sentence(told, NAMES, Detail.NAMES) == named


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "KEXIM's letter of interest runs out soon: 2027-03-31."),
        ({"days": 0}, "A commitment of KEXIM lapsed: 2027-03-31."),
        (
            {"kind": "availability"},
            "The availability of the tranche of KEXIM's letter of interest ends soon: 2027-03-31.",
        ),
        (
            {"kind": "availability", "days": 0},
            "The availability of the tranche of KEXIM's letter of interest has ended: 2027-03-31.",
        ),
        (
            {"kind": "condition"},
            "A condition precedent of KEXIM's letter of interest is due soon: 2027-03-31.",
        ),
        (
            {"kind": "condition", "days": 0, "commitment_id": None},
            "A condition precedent of the deal is overdue: 2027-03-31.",
        ),
    ],
)
def test_a_warning(facts: dict[str, Any], said: str) -> None:
    told = event("expirynotice", NOTICE | facts)
    assert sentence(told, NAMES) == said
    # A mail that may carry names only carries no day.
    assert "2027" not in sentence(told, NAMES, Detail.NAMES)
