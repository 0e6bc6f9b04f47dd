"""Small files that unfold to very much, and cells that hold what no text may: answered soon, and in the API's words."""

import resource
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.db import connection
from openpyxl import Workbook

from network.services import importing, previewing
from network.spreadsheet.opening import open_book
from network.spreadsheet.table import Unreadable
from tests.api import System, system_of
from tests.cast import Cast
from tests.network.test_import_api import answered, confirmed, upload

pytestmark = pytest.mark.slow

# Seconds of this process: what else the machine does is not in them.
SOON = 5
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def packed(*lines: list[object], part: str = "", old: bytes = b"", new: bytes = b"") -> bytes:
    """A workbook of one sheet, with one text of one of its parts put in place of another."""
    made, plain, told = Workbook(), BytesIO(), BytesIO()
    for line in lines:
        made.active.append(line)
    made.save(plain)
    with ZipFile(plain) as source, ZipFile(told, "w", ZIP_DEFLATED) as packing:
        for name in source.namelist():
            content = source.read(name)
            if part and part in name:
                assert old in content
                content = content.replace(old, new)
            packing.writestr(name, content)
    return told.getvalue()


def unfolding(what: str) -> bytes:
    end = b"</sheetData>"
    parts = {
        "one merged area of all cells": end + b'<mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>',
        "a merged column": end + b'<mergeCells><mergeCell ref="A:A"/></mergeCells>',
        "one link in all cells": end + b'<hyperlinks><hyperlink ref="A5:XFD1048576" location="x"/></hyperlinks>',
        "cells without a place": b"<row>" + b"<c/>" * 2_000_000 + b"</row>" + end,
        "cells of a prefix": b'<row xmlns:x="urn:x">' + b"<x:c/>" * 2_000_000 + b"</row>" + end,
        "empty rows": b"<row/>" * 2_000_000 + end,
    }
    if what == "styles":
        return packed(["Name"], part="styles", old=b"</cellXfs>", new=b"<xf/>" * 2_000_000 + b"</cellXfs>")
    return packed(["Name"], part="sheet1", old=end, new=parts[what])


@pytest.mark.parametrize(
    "what",
    [
        "one merged area of all cells",
        "a merged column",
        "one link in all cells",
        "cells without a place",
        "cells of a prefix",
        "empty rows",
        "styles",
    ],
)
def test_a_small_workbook_that_unfolds_to_very_much_is_refused_before_it_is_read(what: str) -> None:
    raw = unfolding(what)
    assert len(raw) < 100_000
    began = time.process_time()
    with pytest.raises(Unreadable) as refused, no_more_memory_than(2_000_000_000):
        open_book(raw)
    assert refused.value.code == "too_large"
    assert time.process_time() - began < SOON


def test_a_part_in_an_encoding_that_is_not_weighed_is_not_read_either() -> None:
    raw = packed(["Name"])
    told = BytesIO()
    with ZipFile(BytesIO(raw)) as source, ZipFile(told, "w", ZIP_DEFLATED) as packing:
        for name in source.namelist():
            content = source.read(name)
            if "styles" in name:
                text = content.decode().replace("</cellXfs>", "<xf/>" * 2_000_000 + "</cellXfs>")
                # Known to the library that reads it, unknown to the scales.
                content = ("\ufeff" + text.partition("?>")[2]).encode("utf-32-le")
            packing.writestr(name, content)
    began = time.process_time()
    with pytest.raises(Unreadable, match="damaged"), no_more_memory_than(2_000_000_000):
        open_book(told.getvalue())
    assert time.process_time() - began < SOON


def test_a_number_beyond_all_numbers_is_a_text() -> None:
    raw = packed(["Deal", "Valid until"], ["Wattle", 7], part="sheet1", old=b"<v>7</v>", new=b"<v>1E999</v>")
    assert open_book(raw).sheets[0].rows[1][1].text == "inf"


