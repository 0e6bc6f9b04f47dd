"""Opens a file: what it is, is told by its first bytes, not by its name."""

from django.utils.translation import gettext as _

from network.spreadsheet.activity_files import is_xml, read_activities
from network.spreadsheet.table import MOST_BYTES, MOST_ROWS, MOST_ROWS_OF_LONG, Book, Unreadable
from network.spreadsheet.texts import read_text
from network.spreadsheet.workbooks import read_workbook

_PACKED = b"PK\x03\x04"
# Of Excel before 2007, and of workbooks with a password.
_OLD = b"\xd0\xcf\x11\xe0"
# What is read as a whole.
_MOST_BYTES_OF_OTHERS = 5_000_000


def most_rows(kind: str) -> int:
    """How many rows a CSV file of this kind may have: commitments are made many at a time."""
    return MOST_ROWS_OF_LONG if kind == "commitments" else MOST_ROWS


def open_book(raw: bytes, most: int = MOST_ROWS) -> Book:
    """The sheets of a CSV, XLSX or IATI activity file; `most` rows of CSV. Raises Unreadable."""
    largest = _MOST_BYTES_OF_OTHERS if is_xml(raw) or raw.startswith(_PACKED) else MOST_BYTES
    if len(raw) > largest:
        says = _("The file may have %(most)s MB at most. Split it.")
        raise Unreadable("too_large", says % {"most": largest // 1_000_000})
    if not raw.strip():
        raise Unreadable("file_empty", _("The file is empty. Choose another."))
    if raw.startswith(_OLD):
        raise Unreadable(
            "old_format", _("The file is an old .xls, or locked with a password. Save it as XLSX without one.")
        )
    if raw.startswith(b"%PDF"):
        raise Unreadable("not_a_table", _("The file is a PDF. Save the table as XLSX or CSV."))
    if is_xml(raw):
        return read_activities(raw)
    book = read_workbook(raw) if raw.startswith(_PACKED) else read_text(raw, most)
    if not any(sheet.filled for sheet in book.sheets):
        raise Unreadable("file_empty", _("The file holds no rows."))
    return book
