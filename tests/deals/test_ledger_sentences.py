"""Movements, offers and proposals as sentences, and that names-only leaves out the figures."""

from typing import Any
from uuid import uuid4

import pytest

from deals.sentences import CommitmentName, Detail, Names, sentence
from institutions.models import Event

HANOK, RHEIN, LOAN = uuid4(), uuid4(), uuid4()
NAMES = Names(
    institutions={HANOK: "Hanok", RHEIN: "Rhein"},
    commitments={LOAN: CommitmentName(HANOK, "effective", "senior_loan")},
)
MONEY = {"owner_id": str(HANOK), "amount": "60000000.0000", "currency": "USD", "effective_on": "2026-05-01"}
MOVEMENT = MONEY | {"commitment_id": str(LOAN), "kind": "drawdown", "state": "confirmed", "level": "lead"}


def said(table: str, after: dict[str, Any], before: dict[str, Any] | None = None, detail: Detail = Detail.FULL) -> str:
    event = Event(table=table, action="updated" if before else "created", before=before, after=after, xact=1)
    return sentence(event, NAMES, detail)


def test_a_drawdown_is_told_with_its_amount_and_day() -> None:
    assert said("deals_movement", MOVEMENT) == (
        "Hanok recorded in the ledger of Hanok's effective commitment: drawdown: USD 60,000,000, effective 2026-05-01, "
        "told to the lead."
    )
    assert said("deals_movement", MOVEMENT, detail=Detail.NAMES) == (
        "Hanok recorded in the ledger of Hanok's effective commitment: drawdown."
    )


@pytest.mark.parametrize(
    ("state", "done"), [("prepared", "prepared"), ("rejected", "rejected"), ("confirmed", "recorded")]
)
def test_an_increase_is_told_as_it_stands(state: str, done: str) -> None:
    after = MOVEMENT | {"kind": "increase", "state": state}
    assert said("deals_movement", after, {"state": "prepared"}).startswith(f"Hanok {done} in the ledger")


def test_an_offer_and_its_withdrawal() -> None:
    after = MONEY | {"to_id": str(RHEIN), "state": "confirmed", "withdrawn_on": None, "reference": "TC 1"}
    assert said("deals_transfer", after) == (
        "Hanok offered a transfer to Rhein: USD 60,000,000, effective 2026-05-01, reference TC 1."
    )
    gone = said("deals_transfer", after | {"withdrawn_on": "2026-05-02"}, {"withdrawn_on": None})
    assert gone.startswith("Hanok withdrew its offer of a transfer to Rhein")


def test_a_proposal_of_the_agent() -> None:
    after = MONEY | {"to_id": str(RHEIN), "kind": "drawdown", "withdrawn_on": None, "reference": ""}
    assert said("deals_movementproposal", after) == (
        "Hanok proposed a drawdown to Rhein: USD 60,000,000, effective 2026-05-01."
    )
