"""Taking back imports of more rows than a request reverses: by the worker, all of them or none."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import Client
from network.models import Import
from network.services import running, taking_back
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.network.long_files import file_of, left_to_worker, life, line, worked
from tests.network.test_import_api import upload
from tests.network.test_import_many import ROWS, SCOPES, progress
from tests.network.test_take_back_import import drawn_upon

pytestmark = pytest.mark.slow


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """The worker notes how far it is on a connection of its own, which sees what was committed."""
    return committed_cast


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein", SCOPES)


def test_a_long_import_is_taken_back_as_a_short_one_is(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS, n37=line(37, stage="LOI", until="2027-06-30")))
    worked()
    client = Client.objects.select_related("institution", "responsible").get(institution=cast.bank("rhein"))
    with acting_as(client):
        source = Import.objects.get(pk=told.body["id"])
        with transaction.atomic(), pytest.MonkeyPatch.context() as short:
            short.setattr(taking_back, "MOST_MADE", 10_000)
            assert taking_back.take_back_import(by=client, source=source, reason="Twice") == 0
            singly = life()
            transaction.set_rollback(True)
        assert taking_back.take_back_import(by=client, source=source, reason="Twice") is None
    assert progress(rhein, told)["taking_back"]
    taken: list[Any] = []
    with pytest.MonkeyPatch.context() as counting:
        counting.setattr(taking_back, "take_back", lambda row, **_: taken.append(row))
        assert worked() == [True]
    assert taken == [], "none of them goes the way of a single one"
    with acting_as(client):
        many = life()
        assert set(Commitment.objects.values_list("stage", flat=True).filter(owner=client.institution_id)) == {
            "withdrawn"
        }
        assert [name for name in singly.keys() | many if many.get(name) != singly.get(name)] == []
    assert rhein.get(f"imports/{told.body['id']}").body["state"] == "taken_back"
    assert worked() == []
    assert upload(rhein, file_of(ROWS), name="many.csv").status == 201


def test_without_the_right_a_long_import_is_not_taken_back(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    worked()
    client = Client.objects.select_related("institution", "responsible").get(institution=cast.bank("rhein"))
    with acting_as(client):
        taking_back.take_back_import(by=client, source=Import.objects.get(pk=told.body["id"]), reason="Twice")
    Client.objects.filter(pk=client.pk).update(scopes=["registry:read"])
    assert worked() == [False]
    assert progress(rhein, told) | {"stopped": ""} == {
        "state": "done", "taking_back": False, "done": ROWS, "of": ROWS, "stopped": "",
    }  # fmt: skip
    with acting_as(client):
        assert not Commitment.objects.filter(stage="withdrawn").exists()


def test_where_a_row_has_gone_too_far_none_is_taken_back_and_its_page_names_it(cast: Cast) -> None:
    rolf = person_of("rolf@rhein.example")
    told = left_to_worker(rolf, file_of(ROWS))
    worked()
    drawn_upon(cast, "R-3")
    with acting_as(cast.rolf):
        source = Import.objects.get(pk=told.body["id"])
        assert taking_back.take_back_import(by=cast.rolf, source=source, reason="Twice") is None
    page = rolf.http.get(f"/admin/imports/{source.pk}/", secure=True).content.decode()
    assert "<h1>Being taken back" in page or "Being taken back" in page.partition("</title>")[0]
    assert worked() == [False]
    page = rolf.http.get(f"/admin/imports/{source.pk}/", secure=True).content.decode()
    assert "Nothing was taken back, since some of it has gone too far: 1." in page
    assert "Row 5: " in page
    assert "the repayment of what is outstanding" in page
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(stage="withdrawn").exists()


def test_what_breaks_off_again_and_again_says_that_nothing_was_taken_back(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    worked()
    client = Client.objects.select_related("institution", "responsible").get(institution=cast.bank("rhein"))
    with acting_as(client):
        taking_back.take_back_import(by=client, source=Import.objects.get(pk=told.body["id"]), reason="Twice")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(running, "carry_back", lambda *_: 1 // 0)
        assert [worked() for _ in range(running.MOST_TRIES)] == [[False]] * running.MOST_TRIES
    assert worked() == [False]
    assert progress(rhein, told)["stopped"] == "It broke off 3 times, and nothing was taken back. Ask for it again."


def test_nobody_but_whoever_uploaded_it_has_the_worker_make_it(cast: Cast, rhein: System) -> None:
    told = left_to_worker(rhein, file_of(ROWS))
    for other in (cast.rolf, cast.rita, cast.ada):
        assert not running.run(UUID(told.body["id"]), f"person:{other.pk}")
    with acting_as(cast.rolf):
        assert not Commitment.objects.exists()
