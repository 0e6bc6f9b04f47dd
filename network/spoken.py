"""Codes that the pages of imports and webhooks speak, for the catalogues."""

from network.feed import TYPES
from network.models import DeliveryStatus, ImportKind
from network.spreadsheet.header_words import FIELDS


def spoken_here() -> set[str]:
    """Which words there are to be translated; a field of a file also stands as systems write it."""
    parts = {part for each in TYPES for part in each.split(".")}
    fields = {field for of_kind in FIELDS.values() for field in of_kind}
    spaced = {code.replace("_", " ") for code in (*parts, *fields, *DeliveryStatus.values, *ImportKind.values)}
    return spaced | fields
