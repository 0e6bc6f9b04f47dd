"""Files of more commitments than a request makes: the worker makes what single ones are, all of it or nothing."""

import csv
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.db import transaction

from deals.models import Commitment
from deals.services.entering import Entering
from deals.services.registering import Drawn
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Client
from network.models import Import, ImportFile
from network.services import carrying_out, making_many, running
from network.services.previewing import preview
from tests.api import Answer, System, person_of, system_of
from tests.cast import Cast
from tests.network.long_files import HEADER, file_of, left_to_worker, life, line, worked
from tests.network.test_import_api import answered, confirmed, upload

pytestmark = pytest.mark.slow

SCOPES = "registry:read commitments:write"
ROWS = 520


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """The worker notes how far it is on a connection of its own, which sees what was committed."""
    return committed_cast


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein", SCOPES)


@pytest.fixture(autouse=True)
def several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making_many, "CHUNK", 200)


def progress(system: System, told: Answer) -> Any:
    return system.get(f"imports/{told.body['id']}/progress").body


def commitments(cast: Cast, bank: str = "rhein", who: str = "rolf") -> int:
    with acting_as(getattr(cast, who)):
        return Commitment.objects.filter(owner=cast.bank(bank)).count()


def test_what_the_worker_makes_is_what_is_made_one_by_one(cast: Cast, rhein: System) -> None:
    raw = file_of(
        ROWS,
        # Letters, which wait for an approver, and one figure for two instruments.
        n37=line(37, stage="LOI", until="2027-06-30"),
        n40=line(40, instrument="Equity; Guarantee", amount="USD 9m"),
        n39=line(39, stage="LOI", until="2027-06-30", amount="", note="=SUM(1)"),
    )
    told = left_to_worker(rhein, raw)
    client = Client.objects.select_related("institution", "responsible").get(institution=cast.bank("rhein"))
    with acting_as(client):
        source = Import.objects.get(pk=told.body["id"])
        seen = preview(source, ImportFile.objects.get(source=source), client.institution_id)
        assert seen.counts == {"ready": ROWS, "asks": 0, "wrong": 0, "left_out": 0}
        # The audience of the bank's own rows of the deal is the same for both.
        Commitment(owner=client.institution, deal=cast.deal).prepare(Level.OWN)
        with transaction.atomic():
            entering = Entering(client)
            drafts = [(row.number, draft) for row in seen.each() for draft in row.drafts]
            entering.look_up(draft for _line, draft in drafts)
            made, refused = carrying_out.one_by_one(entering, "commitments", drafts)
            assert not refused
            for number, row in made:
                carrying_out.made_row(source, number, row).save(force_insert=True)
            singly = life()
            transaction.set_rollback(True)
        assert not Commitment.objects.filter(owner=client.institution_id).exists()
    assert worked() == [True]
    with acting_as(client):
        many = life()
        assert len(many) > 7 * ROWS
        assert many.keys() == singly.keys()
        assert [name for name in singly if many[name] != singly[name]] == []
        assert Approval.objects.filter(decision="").count() == 2
    done = rhein.get(f"imports/{told.body['id']}").body
    assert (done["state"], done["made"]) == ("done", ROWS + 2)
    assert progress(rhein, told) == {
        "state": "done",
        "taking_back": False,
        "done": ROWS + 2,
        "of": ROWS + 2,
        "stopped": "",
    }


def test_rows_that_cannot_be_are_named_and_nothing_is_made(cast: Cast, rhein: System) -> None:
    # Terms without an amount are no terms: the service of a single one says so.
    raw = file_of(ROWS, n250=line(250, amount="", stage="indicative terms"), n260=line(260, stage="signed"))
    told = left_to_worker(rhein, raw)
    assert worked() == [False]
    assert commitments(cast) == 0
    now = rhein.get(f"imports/{told.body['id']}").body
    assert (now["state"], now["made"]) == ("open", 0)
    rows = {row["row"]: row for row in rhein.get(f"imports/{told.body['id']}/preview").body["rows"]}
    wrong = {number: [remark["says"] for remark in row["remarks"]] for number, row in rows.items() if row["remarks"]}
    assert wrong == {
        252: ["Give an amount and a currency (size)."],
        262: [
            "Give the agreement's reference and date (agreement_reference, signed_on).",
            "Disclose it at least to the lead (level).",
        ],
    }
    assert "3 things about the rows stand in the way" in progress(rhein, told)["stopped"]
    # It can't be confirmed like this; without them it is made.
    again = Answer(200, {"id": now["id"], "version": now["version"]}, {}, b"")
    assert confirmed(rhein, again).codes.keys() == {"/rows/252/0", "/rows/262/0", "/rows/262/1"}
    without = answered(rhein, again, leave_out=[252, 262])
    assert confirmed(rhein, without).body["state"] == "running"
    assert worked() == [True]
    assert commitments(cast) == ROWS - 2


