"""Codes that pages alone speak, beside those of sentences (codes.py), for the catalogues."""

from enum import Enum

from deals.allocation import Kind as OfferKind
from deals.lifecycle import NEXT_STEP, Class
from deals.models.allocation import AllocationAnswer
from deals.models.fact import GRADE_UNITS, ReportingCode
from deals.models.origin import Origin, Precision
from deals.models.project import ChainStage
from institutions.isolation.levels import Level
from institutions.models.institution import Kind as InstitutionKind

_LISTS: tuple[type[Enum], ...] = (
    AllocationAnswer, ChainStage, Class, InstitutionKind, Level, OfferKind, Origin, Precision, ReportingCode,
)  # fmt: skip
# Of tranches, and of grants.
_WORDS = {"senior", "mezzanine", "subordinated", "equity", "coming", "live", "ended"}


def page_codes() -> set[str]:
    """As they stand on a page."""
    codes = {each.value for listed in _LISTS for each in listed} | {*GRADE_UNITS, *_WORDS}
    return {code.replace("_", " ") for code in codes}


def next_steps() -> set[str]:
    """What is still to be done for a stage or a status, as the API says it too."""
    return {*NEXT_STEP.values()}
