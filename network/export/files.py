"""A list as a file that is sent while it is read."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from network.export.chunks import Ended
from network.export.columns import Column
from network.spreadsheet.writing import MOST_ROWS, CsvLines, Value, xlsx

KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE = 64 * 1024


def answer(kind: str, name: str, columns: list[Column], chunks: Iterator[list[list[Value]]]) -> HttpResponseBase:
    """The whole list; what breaks it off is said in its last line, since the answer has begun by then."""
    lines = _csv if kind == "csv" else _xlsx
    return _named(StreamingHttpResponse(lines([column.header for column in columns], chunks)), kind, name)


def attached(content: bytes, name: str) -> HttpResponseBase:
    """A small CSV file that is there already."""
    return _named(HttpResponse(content), "csv", name)


def head(kind: str, name: str) -> HttpResponseBase:
    """What a GET would send, without sending it."""
    return _named(HttpResponse(), kind, name)


def _named(response: HttpResponseBase, kind: str, name: str) -> HttpResponseBase:
    response["Content-Type"] = KINDS[kind]
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(header: list[str], chunks: Iterator[list[list[Value]]]) -> Iterator[bytes]:
    lines = CsvLines()
    lines.write(header)
    try:
        for rows in chunks:
            for row in rows:
                lines.write(row)
            yield lines.taken()
    except Ended as ended:
        lines.write([_broken_off(ended)])
    yield lines.taken()


def _xlsx(header: list[str], chunks: Iterator[list[list[Value]]]) -> Iterator[bytes]:
    # A workbook's table of contents comes last: it is written to the disk first, under no name.
    with TemporaryFile() as file:
        with xlsx(file) as sheet:
            sheet.write(header)
            try:
                for row in _within(chunks):
                    sheet.write(row)
            except Ended as ended:
                sheet.write([_broken_off(ended)])
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _within(chunks: Iterator[list[list[Value]]]) -> Iterator[list[Value]]:
    for count, row in enumerate((row for rows in chunks for row in rows), start=1):
        if count >= MOST_ROWS:
            raise Ended("A sheet holds no more rows. Ask for CSV, or filter.")
        yield row


def _broken_off(ended: Ended) -> str:
    return f"ERROR: this file is not complete. {ended}"
