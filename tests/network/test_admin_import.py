"""A messy spreadsheet in the web admin, by an officer who never saw the page."""

import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from deals.models import Commitment
from institutions.isolation.session import acting_as
from tests.network.messy import ROW, messy
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
PLAIN = b"deal,instrument,stage,amount,reference\nWattle senior package,Loan,EoI,USD 5m,R-1\n"


def uploaded(web: Web, raw: bytes, kind: str = "commitments", name: str = "pipeline.xlsx") -> Page:
    file = BytesIO(raw)
    file.name = name
    return web.post("imports", kind=kind, file=file)


def fill(page: Page, form: str, **given: str) -> dict[str, str]:
    """A form of the page as it stands, with what is chosen anew."""
    (inside,) = [each for each in re.findall(r"<form.*?</form>", page.text, re.S) if f'name="{form}"' in each]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', inside, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<input type="(?:number|text)" name="([^"]+)" value="([^"]*)"', inside))
    found.pop("csrfmiddlewaretoken", None)
    return found | given


def test_the_way_from_the_file_to_the_result(cast) -> None:
    web = Web(cast.rolf)
    assert "Import" in web.get("index").seen
    page = uploaded(web, messy())
    assert "Choose the sheet first" in page.seen or "Which sheet of the file is imported?" in page.seen
    page = web.post(page.address, **fill(page, "questions", **{"answer-0": "Pipeline"}))
    assert "USD 120,000,000.00" in page.seen
    assert "It holds more than one number. Keep one amount in a cell." in page.seen
    assert "Which currency is '$' in 'Betrag'?" in page.seen
    assert "Download rows in error" in page.seen
    assert "Import 4 rows" not in page.seen, "nothing is offered while something is open"
    for _ in range(5):
        if "Questions" not in page.seen:
            break
        page = web.post(page.address, **all_answered(page))
        assert page.status == 200
    found = re.search(r"Import (\d+) rows", page.seen)
    assert found, page.seen[:3000]
    done = web.post(f"{page.address}confirm/")
    assert "What was made" in done.seen
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(owner=cast.bank("rhein")).count() == int(found[1])


def all_answered(page: Page) -> dict[str, str]:
    form = fill(page, "questions", leave_out="on")
    for name in [name for name in form if name.startswith("answer-")]:
        (options,) = re.findall(rf'<select name="{name}".*?>(.*?)</select>', page.text, re.S)
        values = [value for value in re.findall(r'value="([^"]*)"', options) if value]
        form[name] = next((value for value in ("USD", "together", "leave_out") if value in values), values[0])
    return form


def test_columns_are_corrected_on_the_page(cast) -> None:
    web = Web(cast.rolf)
    page = uploaded(web, b"Vorhaben,Womit,Wie weit,Wieviel\nWattle,Loan,EoI,USD 5m\n", name="a.csv")
    form = fill(page, "columns", **{"column-0": "deal", "column-1": "instrument", "column-2": "stage"})
    twice = web.post(page.address, **(form | {"column-3": "deal"}))
    assert (twice.status, "Two columns hold" in twice.seen) == (422, True)
    page = web.post(page.address, **(form | {"column-3": "amount"}))
    assert "Import 1 row" in page.seen


def test_an_answer_to_a_page_that_is_old_changes_nothing(cast) -> None:
    web = Web(cast.rolf)
    page = uploaded(web, PLAIN, name="a.csv")
    form = fill(page, "columns")
    web.post(page.address, **form)
    assert "Something was answered in between" in web.post(page.address, **form).seen


def test_what_is_no_table_is_said_beside_the_file(cast) -> None:
    refused = uploaded(Web(cast.rolf), b"%PDF-1.7", name="a.pdf")
    assert refused.status == 422
    assert "The file is a PDF. Save the table as XLSX or CSV." in refused.seen


def test_whoever_may_not_register_is_told_who_may(cast) -> None:
    page = Web(cast.rita).get("imports")
    assert "An officer of your institution imports files: Rolf" in page.seen
    assert "Upload" not in page.seen
    assert uploaded(Web(cast.rita), PLAIN).status == 200
    with acting_as(cast.rita):
        assert "None yet." in Web(cast.rita).get("imports").seen


def test_a_colleague_outside_the_team_reads_nothing_of_it(cast) -> None:
    mina, dami = Web(cast.mina), Web(cast.dami)
    page = uploaded(mina, PLAIN, name="wattle.csv")
    assert "Import 1 row" in page.seen
    assert dami.get(page.address).status == 404
    assert dami.get(f"{page.address}errors.csv").status == 404
    assert dami.http.post(f"{page.address}confirm/", secure=True).status_code == 404
    mina.post(f"{page.address}confirm/")
    assert "You see none of them." in dami.get(page.address).seen
    assert "wattle" not in dami.get("imports").seen
    assert Web(cast.rolf).get(page.address).status == 404


def test_the_same_by_the_command_line(cast, tmp_path: Path) -> None:
    file, said = tmp_path / "pipeline.csv", StringIO()
    file.write_bytes(PLAIN)
    call_command("import_file", "commitments", str(file), by="rolf@rhein.example", stdout=said)
    assert "ready    deal: Wattle senior package (of Austral)" in said.getvalue()
    assert "1 ready, 0 asks, 0 wrong, 0 left out" in said.getvalue()
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(owner=cast.bank("rhein")).exists()
    call_command("import_file", "commitments", str(file), by="rolf@rhein.example", confirm=True, stdout=said)
    with acting_as(cast.rolf):
        assert Commitment.objects.get(owner=cast.bank("rhein")).reference == "R-1"
    with pytest.raises(CommandError, match="This file was imported on"):
        call_command("import_file", "commitments", str(file), by="rolf@rhein.example", confirm=True, stdout=said)
    with pytest.raises(CommandError, match="You may not import commitments"):
        call_command("import_file", "commitments", str(file), by="rita@rhein.example", stdout=said)
    with pytest.raises(CommandError, match="'Pipeline' is no answer"):
        call_command("import_file", "commitments", str(file), "--answer", "Pipeline", by="rolf@rhein.example")


def test_the_command_line_asks_what_the_page_asks(cast, tmp_path: Path) -> None:
    file, said = tmp_path / "pipeline.xlsx", StringIO()
    file.write_bytes(messy())
    with pytest.raises(CommandError, match="Which currency is"):
        call_command("import_file", "commitments", str(file), "--answer", "sheet=Pipeline", "--leave-out",
                     str(ROW["range"]), by="rolf@rhein.example", confirm=True, stdout=said)  # fmt: skip
    assert "? currency:6:$" in said.getvalue()
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(owner=cast.bank("rhein")).exists()
