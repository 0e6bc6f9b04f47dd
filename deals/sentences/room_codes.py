"""Codes that the pages of the deal room speak, for the catalogues: as they stand, or by their labels."""

from deals.file_types import IN_WORDS
from deals.models.document import Basis, DocumentKind
from deals.models.report import Workstream
from deals.models.room import Reply


def room_codes() -> set[str]:
    """Which words there are to be translated."""
    labels = {str(label) for listed in (Basis, DocumentKind, Workstream) for label in listed.labels}
    return labels | set(Reply.values) | {IN_WORDS}
