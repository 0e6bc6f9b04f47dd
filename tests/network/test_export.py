"""Every list as CSV and XLSX: the same rows as over REST, in files that no program runs."""

import csv
import re
from io import BytesIO, StringIO
from itertools import count
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from deals.models import Commitment
from deals.services.deals import register_deal
from institutions.api.conventions.pages import after
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Client, Staff
from network.api.v1 import urlpatterns
from network.export import chunks, columns
from network.spreadsheet.cells import inert, original
from network.spreadsheet.writing import CsvLines
from tests.acts import letter, widen
from tests.api import person_of, system_of

pytestmark = pytest.mark.slow

RISKY = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－A1", "＠x", " =1+1", "'=1", "'", "''x")


def table(raw: bytes) -> list[list[str]]:
    """A CSV file as a spreadsheet splits it."""
    assert raw.startswith("\ufeff".encode())
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))


def rows(raw: bytes) -> list[dict[str, str]]:
    header, *found = table(raw)
    return [dict(zip(header, row, strict=True)) for row in found]


def sheet(raw: bytes) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(BytesIO(raw))
    header, *found = book.active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def named_deals(cast, *names: str) -> None:
    with acting_as(cast.rolf):
        for number, name in enumerate(names):
            register_deal(by=cast.rolf, network=cast.network, slug=f"d{number}", name=name)


def test_a_list_and_its_files_have_the_same_rows(cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita")
    letter(cast, Level.PARTIES, size_level=Level.OWN)
    rhein = system_of("rhein")
    listed = rhein.all("commitments")
    told = rows(rhein.get("commitments.csv").raw)
    assert [row["id"] for row in told] == [row["id"] for row in listed]
    by_name = {row["institution name"]: row for row in told}
    assert {name: row["size amount"] for name, row in by_name.items()} == {"Rhein": "150000000.00", "Hanok": ""}
    assert {row["deal name"] for row in told} == {"Wattle senior package"}
    in_sheet = sheet(rhein.get("commitments.xlsx").raw)
    assert [row["id"] for row in in_sheet] == [row["id"] for row in listed]
    assert {row["size amount"] for row in in_sheet} == {150_000_000, None}
    assert in_sheet[0]["valid until"].date().isoformat() == listed[0]["valid_until"]


def test_every_list_has_its_two_files(cast) -> None:
    rhein = system_of("rhein", "registry:read webhooks:manage")
    lists = [
        str(route.pattern)
        for route in urlpatterns
        if str(route.pattern).endswith(".csv") and "<" not in str(route.pattern)
    ]
    assert len(lists) > 30
    for address in lists:
        as_list, as_csv = rhein.get(address.removesuffix(".csv") + "?limit=500"), rhein.get(address)
        as_xlsx = rhein.get(address.replace(".csv", ".xlsx"))
        assert (as_csv.status, as_xlsx.status) == (200, 200), address
        assert len(rows(as_csv.raw)) == len(sheet(as_xlsx.raw)) == len(as_list.body["results"]), address


def test_filters_and_fields_choose_as_they_do_in_the_list(cast) -> None:
    letter(cast, by="rolf", approver="rita")
    letter(cast, by="rolf", approver="rita", stage="enquiry")
    rhein = system_of("rhein")
    found = rows(rhein.get("commitments.csv?stage=enquiry&fields=stage,size").raw)
    assert [row["stage"] for row in found] == ["enquiry"]
    of_size = ["amount", "currency", "qualifier", "level", "joint id", "joint amount", "joint currency"]
    assert list(found[0]) == ["stage", *(f"size {name}" for name in of_size), "size joint qualifier"]
    wrong = rhein.get("commitments.csv?stage=nonsense")
    assert (wrong.status, list(wrong.codes)) == (400, ["/stage"])
    for name in ("cursor", "limit", "count", "format"):
        assert rhein.get(f"commitments.csv?{name}=1").codes == {f"/{name}": "unknown_parameter"}


def test_who_may_not_read_gets_no_file(cast) -> None:
    stranger = system_of("rhein")
    stranger.token = "x"
    assert stranger.get("deals.csv").status == 401
    writer = system_of("rhein", "commitments:write")
    assert writer.get("deals.xlsx").status == 403


def test_what_is_hidden_is_in_no_file(cast) -> None:
    letter(cast, Level.OWN)
    for bank in ("rhein", "corner"):
        assert rows(system_of(bank).get("commitments.csv").raw) == []
    # A colleague outside the deal's team.
    assert rows(person_of("dami@hanok.example").get("commitments.csv").raw) == []


def test_no_cell_is_run(cast) -> None:
    named_deals(cast, *RISKY)
    rhein = system_of("rhein")
    told = rows(rhein.get("deals.csv?registrar=rhein").raw)
    assert all(row["name"][0] == "'" for row in told)
    assert sorted(original(row["name"]) for row in told) == sorted(RISKY)
    book = openpyxl.load_workbook(BytesIO(rhein.get("deals.xlsx?registrar=rhein").raw))
    names = next(column[1:] for column in book.active.iter_cols() if column[0].value == "name")
    assert {cell.data_type for cell in names} == {"s"}
    assert all(cell.quotePrefix for cell in names)
    assert sorted(unescape(str(cell.value)) for cell in names) == sorted(RISKY)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(RISKY))
