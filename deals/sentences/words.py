"""The vocabulary of sentences: stages, levels, amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from deals.money import Money, minor_units
from deals.plain import plain

NOUNS = {
    "enquiry": "an enquiry",
    "expression_of_interest": "an expression of interest",
    "letter_of_interest": "a letter of interest",
    "indicative_terms": "indicative terms",
    "due_diligence": "a commitment in due diligence",
    "conditional_approval": "a conditional approval",
    "approved": "an approved commitment",
    "allocated": "an allocated commitment",
    "signed": "a signed commitment",
    "effective": "an effective commitment",
    "disbursing": "a disbursing commitment",
}
TOLD = {
    "own": "told to nobody else",
    "lead": "told to the lead",
    "parties": "told to parties",
    "invited": "told to invited institutions",
    "network": "told to the network",
    "public": "public",
}
QUALIFIERS = {"up_to": "up to ", "approximate": "about ", "at_least": "at least "}


def amount(facts: Mapping[str, Any], amount_: str = "amount", currency: str = "currency") -> str:
    """'USD 150,000,000', 'up to JPY 5,000'; whole amounts without their zeros. Empty when there is none."""
    if facts.get(amount_) in (None, "") or not facts.get(currency):
        return "amount unknown" if facts.get("qualifier") == "unknown" else ""
    code = facts[currency]
    text = str(Money(Decimal(facts[amount_]), code))
    if digits := minor_units(code):
        text = text.removesuffix("." + "0" * digits)
    return QUALIFIERS.get(str(facts.get("qualifier", "")), "") + text


def noun(stage: str, instrument: str) -> str:
    """'a letter of interest'; what is no senior loan is named."""
    named = NOUNS.get(stage, f"a {word(stage)} commitment")
    return named if instrument == "senior_loan" else f"{named} ({word(instrument)})"


def bare(stage: str, instrument: str) -> str:
    """'letter of interest', to follow its owner's name."""
    return noun(stage, instrument).removeprefix("an ").removeprefix("a ")


def until(after: Mapping[str, Any]) -> str:
    """'valid until 2027-03-31', or nothing."""
    return part("valid until", after.get("valid_until"))


def part(before: str, value: object) -> str:
    """A fact with the words before it, or nothing."""
    return f"{before} {plain(str(value))}" if value else ""


def given(*facts: str) -> tuple[str, ...]:
    """The facts that there are."""
    return tuple(fact for fact in facts if fact)


def word(code: str) -> str:
    """A code of a list as it is spoken."""
    return code.replace("_", " ")
