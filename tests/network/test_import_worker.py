"""The worker of long imports: what it tells meanwhile, and what is left when it dies."""

import os
import subprocess
import sys
from io import BytesIO
from typing import Any

import psycopg
import pytest

from config.embedded.processes import wait_until
from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.services import making_many, running
from network.tasks import ring_imports
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.network.long_files import file_of, left_to_worker, worked
from tests.services import ROOT

pytestmark = pytest.mark.slow

SCOPES = "registry:read commitments:write"
ROWS = 520


@pytest.fixture
def rhein(committed_cast: Cast) -> System:
    return system_of("rhein", SCOPES)


def owner(statement: str, *given: object) -> Any:
    """The first value, as the owner of the tables finds what was committed."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as there:
        (found,) = there.execute(statement, given).fetchone() or (None,)
        return found


def made() -> int:
    found: int = owner("SELECT count(*) FROM network_importedrow")
    return found


def test_how_far_it_is_is_told_before_anything_of_it_is_seen(rhein: System, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, int]] = []
    noting = running.Beside.note

    def note(beside: running.Beside, done: int, of: int) -> None:
        noting(beside, done, of)
        seen.append((owner("SELECT (done, ready)::text FROM network_importfile"), made()))

    monkeypatch.setattr(running.Beside, "note", note)
    monkeypatch.setattr(making_many, "CHUNK", 200)
    told = left_to_worker(rhein, file_of(ROWS))
    assert worked() == [True]
    assert seen == [("(200,520)", 0), ("(400,520)", 0), ("(520,520)", 0)]
    assert made() == ROWS
    assert rhein.get(f"imports/{told.body['id']}").body["made"] == ROWS


def test_whoever_uploaded_it_sees_on_its_page_how_far_it_is(committed_cast: Cast) -> None:
    rolf = person_of("rolf@rhein.example")
    file = BytesIO(file_of(ROWS))
    file.name = "many.csv"
    page = rolf.http.post("/admin/imports/", {"kind": "commitments", "file": file}, secure=True, follow=True)
    address = page.redirect_chain[-1][0]
    assert f"Import {ROWS} rows" in page.content.decode()
    page = rolf.http.post(f"{address}confirm/", secure=True, follow=True)
    assert f"0 of {ROWS} rows are done." in page.content.decode()
    assert worked() == [True]
    assert "What was made" in rolf.http.get(address, secure=True).content.decode()


def test_for_whoever_was_suspended_nothing_is_made(committed_cast: Cast) -> None:
    rolf = person_of("rolf@rhein.example")
    left_to_worker(rolf, file_of(ROWS))
    ((source, actor),) = running.due()
    Staff.objects.filter(email="rolf@rhein.example").update(is_active=False)
    assert running.due() == []
    # Whatever rings for it all the same.
    assert running.run(source, actor) is False
    assert made() == 0


def test_while_one_is_being_made_no_other_is_begun(rhein: System) -> None:
    left_to_worker(rhein, file_of(ROWS))
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('orebook long import'))")
        assert worked() == [False]
        assert made() == 0
        # It counts as no try of its own.
        assert owner("SELECT tries FROM network_importfile") == 0
    assert worked() == [True]
    assert made() == ROWS


def test_of_a_worker_that_breaks_off_nothing_is_left_and_the_next_begins_anew(
    rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = left_to_worker(rhein, file_of(ROWS))

    def broken(*_: object) -> None:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as breaking:
        breaking.setattr(running, "finish", broken)
        assert [worked(), worked()] == [[False], [False]]
    assert (made(), owner("SELECT tries FROM network_importfile")) == (0, 2)
    assert rhein.get(f"imports/{told.body['id']}").body["state"] == "running"
    assert worked() == [True]
    assert made() == ROWS


def test_what_was_answered_while_it_was_read_is_not_made_as_it_was_before(
    rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_to_worker(rhein, file_of(ROWS))
    reading = making_many._read

    def read(*given: Any) -> int:
        count = reading(*given)
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as other:
            other.execute("UPDATE network_import SET revision = revision + 1")
        return count

    monkeypatch.setattr(making_many, "_read", read)
    assert worked() == [False]
    assert made() == 0
    monkeypatch.undo()
    assert worked() == [True]


def test_one_that_breaks_off_each_time_is_given_back(rhein: System, monkeypatch: pytest.MonkeyPatch) -> None:
    told = left_to_worker(rhein, file_of(ROWS))

    def broken(*_: object) -> None:
        raise RuntimeError("out of memory")

    with monkeypatch.context() as breaking:
        breaking.setattr(running, "finish", broken)
        for _ in range(running.MOST_TRIES + 1):
            worked()
    assert worked() == []
    now = rhein.get(f"imports/{told.body['id']}/progress").body
    assert (now["state"], now["done"]) == ("open", 0)
    assert now["stopped"].startswith("It broke off 3 times, and nothing was made.")
    assert made() == 0


def test_a_worker_that_is_killed_leaves_nothing(committed_cast: Cast, rhein: System) -> None:
    left_to_worker(rhein, file_of(6_000))
    ((source, actor),) = running.due()
    working = subprocess.Popen(
        [sys.executable, "-c", "import sys, django; django.setup(); from uuid import UUID;"
         "from network.services import running; running.run(UUID(sys.argv[1]), sys.argv[2])", str(source), actor],
        cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    try:
        # Some of its rows are written, and others are not.
        assert wait_until(lambda: owner("SELECT done >= 2000 FROM network_importfile"), 60)
    finally:
        working.kill()
        working.wait()
    assert (owner("SELECT tries FROM network_importfile"), made()) == (1, 0)
    # Until the server has noticed that nobody is there any more.
    assert wait_until(lambda: worked() == [True], 60)
    assert made() == 6_000
    with acting_as(committed_cast.rolf):
        assert Commitment.objects.filter(owner=committed_cast.bank("rhein")).count() == 6_000


def test_a_ring_rings_for_each_that_is_to_be_made(rhein: System, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[list[str]] = []
    monkeypatch.setattr("network.tasks.run_import.apply_async", lambda given, **_: rung.append(given))
    ring_imports()
    told = left_to_worker(rhein, file_of(ROWS))
    ring_imports()
    assert [given[0] for given in rung] == [told.body["id"]]
