"""Codes of lists that sentences speak (words.word), for the catalogues: which words there are to be translated."""

from collections.abc import Iterable

from django.db.models import TextChoices

from deals.lifecycle import STAGES, STATUSES
from deals.models.commitment import Instrument
from deals.models.condition import ConditionState
from deals.models.deal import Purpose, RoleKind
from deals.models.document import DocumentKind
from deals.models.fact import CATEGORIES, UNITS, FactCode, StudyType
from deals.models.movement import Kind
from deals.models.ownership import Control
from deals.models.project import COMPANY_ROLES, DevelopmentStage
from deals.models.report import Workstream

_LISTS: tuple[type[TextChoices], ...] = (
    ConditionState, Purpose, RoleKind, DocumentKind, Kind, Workstream, FactCode, StudyType, DevelopmentStage,
    Control,
)  # fmt: skip
_OF_FACTS = {word for words in (*CATEGORIES.values(), *UNITS.values()) for word in words}


def spoken_codes(changing: Iterable[str]) -> set[str]:
    """As they stand in a sentence. `changing`: the names of the fields whose change is told."""
    codes = {code for each in _LISTS for code in each.values} | STAGES.keys() | STATUSES.keys()
    codes |= {*COMPANY_ROLES, *_OF_FACTS}
    return {code.replace("_", " ") for code in (*codes, *(name.removesuffix("_id") for name in changing))}


def spoken_instruments() -> set[str]:
    """Apart: a prepayment is an instrument, and another thing in a ledger."""
    return {code.replace("_", " ") for code in Instrument.values}