def test_an_inert_text_is_read_again_as_it_was(text: str) -> None:
    safe = inert(text)
    assert original(safe) == text
    assert safe == text or safe[0] == "'"


@pytest.mark.parametrize("separator", [";", "|", "\t", "\n"])
def test_no_cell_is_run_where_a_spreadsheet_takes_another_separator(separator: str) -> None:
    """Excel splits at semicolons where decimals have commas: what follows one within a text is a cell of its own."""
    lines = CsvLines()
    lines.write(["Deal", f"Wattle{separator}=HYPERLINK(1){separator} @x{separator}-5{separator}y"])
    split = re.split("[;|\t\n]", lines.taken().decode())
    assert not [cell for cell in split if cell.strip()[:1] in ("=", "@")]
    assert "-5" in split


@given(st.text(st.sampled_from("a;|\t\n =+-@'5.＝")))
def test_an_inert_text_of_separators_is_read_again_as_it_was(text: str) -> None:
    assert original(inert(text)) == text


def test_numbers_stay_numbers() -> None:
    assert [inert(text) for text in ("-22.5874", "+61", "150000000.00")] == ["-22.5874", "+61", "150000000.00"]


def test_an_amount_with_more_digits_than_a_sheet_keeps_stays_exact(cast) -> None:
    letter(cast, by="rolf", approver="rita", money="123456789012345.67")
    (row,) = sheet(system_of("rhein").get("commitments.xlsx").raw)
    assert row["size amount"] == "123456789012345.67"


def test_a_chunk_asks_as_often_however_many_rows_it_has(cast, monkeypatch) -> None:
    named_deals(cast, "a", "b", "c", "d")
    rhein = system_of("rhein")
    assert asked(rhein, "deals.csv?demo=false") == asked(rhein, "deals.csv?slug=wattle")
    # Each further chunk costs the same.
    monkeypatch.setattr(chunks, "CHUNK", 2)
    two = asked(rhein, "deals.csv?demo=false")
    monkeypatch.setattr(chunks, "CHUNK", 1)
    five = asked(rhein, "deals.csv?demo=false")
    assert 0 < five - two <= 3 * 16