def test_one_stray_cell_at_the_end_of_a_sheet_costs_nothing() -> None:
    raw = packed(["Name", "Country"], ["Mine", "AU"], part="sheet1", old=b"</sheetData>", new=FAR + b"</sheetData>")
    began = time.process_time()
    with no_more_memory_than(2_000_000_000):
        rows = open_book(raw).sheets[0].rows
    assert [cell.text for cell in rows[1][:2]] == ["Mine", "AU"]
    assert time.process_time() - began < SOON


class no_more_memory_than:
    """What asks for more ends with an error instead of with this machine."""

    def __init__(self, most: int) -> None:
        with open("/proc/self/statm") as told:
            self.most = int(told.read().split()[0]) * resource.getpagesize() + most

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (self.most, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self.before)


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein", "registry:read commitments:write deals:write projects:write")


@pytest.mark.parametrize("cell", ["a" + " " * 90_000 + "b", "(" * 90_000, "1" + " " * 90_000 + "x"])
@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("projects", "Name,Country,Minerals"),
        ("commitments", "Deal,Financier,Instrument,Stage,Amount,Currency,Valid until"),
    ],
)
def test_a_cell_that_is_a_whole_page_is_no_name_and_is_looked_at_once(rhein, kind: str, header: str, cell: str) -> None:
    width = header.count(",") + 1
    for lines in ([header, ",".join([f'"{cell}"'] * width)], [f'{header},"{cell}"', ",".join(["x"] * width)]):
        began = time.process_time()
        told = upload(rhein, "\n".join(lines).encode(), kind, "pipeline.csv")
        assert told.status == 201, told.raw[:300]
        assert time.process_time() - began < SOON
    assert told.body["preview"]["counts"]["ready"] == 0


@pytest.mark.parametrize("half", ["_xD800_", "_x0000_"])
def test_what_is_no_letter_in_a_cell_is_shown_as_such(rhein, half: str) -> None:
    told = upload(rhein, packed(["Name", "Country"], [f"Mine{half}one", "AU"]), "projects", "mines.xlsx")
    assert told.status == 201, told.raw[:300]
    assert told.body["preview"]["rows"][0]["reading"]["name"] == "Mine\ufffdone"
    assert confirmed(rhein, answered(rhein, told)).status == 200


def test_a_file_that_says_of_a_separator_and_names_none_is_a_file_without_rows(rhein) -> None:
    told = upload(rhein, b"sep=", "projects", "x.csv")
    assert (told.status, told.body["preview"]["rows"]) == (201, [])


@pytest.mark.slow
def test_a_file_that_misspells_every_name_is_read_soon(rhein) -> None:
    others = "; ".join(f"rock of nothing {number}" for number in range(18))
    rows = (f'"x {number}","germany; {others} {number}","Lithium; {others} {number}"' for number in range(1_900))
    began = time.process_time()
    told = upload(rhein, "\n".join(["Name,Country,Minerals", *rows]).encode(), "projects", "x.csv")
    assert told.status == 201, told.raw[:300]
    assert time.process_time() - began < 6 * SOON
    # The first ones are told what they are like all the same.
    told = upload(rhein, b"Name,Country\nMine,Germny\n", "projects", "y.csv")
    assert told.body["preview"]["questions"][0]["choices"][0]["answer"] == "DE"


def test_reading_a_file_keeps_no_event_of_others_waiting(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open transaction that wrote something holds back the feed of all."""
    wrote = []
    read = previewing.preview

    def looking(*facts: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned()")
            wrote.append(cursor.fetchone()[0])
        return read(*facts)  # type: ignore[arg-type]

    rhein = system_of("rhein", "registry:read commitments:write deals:write projects:write")
    monkeypatch.setattr(importing, "preview", looking)
    assert upload(rhein, b"Name,Country\nMine,AU\n", "projects", "x.csv").status == 201
    assert wrote[0] is None
