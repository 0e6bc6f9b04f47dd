"""What approvals are asked for, in one line: kept in English, and said again on pages in their reader's language."""

import re
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deals.lifecycle import STAGES, STATUSES
from deals.models.commitment import Instrument
from deals.models.condition import ConditionState
from deals.models.deal import RoleKind
from deals.models.report import Workstream
from deals.sentences.again import Again
from deals.sentences.words import instrument_word, word
from institutions.isolation.levels import Level

# Those that say more come before those that they could be taken for.
PATTERNS = (
    "Accept the line of {money}: it becomes the size of your commitment.",
    "Decline the line of {money}.",
    "Reason: {reason}",
    "Add the condition '{text}' to {commitment}",
    "Admit {institution} to {network} as {standing}",
    "Agree with {institution} that {project} becomes {survivor}",
    "Allocate {money} of {tranche} in {deal} to {count} offers",
    "Decline the line of {money} allocated to {commitment}",
    "End the membership of {institution} in {network} on {on}",
    "Have '{text}' {state}",
    "Invite {institution} into {deal} under its NDA of {day}",
    "Invite {institution} into {deal}",
    "Move {deal} to {status}",
    "Name {institution} {role} of {deal}",
    "Offer {money} of {commitment} to {institution}, effective {day}",
    "Price {commitment} in {deal} anew",
    "Record the NDA of {institution} in {deal}, signed {day} until {end}",
    "Record the NDA of {institution} in {deal}, signed {day}",
    "Record the {movement}, effective {day}: {commitment}",
    "Redenominate {money} into {other} at {rate}, effective {day}: {commitment}",
    "Release a teaser of {deal} to {institution} until {day}",
    "Return what was signed in {year}, to be summed with others'",
    "Return what was signed in {year}, and tell {level} of it",
    "Reverse the {movement} of {start}, effective {day}: {commitment}",
    "Show {row} to {institution} from {start} until {day}",
    "Show {row} to {institution} until {day}",
    "Suspend {institution} in {network} from {on}",
    "Take down the wall around {deal}: all colleagues see what your institution sees of it",
    "Take up the membership of {institution} in {network} again from {on}",
    "Take up the transfer of {money}, effective {day}: {commitment}",
    "Tell {level} of the condition '{text}'",
    "Tell {level} of our category of {project}",
    "Tell {level} why '{check}' is so in {whole}",
    "Tell {level} of the company {company}",
    "Tell {level} of a company of {project}",
    "Tell {level} who holds {held}",
    "Tell {level} who takes the output of {project}",
    "Tell {level} of the project {project}",
    "Tell {level} of the mandate {mandate}",
    "Tell {level} of the annual return of {year}",
    "Tell {level} of the {movement} of {commitment}",
    "Tell {level} of the {kind} '{row}' in {deal}",
    "Tell {level} of {money} that stand for {count} commitments together",
    "Tell {level} of {commitment} in {deal}, its size as far as {further}",
    "Tell {level} of {commitment} in {deal}",
    "Tell {level} of {deal}",
    "Tell {level} that we confirm what is published of us as of {on}",
    "Tell {level} that {commitment} is a share in {lender}",
    "Tell {level} that {commitment} protects {covered}",
    "Tell {level} that {project} and {other} are one",
    "Tell {level} that {project} and {other} were merged",
    "Tell {level} the {fact}",
    "Tell {level} which minerals {project} yields",
    "{commitment} in {deal} becomes {stage}",
    "{commitment} in {deal} is renewed as {stage}",
)
_COMMITMENT = re.compile(r"(?P<whose>.+): (?P<instrument>[a-z ]+), (?P<stage>[a-z ]+)")
_MOVEMENT = re.compile(r"(?P<kind>[a-z ]+) of (?P<amount>[A-Z]{3} [0-9.,-]+)")
_DAY = r"[0-9]{2} [A-Z][a-z]+ [0-9]{4}"
_LEVEL = "|".join(level.value for level in Level)
_CODES = {code.replace("_", " ") for code in STAGES}
_ROLES = "|".join(role.replace("_", " ") for role in RoleKind.values)
_MONEY = r"[A-Z]{3} [0-9.,]+"


def _stage(said: str) -> str:
    return word(said.replace(" ", "_"))


def _commitment(text: str) -> str:
    found = _COMMITMENT.fullmatch(text)
    if not found or found["stage"] not in _CODES or found["instrument"].replace(" ", "_") not in Instrument.values:
        return text
    facts = {
        "whose": found["whose"],
        "instrument": instrument_word(found["instrument"]),
        "stage": _stage(found["stage"]),
    }
    return _("%(whose)s: %(instrument)s, %(stage)s") % facts


def _row(text: str) -> str:
    """What has no name of its own is called by what it is."""
    workstream = text.removesuffix(" report").replace(" ", "_")
    if workstream in Workstream.values and text.endswith(" report"):
        return _("%(workstream)s report") % {"workstream": word(workstream)}
    return word(text) if text == "conflict of interest" else _commitment(text)


def _movement(text: str) -> str:
    found = _MOVEMENT.fullmatch(text)
    return _("%(kind)s of %(amount)s") % {"kind": word(found["kind"]), "amount": found["amount"]} if found else text


def _standing(said: str) -> str:
    """A member of a network is another word than a member of a team."""
    return pgettext("of a membership", said)


def _day(text: str) -> str:
    """'29 November 2026' as the language says it."""
    return date_format(datetime.strptime(text, "%d %B %Y").date(), _("d F Y"))  # noqa: DTZ007  # a day, no time


_AGAIN = Again(
    PATTERNS,
    shapes={
        "level": _LEVEL, "further": _LEVEL, "day": _DAY, "start": _DAY, "end": _DAY, "on": "[0-9-]{10}",
        "money": _MONEY, "rate": "[0-9.]+", "count": "[0-9]+", "year": "[0-9]{4}", "kind": "[a-z ]+",
        "state": "|".join(ConditionState.values),
        "standing": "member|observer", "role": _ROLES, "status": "|".join(STATUSES), "stage": "|".join(_CODES),
        "movement": r"[a-z ]+ of [A-Z]{3} [0-9.,-]+",
    },
    read={
        "level": word, "further": word, "kind": word, "state": word, "role": word, "status": word,
        "standing": _standing, "stage": _stage, "day": _day, "start": _day, "end": _day, "commitment": _commitment,
        "lender": _commitment, "covered": _commitment, "row": _row, "movement": _movement,
    },
)  # fmt: skip


def summarised(pattern: str, **facts: object) -> str:
    """As it is kept. The pattern is one of those that are known: a page could not say another."""
    if pattern not in PATTERNS:
        raise LookupError(f"'{pattern}' is none of the patterns of summaries.")
    return pattern.format(**facts)


def summary_in_words(kept: str) -> str:
    """What was asked for, in the language that is active."""
    return _AGAIN.say(kept)
