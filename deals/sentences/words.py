"""The vocabulary of sentences: stages, levels, amounts. In the language that is active."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext, pgettext_lazy

from deals.money import Money, minor_units
from deals.plain import plain

NOUNS = {
    "enquiry": later("an enquiry"),
    "expression_of_interest": later("an expression of interest"),
    "letter_of_interest": later("a letter of interest"),
    "indicative_terms": later("indicative terms"),
    "due_diligence": later("a commitment in due diligence"),
    "conditional_approval": later("a conditional approval"),
    "approved": later("an approved commitment"),
    "allocated": later("an allocated commitment"),
    "signed": later("a signed commitment"),
    "effective": later("an effective commitment"),
    "disbursing": later("a disbursing commitment"),
    "repaid": later("a repaid commitment"),
    "withdrawn": later("a withdrawn commitment"),
    "declined": later("a declined commitment"),
    "lapsed": later("a lapsed commitment"),
    "cancelled": later("a cancelled commitment"),
}
# Without the article, to follow or to stand before their owner's name.
BARE = {
    "enquiry": later("enquiry"),
    "expression_of_interest": later("expression of interest"),
    "letter_of_interest": later("letter of interest"),
    "indicative_terms": pgettext_lazy("without an article", "indicative terms"),
    "due_diligence": later("commitment in due diligence"),
    "conditional_approval": later("conditional approval"),
    "approved": later("approved commitment"),
    "allocated": later("allocated commitment"),
    "signed": later("signed commitment"),
    "effective": later("effective commitment"),
    "disbursing": later("disbursing commitment"),
    "repaid": later("repaid commitment"),
    "withdrawn": later("withdrawn commitment"),
    "declined": later("declined commitment"),
    "lapsed": later("lapsed commitment"),
    "cancelled": later("cancelled commitment"),
}
TOLD = {
    "own": later("told to nobody else"),
    "lead": later("told to the lead"),
    "parties": later("told to parties"),
    "invited": later("told to invited institutions"),
    "network": later("told to the network"),
    "public": later("public"),
}
QUALIFIERS = {
    "up_to": later("up to %(amount)s"),
    "approximate": later("about %(amount)s"),
    "at_least": later("at least %(amount)s"),
}


def amount(facts: Mapping[str, Any], amount_: str = "amount", currency: str = "currency") -> str:
    """'USD 150,000,000', 'up to JPY 5,000'; whole amounts without their zeros. Empty when there is none."""
    if facts.get(amount_) in (None, "") or not facts.get(currency):
        return _("amount unknown") if facts.get("qualifier") == "unknown" else ""
    code = facts[currency]
    text = str(Money(Decimal(facts[amount_]), code))
    if digits := minor_units(code):
        text = text.removesuffix("." + "0" * digits)
    return qualified(text, str(facts.get("qualifier", "")))


def qualified(text: str, qualifier: str) -> str:
    """An amount with how exact it is."""
    pattern = QUALIFIERS.get(qualifier)
    return str(pattern) % {"amount": text} if pattern else text


def noun(stage: str, instrument: str) -> str:
    """'a letter of interest'; what is no senior loan is named."""
    return _with_instrument(str(NOUNS[stage]), instrument)


def bare(stage: str, instrument: str) -> str:
    """'letter of interest', to follow its owner's name."""
    return _with_instrument(str(BARE[stage]), instrument)


def _with_instrument(named: str, instrument: str) -> str:
    if instrument == "senior_loan":
        return named
    return _("%(noun)s (%(instrument)s)") % {"noun": named, "instrument": instrument_word(instrument)}


def told(level: str) -> str:
    """How far a row is told."""
    return str(TOLD[level])


def until(after: Mapping[str, Any]) -> str:
    """'valid until 2027-03-31', or nothing."""
    return part(_("valid until %(value)s"), after.get("valid_until"))


def part(pattern: str, value: object) -> str:
    """A fact within its words, or nothing where there is none."""
    return pattern % {"value": plain(str(value))} if value else ""


def given(*facts: str) -> tuple[str, ...]:
    """The facts that there are."""
    return tuple(fact for fact in facts if fact)


def listed(facts: Iterable[str]) -> str:
    """Facts one after the other."""
    return pgettext("between things that are listed", ", ").join(facts)


def in_row(facts: Iterable[str]) -> str:
    """Facts one after the other that have commas of their own."""
    return pgettext("between things that are listed", "; ").join(facts)


# Alone it has no article, with which it stands among the nouns.
_ALONE = {"indicative_terms": BARE["indicative_terms"]}


def word(code: str) -> str:
    """A code of a list as it is spoken (deals/sentences/codes.py)."""
    return str(_ALONE[code]) if code in _ALONE else _(code.replace("_", " "))


# Said in the language of whoever looks, where the code is put in a form or a table before that.
later_word = lazy(word, str)


def instrument_word(code: str) -> str:
    """An instrument as it is spoken."""
    return pgettext("instrument", code.replace("_", " "))
