"""Events as sentences: what happened, in one line, from the event and the names that its reader may know."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from deals.sentences import CommitmentName, Detail, Names, Weight, merged, sentence, weight
from institutions.models import Event

KEXIM, EFA, JBIC, LETTER, TRANCHE = uuid4(), uuid4(), uuid4(), uuid4(), uuid4()
NAMES = Names(
    institutions={KEXIM: "KEXIM", EFA: "EFA", JBIC: "JBIC"},
    tranches={TRANCHE: "Commercial"},
    commitments={LETTER: CommitmentName(KEXIM, "letter_of_interest", "senior_loan")},
)
COMMITMENT = {
    "institution_id": str(KEXIM),
    "owner_id": str(KEXIM),
    "stage": "letter_of_interest",
    "instrument": "senior_loan",
    "valid_until": "2027-03-31",
    "level": "parties",
    "origin": "registered",
}
LINE = {
    "owner_id": str(EFA),
    "institution_id": str(KEXIM),
    "commitment_id": str(LETTER),
    "amount": Decimal("82000000.0000"),
    "bid": Decimal("95000000.0000"),
    "currency": "USD",
    "state": "confirmed",
}
ACCEPTANCE = {"owner_id": str(KEXIM), "commitment_id": str(LETTER), "answer": "accepted", "state": "confirmed"}
SIZE = {
    "owner_id": str(KEXIM),
    "commitment_id": str(LETTER),
    "amount": Decimal("150000000.0000"),
    "currency": "USD",
    "qualifier": "exact",
    "level": "parties",
}


def event(table: str, after: dict[str, Any], before: dict[str, Any] | None = None, **facts: Any) -> Event:
    return Event(
        table=f"deals_{table}", action="updated" if before else "created", before=before, after=after, xact=1, **facts
    )


def test_a_letter_with_its_size_is_one_sentence() -> None:
    row = uuid4()
    letter = event("commitment", COMMITMENT, row_id=row)
    size = event("size", SIZE | {"commitment_id": str(row)}, row_id=uuid4())
    assert merged([letter, size]) == [(letter, size)]
    assert sentence(letter, NAMES, size=size) == (
        "KEXIM recorded a letter of interest: USD 150,000,000, valid until 2027-03-31, told to parties."
    )


def test_a_size_of_another_transaction_stands_alone() -> None:
    letter = event("commitment", COMMITMENT, row_id=LETTER)
    size = event("size", SIZE, row_id=uuid4())
    size.xact = 2
    assert merged([letter, size]) == [(letter, None), (size, None)]


def test_who_saw_a_row_before_is_not_told_that_it_came_into_sight() -> None:
    row = uuid4()
    changed = event("commitment", COMMITMENT, {"level": "parties"}, row_id=row)
    revealed = event("commitment", COMMITMENT, row_id=row)
    revealed.action = "revealed"
    assert merged([changed, revealed]) == [(changed, None)]
    assert merged([revealed, revealed]) == [(revealed, None)]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            event("allocationline", LINE | {"state": "prepared"}),
            "EFA prepared to allocate to KEXIM: USD 82,000,000 of USD 95,000,000 offered.",
        ),
        (
            event("allocationline", LINE, {"state": "prepared"}),
            "EFA allocated to KEXIM: USD 82,000,000 of USD 95,000,000 offered.",
        ),
        (
            event("allocationline", LINE, {"taken_back_on": None}),
            "EFA took back what it allocated to KEXIM: USD 82,000,000 of USD 95,000,000 offered.",
        ),
        (event("allocationacceptance", ACCEPTANCE, {"state": "prepared"}), "KEXIM accepted its allocation."),
        (
            event("allocationacceptance", ACCEPTANCE | {"answer": "declined"}, {"state": "prepared"}),
            "KEXIM declined its allocation.",
        ),
        (event("allocationacceptance", ACCEPTANCE, {"given_back_on": None}), "KEXIM gave its allocation back."),
        (
            event(
                "allocation",
                {
                    "owner_id": str(EFA),
                    "tranche_id": str(TRANCHE),
                    "total": Decimal(155000000),
                    "currency": "USD",
                    "state": "confirmed",
                },
                {"state": "prepared"},
            ),
            "EFA allocated Commercial: USD 155,000,000.",
        ),
        (
            event("commitment", COMMITMENT | {"stage": "signed", "valid_until": None}, {"stage": "approved"}),
            "KEXIM's approved commitment became a signed commitment.",
        ),
        (
            event("commitment", COMMITMENT | {"stage": "withdrawn"}, {"stage": "letter_of_interest"}),
            "KEXIM's letter of interest is withdrawn.",
        ),
        (
            event("commitment", COMMITMENT | {"level": "network"}, {"level": "parties", "audience_id": "x"}),
            "KEXIM's letter of interest is now told to the network.",
        ),
        (
            event("commitment", COMMITMENT, {"valid_until": "2026-12-31"}),
            "KEXIM's letter of interest has another date: valid until 2027-03-31.",
        ),
        (
            event("commitment", COMMITMENT | {"note": "secret"}, {"note": "", "tranche_id": None}),
            "KEXIM's letter of interest was changed: note, tranche.",
        ),
        (
            event("commitment", COMMITMENT | {"instrument": "guarantee"}),
            "KEXIM recorded a letter of interest (guarantee): valid until 2027-03-31, told to parties.",
        ),
        (
            event("commitment", COMMITMENT | {"origin": "published", "level": "public", "valid_until": None}),
            "Published: KEXIM recorded a letter of interest: public.",
        ),
        (
            event("size", SIZE | {"amount": Decimal("5000.0000"), "currency": "JPY", "qualifier": "up_to"}, SIZE),
            "The size of KEXIM's letter of interest changed: up to JPY 5,000, before USD 150,000,000.",
        ),
        (
            event("size", SIZE | {"amount": Decimal("1.5000")}),
            "The size of KEXIM's letter of interest was stated: USD 1.50, told to parties.",
        ),
        (
            event("price", SIZE | {"margin_bps": Decimal("180.00"), "fees": "1 %", "premium": ""}),
            "The price of KEXIM's letter of interest was stated: margin 180 bp, fees 1 %.",
        ),
        (
            event("party", {"owner_id": str(EFA), "institution_id": str(JBIC), "nda_signed_on": "2026-11-01"}),
            "EFA invited JBIC: NDA in force from 2026-11-01.",
        ),
        (
            event("party", {"institution_id": str(JBIC), "left_on": "2026-12-01"}, {"left_on": None}),
            "JBIC left the deal: on 2026-12-01.",
        ),
        (
            event("dealrole", {"institution_id": str(JBIC), "role": "facility_agent", "since": "2026-12-01"}),
            "JBIC is facility agent: since 2026-12-01.",
        ),
        (
            event("tranche", {"owner_id": str(EFA), "name": "A\nB", "purpose": "base", "currency": "USD"}),
            "EFA added the tranche A B: base.",
        ),
        (
            event("deal", {"owner_id": str(EFA), "status": "closed"}, {"status": "documentation"}),
            "The deal went from documentation to closed.",
        ),
    ],
)
def test_an_event_is_a_sentence(told: Event, said: str) -> None:
    assert sentence(told, NAMES) == said


def test_names_alone_carry_no_figure_no_date_and_no_level() -> None:
    letter, size = event("commitment", COMMITMENT), event("size", SIZE)
    assert sentence(letter, NAMES, Detail.NAMES, size) == "KEXIM recorded a letter of interest."
    assert sentence(size, NAMES, Detail.NAMES) == "The size of KEXIM's letter of interest was stated."


def test_what_the_reader_could_not_resolve_stays_unnamed() -> None:
    assert sentence(event("commitment", COMMITMENT), Names(), Detail.NAMES) == (
        "An institution recorded a letter of interest."
    )
    assert sentence(event("size", SIZE), Names(institutions={KEXIM: "KEXIM"}), Detail.NAMES) == (
        "The size of a commitment of KEXIM was stated."
    )


def test_firm_before_conditional_before_letters_before_the_rest() -> None:
    told = [
        event("commitment", COMMITMENT | {"stage": stage}) for stage in ("signed", "conditional_approval", "enquiry")
    ]
    told += [event("size", SIZE), event("dealrole", {"institution_id": str(JBIC)})]
    assert [weight(one, NAMES) for one in told] == [
        Weight.FIRM,
        Weight.CONDITIONAL,
        Weight.INDICATIVE,
        Weight.INDICATIVE,
        Weight.OTHER,
    ]
    assert UUID(int=0) not in NAMES.commitments


def test_a_book_status_is_told_with_ones_own_line_and_no_figure_where_it_is_withheld() -> None:
    line = {"owner_id": str(EFA), "institution_id": str(KEXIM), "share": 40, "as_of": "2026-11-28"}
    assert sentence(event("bookline", line), NAMES) == (
        "EFA told KEXIM the book status: others cover at least 40 % of the target, as of 2026-11-28."
    )
    assert sentence(event("bookline", line), NAMES, Detail.NAMES) == "EFA told KEXIM the book status."
    withheld = line | {"share": None, "as_of": None}
    assert sentence(event("bookline", withheld), NAMES) == "EFA told KEXIM the book status: withheld."
