"""Long files that were made to hold others up, or to have made what nobody looked at."""

import os
import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from deals.models import Commitment, Deal
from deals.services.deals import register_deal
from institutions.isolation.session import acting_as
from institutions.models import Client, Staff
from network.services import making_many, running
from network.tasks import empty_files
from tests.api import System, system_of
from tests.cast import Cast
from tests.network.long_files import HEADER, file_of, left_to_worker, line, worked
from tests.network.test_import_api import answered, confirmed, upload
from tests.network.test_import_ends import pass_days
from tests.network.test_import_many import ROWS, SCOPES, progress

pytestmark = pytest.mark.slow

TWELVE = "Loan; Equity; Guarantee; Grant; Royalty; Convertible; Prepay; Mezzanine; Prefs; PRI; UFK; Insurance"


@pytest.fixture
def rhein(committed_cast: Cast) -> System:
    return system_of("rhein", SCOPES)


def owner(statement: str, *given: object) -> Any:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as there:
        found = there.execute(statement, given)
        return found.fetchone() if found.description else None


def during(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Does it once, while rows are being written."""
    noting, acts = running.Beside.note, [act]

    def note(beside: running.Beside, done: int, of: int) -> None:
        noting(beside, done, of)
        if acts:
            acts.pop()()

    monkeypatch.setattr(running.Beside, "note", note)


def lines(count: int, deal: str = "wattle", instrument: str = "Loan") -> bytes:
    rows = (f"{deal},,{instrument},enquiry,,,R-{n},," for n in range(count))
    return (HEADER + "\n".join(rows) + "\n").encode()


def test_what_a_file_makes_is_counted_not_its_rows(rhein: System, monkeypatch: pytest.MonkeyPatch) -> None:
    # A hundred rows of twelve instruments are more than a request makes, and a file may make no more than so many.
    told = left_to_worker(rhein, lines(100, instrument=TWELVE))
    monkeypatch.setattr(making_many, "MOST_ROWS_OF_LONG", 1_199)
    assert worked() == [False]
    assert "1200 rows are more than the 1199 that are made at once" in progress(rhein, told)["stopped"]
    monkeypatch.undo()
    assert confirmed(rhein, upload(rhein, lines(100, instrument=TWELVE), name="again.csv")).body["state"] == "running"
    assert worked() == [True]
    assert owner("SELECT count(*) FROM network_importedrow") == (1_200,)


def test_while_it_is_written_nobody_waits_for_it(
    rhein: System, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, said = left_to_worker(rhein, file_of(ROWS)), list[int]()

    def ask() -> None:
        try:
            said.append(confirmed(rhein, told).status)
        finally:
            connections.close_all()

    def meanwhile() -> None:
        asking = threading.Thread(target=ask)
        asking.start()
        # The worker goes on only when it was answered.
        asking.join(20)
        assert not asking.is_alive()

    during(monkeypatch, meanwhile)
    assert worked() == [True]
    # It is being made already.
    assert said == [200]


def test_a_right_that_ends_while_it_is_written_ends_it(
    rhein: System, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    during(monkeypatch, lambda: owner("UPDATE institutions_client SET scopes = '{registry:read}'"))
    assert worked() == [False]
    assert owner("SELECT count(*) FROM network_importedrow") == (0,)
    assert "You may not import commitments" in progress(rhein, told)["stopped"]


def test_where_a_name_means_another_deal_by_then_nothing_is_made(rhein: System, committed_cast: Cast) -> None:
    cast = committed_cast
    with acting_as(cast.rolf):
        other = register_deal(by=cast.rolf, network=cast.network, slug="other", name="Other", code_name="")
    told = left_to_worker(rhein, lines(ROWS, deal="Blue Gum"))
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(code_name="Red Gum")
    with acting_as(cast.rolf):
        Deal.objects.filter(pk=other.pk).update(name="Blue Gum")
    assert worked() == [False]
    assert "What names in the file mean has changed" in progress(rhein, told)["stopped"]
    # Looked through again it is as it says now.
    again = rhein.get(f"imports/{told.body['id']}")
    assert confirmed(rhein, again).body["state"] == "running"
    assert worked() == [True]
    with acting_as(cast.rolf):
        assert set(Commitment.objects.values_list("deal_id", flat=True)) == {other.pk}


def test_answers_that_are_not_kept_are_refused(rhein: System) -> None:
    told = upload(rhein, lines(10_101), name="long.csv")
    refused = answered(rhein, told, leave_out=list(range(2, 10_103)))
    assert (refused.status, refused.body["type"]) == (422, "urn:orebook:problem:too_many_answers")
    assert rhein.get(f"imports/{told.body['id']}/preview").body["counts"]["ready"] == 10_101


def test_one_bank_with_many_does_not_keep_anothers_waiting(rhein: System) -> None:
    for number in range(3):
        left_to_worker(rhein, file_of(ROWS, n1=line(1, note=f"version {number}")))
    sakura = system_of("sakura", SCOPES)
    first, second = running.due()[0], left_to_worker(sakura, file_of(ROWS)).body["id"]
    assert running.run(*first)
    assert running.due()[0][0] == UUID(second)


def test_of_a_client_whose_person_is_suspended_none_is_made_and_the_file_is_emptied(committed_cast: Cast) -> None:
    system = system_of("rhein", SCOPES)
    left_to_worker(system, file_of(ROWS))
    answers_for = Client.objects.get(institution=committed_cast.bank("rhein")).responsible_id
    Staff.objects.filter(pk=answers_for).update(is_active=False)
    assert running.due() == []
    pass_days(31)
    empty_files()
    Staff.objects.filter(pk=answers_for).update(is_active=True)
    assert running.due() == []
    assert owner("SELECT f.content, i.state FROM network_importfile f JOIN network_import i ON i.id = f.source_id") == (
        b"", "open",
    )  # fmt: skip
