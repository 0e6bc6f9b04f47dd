"""Spreadsheets as banks really keep them, made here so that each trait can be read."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

HEADER = ["Nr.", "Projekt", "Geschäft", "Kreditgeber", "Instrument", "Status", "Betrag", "Gültig bis", "Aktenzeichen",
          "Bemerkung"]  # fmt: skip
LINES: dict[str, list[Any]] = {
    # name: what stands in the row; the names are for the tests alone.
    "plain": ["Wattle senior package", "Rhein Förderbank", "Loan", "LOI", "USD 120m", "31.12.2027", "R-1", ""],
    "spaces": ["Wattle senior package", "RHEIN", "Darlehen", "Interessenbekundung", "1 250 000,00 EUR", "", "R-2", ""],
    "dollar": ["wattle", "Rhein", "Bürgschaft", "EoI", "bis zu $5m", "", "R-3", ""],
    "yen": ["Blue Gum", "", "保証", "関心表明", "¥ 30 bn", "", "R-4", ""],
    "kanji": ["Wattle senior package", "Rhein", "融資", "EOI", "300億円", "2027年12月", "R-5", ""],
    "slash": ["Wattle senior package", "Rhein", "Loan", "LOI", "EUR 7,5 Mio.", "03/04/2027", "R-6", ""],
    "quarter": ["Wattle senior package", "Rhein", "Loan", "LOI", "40 M€", "Q4 2027", "R-7", ""],
    "other": ["Wattle senior package", "日本貿易保険", "貿易保険", "LOI", "500億円", "31.12.2027", "", ""],
    "several": ["Wattle senior package", "Rhein / Sakura", "Loan", "EoI", "USD 200m", "", "R-8", ""],
    "joint": ["Wattle senior package", "Rhein", "Loan", "EoI", "EUR 90m", "", "R-9", ""],
    "joint too": ["Wattle senior package", "Rhein", "Garantie", "EoI", None, "", "R-10", ""],
    "misspelt": ["Watle senior package", "Rhein Förderbak", "Loan", "EoI", "USD 1.5bn", "", "R-11", ""],
    "hidden deal": ["Zirkelite package", "Rhein", "Loan", "EoI", "USD 3m", "", "R-12", ""],
    "no deal": ["Nowhere package", "Rhein", "Loan", "EoI", "USD 3m", "", "R-13", ""],
    "formula": ["Wattle senior package", "Rhein", "Loan", "EoI", "=2*3000000", "", "R-14", ""],
    "lost formula": ["Wattle senior package", "Rhein", "Loan", "EoI", "=1/0", "", "R-15", ""],
    "day": ["Wattle senior package", "Rhein", "Loan", "LOI", "EUR 11m", date(2027, 6, 30), "R-16", "=not a formula"],
    "signed": ["Wattle senior package", "Rhein", "Loan", "unterzeichnet", "USD 8m", "", "R-17", ""],
    "declined": ["Wattle senior package", "Rhein", "Loan", "abgelehnt", "USD 8m", "", "R-18", ""],
    "again": ["Wattle senior package", "Rhein", "Loan", "LOI", "USD 120m", "31.12.2027", "R-1", ""],
    "range": ["Wattle senior package", "Rhein", "Loan", "EoI", "USD 5-10m", "", "R-19", ""],
    "no day": ["Wattle senior package", "Rhein", "Loan", "LOI", "USD 9m", "30.02.2027", "R-20", ""],
}
# Where the first of them stands, as Excel counts.
FIRST = 6
ROW = {name: FIRST + place for place, name in enumerate(LINES)}


def messy() -> bytes:
    """A pipeline in German and Japanese: a title, merged cells, totals, remarks, another sheet and a hidden one."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        # Made at whatever moment, it is the same file.
        book.set_properties({"created": datetime(2026, 11, 28)})  # noqa: DTZ001  # as Excel keeps times
        sheet = book.add_worksheet("Pipeline")
        sheet.merge_range("A1:J1", "Pipeline kritische Rohstoffe")
        sheet.write("A2", "Stand: 28.11.2026, vertraulich")
        sheet.write_row(FIRST - 2, 0, HEADER)
        for place, line in enumerate(LINES.values()):
            _write(book, sheet, FIRST - 1 + place, [place + 1, "", *line])
        sheet.merge_range(ROW["joint"] - 1, 6, ROW["joint too"] - 1, 6, "EUR 90m")
        sheet.write_comment(ROW["plain"] - 1, 6, "laut Vorstand")
        end = FIRST - 1 + len(LINES)
        sheet.write_row(end, 0, ["Summe", "", "", "", "", ""])
        sheet.write_formula(end, 6, "=SUM(G6:G20)", None, 123_000_000)
        sheet.write(end + 1, 0, "* ohne Gewähr; Quelle: eigene Erhebung")
        sheet.set_row(ROW["spaces"] - 1, None, None, {"hidden": True})
        notes = book.add_worksheet("Alt")
        notes.write_row(0, 0, HEADER)
        notes.write_row(1, 0, [1, "", "Wattle", "Rhein", "Loan", "EoI", "USD 1m"])
        old = book.add_worksheet("Intern")
        old.write(0, 0, "Geheim")
        old.hide()
    return file.getvalue()


def _write(book: Any, sheet: Any, row: int, line: list[Any]) -> None:
    for column, value in enumerate(line):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, book.add_format({"num_format": "dd.mm.yyyy"}))
        elif value == "=2*3000000":
            sheet.write_formula(row, column, value, book.add_format({"num_format": "[$USD] #,##0"}), 6_000_000)
        elif value == "=1/0":
            sheet.write_formula(row, column, value, None, "#DIV/0!")
        elif value not in (None, ""):
            sheet.write(row, column, value)