def asked(system, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert system.get(address).status == 200
    return len(queries)


@pytest.fixture
def amid(monkeypatch, cast):
    """Does something after the first chunk of each file, which holds one row."""
    monkeypatch.setattr(chunks, "CHUNK", 1)
    acts: list[Any] = []
    real = columns.rows_of

    def then(wanted, shapes):
        yield from real(wanted, shapes)
        while acts:
            acts.pop()()

    monkeypatch.setattr("network.export.columns.rows_of", then)
    return acts


def shut_out(accounts) -> None:
    with acting_as(None):
        assert accounts.update(is_active=False) == 1


def test_a_file_ends_when_its_client_is_shut_out(cast, amid) -> None:
    named_deals(cast, "a", "b")
    rhein = system_of("rhein")
    amid.append(lambda: shut_out(Client.objects.filter(institution=cast.bank("rhein"))))
    *found, last = table(rhein.get("deals.csv").raw)
    assert len(found) == 2
    assert last[0].startswith("ERROR: this file is not complete. Your access ended")


def test_a_file_ends_when_its_reader_is_suspended(cast, amid) -> None:
    named_deals(cast, "a", "b")
    rolf = person_of("rolf@rhein.example")
    amid.append(lambda: shut_out(Staff.objects.filter(pk=cast.rolf.pk)))
    found = openpyxl.load_workbook(BytesIO(rolf.get("deals.xlsx").raw)).active
    assert str(found.cell(found.max_row, 1).value).startswith("ERROR: this file is not complete.")
    assert found.max_row == 3


def test_a_file_ends_when_a_row_of_it_goes_out_of_sight(cast, amid) -> None:
    for _ in range(2):
        letter(cast, Level.PARTIES, by="ada", approver="abe")
    rhein = system_of("rhein")
    key = rhein.all("commitments")[0]["id"]
    with acting_as(cast.ada):
        seen = Commitment.objects.get(pk=key)
    amid.append(lambda: widen(cast, seen, Level.OWN, by="ada", approver="abe"))
    *found, last = table(rhein.get("commitments.csv").raw)
    assert [row[0] for row in found] == ["id", key]
    assert last[0].startswith("ERROR: this file is not complete. What you may see changed")


def test_a_file_says_at_its_end_that_a_row_of_its_beginning_went_out_of_sight(cast, monkeypatch) -> None:
    for _ in range(3):
        letter(cast, Level.PARTIES, by="ada", approver="abe")
    rhein, real, chunk = system_of("rhein"), columns.rows_of, count(1)
    first = rhein.all("commitments")[0]["id"]
    with acting_as(cast.ada):
        seen = Commitment.objects.get(pk=first)

    def then(wanted, shapes):
        yield from real(wanted, shapes)
        # The second one looked back at the first: nobody does any more, but the end.
        if next(chunk) == 2:
            widen(cast, seen, Level.OWN, by="ada", approver="abe")

    monkeypatch.setattr(chunks, "CHUNK", 1)
    monkeypatch.setattr("network.export.columns.rows_of", then)
    *found, last = table(rhein.get("commitments.csv").raw)
    assert len(found) == 4
    assert last[0].startswith("ERROR: this file is not complete. What you may see changed")


def test_a_row_that_is_told_anew_is_written_once(cast, monkeypatch) -> None:
    named_deals(cast, "a", "b")
    monkeypatch.setattr(chunks, "CHUNK", 1)
    places = [Q()]
    # Within one transaction nothing is told later: as if the first row came again after itself.
    monkeypatch.setattr("network.export.chunks.after", lambda order, key: places.pop() if places else after(order, key))
    found = rows(system_of("rhein").get("deals.csv").raw)
    assert sorted(row["name"] for row in found) == ["Wattle senior package", "a", "b"]


def test_head_sends_nothing(cast) -> None:
    told = system_of("rhein").send("HEAD", "deals.csv")
    assert (told.status, told.raw) == (200, b"")
    assert told.headers["Content-Disposition"] == 'attachment; filename="deals.csv"'


def test_a_commitment_keeps_what_its_owner_alone_knows(cast) -> None:
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.OWN)
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(pk=made.pk).exists()
    (row,) = rows(system_of("austral").get("commitments.csv").raw)
    assert (row["id"], row["size amount"], row["size level"]) == (str(made.pk), "", "")