def test_what_the_database_refuses_is_found_among_very_many(
    cast: Cast, rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(entering: Entering, draft: Any) -> Drawn:
        drawn = drawing(entering, draft)
        if draft["reference"] in ("R-213", "R-499"):
            drawn.commitment.stage = "approved"
        if draft["reference"] == "R-300":
            return replace(drawn, step=type(drawn.step)(**vars_of(drawn.step) | {"stage": "signed"}))
        return drawn

    drawing = Entering.draw_up
    monkeypatch.setattr(Entering, "draw_up", careless)
    told = left_to_worker(rhein, file_of(ROWS))
    assert worked() == [False]
    assert commitments(cast) == 0
    rows = rhein.get(f"imports/{told.body['id']}/preview").body["rows"]
    assert {row["row"]: [each["code"] for each in row["remarks"]] for row in rows if row["state"] == "wrong"} == {
        215: ["refused"], 302: ["refused"], 501: ["refused"],
    }  # fmt: skip


def vars_of(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_right_that_ended_meanwhile_ends_it(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    Client.objects.filter(institution=cast.bank("rhein")).update(scopes=["registry:read"])
    assert worked() == [False]
    assert commitments(cast) == 0
    assert progress(rhein, told)["state"] == "open"
    assert "You may not import commitments" in progress(rhein, told)["stopped"]


def test_who_may_not_act_any_more_is_not_acted_for(cast: Cast, rhein: System) -> None:
    left_to_worker(rhein, file_of(ROWS))
    Client.objects.filter(institution=cast.bank("rhein")).update(is_active=False)
    assert worked() == []
    assert commitments(cast) == 0


def test_nobody_else_confirms_it_or_looks_at_it(cast: Cast, rhein: System) -> None:
    started = upload(rhein, file_of(ROWS), name="many.csv")
    other, colleague = system_of("sakura", SCOPES), system_of("rhein", SCOPES)
    assert confirmed(other, started).status == 404
    assert confirmed(colleague, started).status == 404
    told = confirmed(rhein, started)
    for system in (other, colleague):
        for what in ("progress", "preview", "errors.csv"):
            assert system.get(f"imports/{told.body['id']}/{what}").status == 404
    assert other.get(f"imports/{told.body['id']}").status == 404
    # A colleague knows that there is a file, and no more.
    page = person_of("rolf@rhein.example").http.get(f"/admin/imports/{told.body['id']}/", secure=True)
    assert (page.status_code, "A colleague has this file imported." in page.content.decode()) == (200, True)
    assert worked() == [True]
    assert commitments(cast, who="sora") == 0


def test_it_is_made_once_however_often_it_is_rung_for(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    due = running.due()
    assert [running.run(*each) for each in (*due, *due)] == [True, False]
    assert commitments(cast) == ROWS
    with acting_as(Client.objects.get(institution=cast.bank("rhein"))):
        left = ImportFile.objects.get()
        assert (bytes(left.content), left.name, left.answers) == (b"", "", {})
    assert confirmed(rhein, told).status == 412
    same = upload(rhein, file_of(ROWS), name="other.csv")
    assert (same.status, same.body["type"]) == (409, "urn:orebook:problem:already_imported")


def test_of_two_who_uploaded_the_same_file_one_has_it_made(cast: Cast, rhein: System) -> None:
    colleague = system_of("rhein", SCOPES)
    left_to_worker(rhein, file_of(ROWS))
    second = left_to_worker(colleague, file_of(ROWS))
    assert worked() == [True, False]
    assert commitments(cast) == ROWS
    assert "This file was imported on" in progress(colleague, second)["stopped"]


def test_what_was_made_is_read_by_pages(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    worked()
    address = f"imports/{told.body['id']}/rows"
    whole = rhein.get(address).body
    assert ([row["row"] for row in whole["results"]], whole["next"]) == (list(range(2, ROWS + 2)), None)
    assert rhein.all(f"{address}?limit=200") == whole["results"]
    page = person_of("rolf@rhein.example").http.get(f"/admin/imports/{told.body['id']}/", secure=True).content.decode()
    assert page.count('<th scope="row">') == 200
    assert f"The first 200; {ROWS - 200} more." in page


def test_of_a_long_file_some_rows_are_shown_and_all_are_counted(cast: Cast, rhein: System) -> None:
    wrong = {f"n{n}": line(n, amount="USD 5-10m") for n in range(5, 2_300, 1)}
    started = upload(rhein, file_of(2_600, **wrong), name="long.csv")
    seen = started.body["preview"]
    assert seen["counts"] == {"ready": 305, "asks": 0, "wrong": 2_295, "left_out": 0}
    shown = [row["state"] for row in seen["rows"]]
    assert (shown.count("wrong"), shown.count("ready"), seen["more"]) == (2_000, 200, 400)
    assert confirmed(rhein, started).status == 422
    file = rhein.get(f"imports/{started.body['id']}/errors.csv")
    _header, *rows = csv.reader(StringIO(file.raw.decode("utf-8-sig"), newline=""))
    assert len(rows) == 2_295
    assert rows[0][-2:] == ["7", "It holds more than one number. Keep one amount in a cell."]


def test_more_than_a_request_makes_that_waits_for_an_approver_is_refused(
    cast: Cast, rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_many, "MOST_MADE", 2)
    letters = {f"n{n}": line(n, stage="LOI", until="2027-06-30") for n in (3, 4, 5)}
    told = left_to_worker(rhein, file_of(ROWS, **letters))
    assert worked() == [False]
    assert "3 rows wait for an approver or share one figure" in progress(rhein, told)["stopped"]
    assert commitments(cast) == 0


def test_what_one_has_already_is_asked_about(cast: Cast, rhein: System) -> None:
    left_to_worker(rhein, file_of(ROWS))
    worked()
    lines = [
        line(3, amount="USD 77m"),
        line(1, reference="R-9001"),
        line(1, reference=""),
        line(1, reference="", amount="USD 78m"),
    ]
    for raw, states in ((lines[:2], ["asks", "ready"]), (lines, ["asks", "ready", "asks", "ready"])):
        told = upload(rhein, (HEADER + "\n".join(raw)).encode(), name="more.csv").body["preview"]
        assert [row["state"] for row in told["rows"]] == states
    by_reference, by_figure = (row["remarks"][0]["says"] for row in told["rows"] if row["state"] == "asks")
    assert by_reference == "Row 2 is like your own commitment: R-3, senior loan, due diligence. Is it the same?"
    # Several have that figure: it is one of them.
    assert by_figure.startswith("Row 4 is like your own commitment: senior loan, ")
