"""Workbooks of more rows than are read as a whole: row by row, as the same rows in a short one."""

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from network.spreadsheet.opening import open_book
from network.spreadsheet.packing import Packed, packed
from network.spreadsheet.table import MOST_ROWS, MOST_ROWS_OF_LONG, Book, Cell, Unreadable

ROWS = 2_100


def workbook(rows: int, *, merged: bool = False) -> bytes:
    """Cells of every kind in its first row of data; the others hold a number."""
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Long")
        day, yen = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "[$¥-411]#,##0"))
        quoted = book.add_format({"quote_prefix": True})
        sheet.write_row(0, 0, ["Text", "Number", "Day", "Yes", "Formula", "Lost", "", "Yen", "Quoted", "Made inert"])
        sheet.write_string(1, 0, "ends in e")
        sheet.write_number(1, 1, 0.1)
        sheet.write_datetime(1, 2, date(2027, 6, 30), day)
        sheet.write_boolean(1, 3, True)
        sheet.write_formula(1, 4, "=2*3", None, 6)
        sheet.write_formula(1, 5, "=1/0", None, "")
        sheet.write_number(1, 7, 30_000_000, yen)
        sheet.write_string(1, 8, "'=1", quoted)
        sheet.write_string(1, 9, "'=1")
        # A gap, as people leave one.
        for row in range(3, rows):
            sheet.write_number(row, 1, row)
        if merged:
            sheet.merge_range(10, 0, 11, 0, "one for two")
    return file.getvalue()


def read(rows: int) -> Book:
    return open_book(workbook(rows), MOST_ROWS_OF_LONG)


def test_a_long_workbook_reads_as_a_short_one_does() -> None:
    (short,), (long,) = (book.sheets for book in (read(100), read(ROWS)))
    assert isinstance(long.rows, Packed)
    assert not isinstance(short.rows, Packed)
    width = len(short.rows[0])
    for place in range(100):
        row = long.rows[place]
        assert (*row, *[Cell()] * (width - len(row))) == short.rows[place]
    assert (long.name, len(long.rows), long.filled) == ("Long", ROWS, ROWS - 1)
    assert long.at(ROWS - 1, 1).text == str(ROWS - 1)
    assert long.is_long


def test_cells_that_were_made_one_are_not_taken_in_a_long_one() -> None:
    assert open_book(workbook(100, merged=True), MOST_ROWS_OF_LONG).sheets[0].rows[11][0].merged == (10, 0)
    with pytest.raises(Unreadable, match="no cells may be merged") as refused:
        open_book(workbook(ROWS, merged=True), MOST_ROWS_OF_LONG)
    assert refused.value.code == "merged_cells"


def test_what_is_made_one_by_one_has_no_long_files() -> None:
    with pytest.raises(Unreadable, match="may have 2000 rows at most") as refused:
        open_book(workbook(ROWS), MOST_ROWS)
    assert refused.value.code == "too_many_rows"


@pytest.mark.slow
def test_there_is_an_end_to_long_ones_too() -> None:
    text = b"a,b\n" + b"1,2\n" * (MOST_ROWS_OF_LONG + 20)
    for raw in (text, workbook(MOST_ROWS_OF_LONG + 30)):
        with pytest.raises(Unreadable) as refused:
            open_book(raw, MOST_ROWS_OF_LONG)
        assert refused.value.code == "too_many_rows"


def test_a_packed_row_is_the_row_that_it_was() -> None:
    (sheet,) = read(100).sheets
    row = [cell for cell in sheet.rows[1] if not cell.comment]
    assert Packed([packed([*row, Cell(), Cell()])])[0] == tuple(row)
    assert Packed([packed([Cell(), Cell()]), "te"])[0] == ()
