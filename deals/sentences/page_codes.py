"""Codes that pages alone speak, beside those of sentences (codes.py), for the catalogues."""

from enum import Enum

from deals.allocation import TIES, NotAllocable, Rule, words
from deals.allocation import Kind as OfferKind
from deals.concentration.forms import FORMS
from deals.lifecycle import NEXT_STEP, OPEN_CONDITION, Class
from deals.models.allocation import AllocationAnswer
from deals.models.commitment import Qualifier
from deals.models.condition import ConditionKind
from deals.models.deal import Purpose, RoleKind
from deals.models.fact import GRADE_UNITS, ReportingCode
from deals.models.origin import Origin, Precision
from deals.models.project import ChainStage
from deals.models.teaser import Interest
from deals.ownership import Verdict
from deals.ownership.packs import all_packs
from deals.sentences import summaries
from institutions.isolation.levels import Level
from institutions.models.approval import Decision
from institutions.models.institution import Kind as InstitutionKind
from institutions.models.prepared import State
from institutions.refusals import Forbidden, NotFound, Refusal, Stale, Unmet

_LISTS: tuple[type[Enum], ...] = (
    AllocationAnswer, ChainStage, Class, InstitutionKind, Level, OfferKind, Origin, Precision, ReportingCode, Verdict,
)  # fmt: skip
# Of tranches, of grants, and how sure a source is.
_WORDS = {"senior", "mezzanine", "subordinated", "equity", "coming", "live", "ended", "verified", "memory"}

_REFUSALS = (Refusal, NotFound, Forbidden, Stale, Unmet)
# Whose labels stand on pages as they are.
_LABELLED = (Purpose, RoleKind)
# What deals and commitments are told by.
_OF_DEALS: tuple[type[Enum], ...] = (Decision, Interest, Qualifier, Rule, State)


def page_codes() -> set[str]:
    """As they stand on a page."""
    codes = {*FORMS} | {each.value for listed in (*_LISTS, *_OF_DEALS) for each in listed} | {*GRADE_UNITS, *_WORDS}
    codes |= {label for labelled in _LABELLED for label in labelled.labels}
    return {code.replace("_", " ") for code in codes}


def kept_sentences() -> set[str]:
    """What is written down in English, and said again (again.py), and what rule packs are called."""
    packs = {said for pack in all_packs() for said in (pack.name, pack.source, pack.note) if said}
    return {*summaries.PATTERNS, *words.PATTERNS, TIES, *packs}


def condition_kinds() -> set[str]:
    """Apart: documentation is a condition, and another thing as the status of a deal. A filter offers their labels."""
    return {code.replace("_", " ") for code in ConditionKind.values} | {*ConditionKind.labels}


def refusals_of_the_pure() -> set[str]:
    """What is refused by what knows no framework, and so marks nothing."""
    refusals: tuple[type[Refusal], ...] = (*NotAllocable.__subclasses__(), *_REFUSALS)
    return {kind.says for kind in refusals}


def next_steps() -> set[str]:
    """What is still to be done for a stage or a status, as the API says it too."""
    return {*NEXT_STEP.values(), OPEN_CONDITION}
