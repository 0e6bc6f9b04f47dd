"""A POST that is repeated with its key is carried out once and answered the same."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection, connections

from deals.models import Commitment
from institutions.isolation.sealing import digest
from institutions.isolation.session import acting_as
from institutions.models import IdempotencyKey
from network.tasks import forget_keys
from tests.api import APPROVES, System, system_of
from tests.cast import in_a_year

pytestmark = pytest.mark.slow


def body(cast, **more: object) -> dict[str, object]:
    return {
        "deal": str(cast.deal.pk),
        "instrument": "grant",
        "stage": "letter_of_interest",
        "level": "lead",
        "valid_until": in_a_year().isoformat(),
    } | more


def letters(cast) -> int:
    with acting_as(cast.rolf):
        return Commitment.objects.filter(owner=cast.bank("rhein")).count()


def test_a_repeat_answers_as_the_first(cast):
    rhein = system_of("rhein")
    first, again = (rhein.post("commitments", body(cast), Idempotency_Key="k-1") for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.raw == again.raw
    assert first.headers["Location"] == again.headers["Location"]
    assert letters(cast) == 1


def test_a_key_that_was_used_for_another_body_is_refused(cast):
    rhein = system_of("rhein")
    rhein.post("commitments", body(cast), Idempotency_Key="k-1")
    refused = rhein.post("commitments", body(cast, reference="other"), Idempotency_Key="k-1")
    assert (refused.status, refused.codes) == (422, {"/Idempotency-Key": "key_used"})
    assert letters(cast) == 1


def test_another_clients_same_key_is_another_key(cast):
    for asker in (system_of("rhein"), system_of("rhein"), system_of("sakura")):
        assert asker.post("commitments", body(cast), Idempotency_Key="k-1").status == 201
    assert letters(cast) == 2


def test_a_refused_request_leaves_its_key_free(cast):
    rhein = system_of("rhein")
    assert rhein.post("commitments", body(cast, level="x"), Idempotency_Key="k-1").status == 422
    assert rhein.post("commitments", body(cast), Idempotency_Key="k-1").status == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00e9"])
def test_a_key_that_is_none_is_refused(cast, key):
    refused = system_of("rhein").post("commitments", body(cast), Idempotency_Key=key)
    assert (refused.status, refused.codes) == (400, {"/Idempotency-Key": "invalid"})


def test_a_repeated_move_is_made_once_though_its_version_is_old_by_then(cast):
    rhein = system_of("rhein")
    made = rhein.post("commitments", body(cast)).body
    path = f"commitments/{made['id']}/transitions"
    sent = {"If_Match": f'"{made["version"]}"', "Idempotency_Key": "m-1"}
    first, again = (rhein.post(path, {"to": "due_diligence"}, **sent) for _ in range(2))
    assert (first.status, again.status, again.body["stage"]) == (200, 200, "due_diligence")
    assert rhein.post(path, {"to": "withdrawn", "reason": "x"}, **sent | {"Idempotency_Key": "m-2"}).status == 412


def test_a_confirmation_can_be_repeated(cast):
    rhein, approver = system_of("rhein"), system_of("rhein", APPROVES)
    waiting = rhein.post("commitments", body(cast, level="public")).body["pending_approval"]["id"]
    answers = [approver.post(f"approvals/{waiting}/confirm", Idempotency_Key="c-1") for _ in range(2)]
    assert [a.status for a in answers] == [200, 200]
    assert approver.post(f"approvals/{waiting}/confirm", Idempotency_Key="c-2").status == 409


def test_a_repeat_tells_nothing_of_what_is_out_of_sight_by_then(cast):
    sora = system_of("sakura")
    made = sora.post("commitments", body(cast), Idempotency_Key="gone")
    assert made.status == 201
    with acting_as(cast.ada):
        party = cast.deal.party_set.get(institution=cast.bank("sakura"))
        party.left_on = party.invited_on
        party.save()
    with acting_as(cast.shin), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [cast.deal.pk, [cast.shin.pk]])
    assert sora.post("commitments", body(cast), Idempotency_Key="gone").status == 404


def test_a_key_stands_for_thirty_days(committed_cast):
    cast = committed_cast
    rhein = system_of("rhein")
    assert rhein.post("commitments", body(cast), Idempotency_Key="k-1").status == 201
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        for days, count in ((29, 1), (31, 2)):
            owner.execute("UPDATE institutions_idempotencykey SET made_at = now() - %s::interval", [f"{days} days"])
            owner.commit()
            forget_keys()
            assert rhein.post("commitments", body(cast), Idempotency_Key="k-1").status == 201
            assert letters(cast) == count


@pytest.mark.slow
def test_fifty_at_once_make_one_letter(committed_cast):
    rhein = system_of("rhein")
    start = Barrier(10)

    def post(_: int) -> tuple[int, str | None]:
        start.wait()
        try:
            answer = System(rhein.token).post("commitments", body(committed_cast), Idempotency_Key="race")
            return answer.status, answer.body.get("id")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(post, range(50)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({made for status, made in answers if status == 201}) == 1
    assert letters(committed_cast) == 1
    with acting_as(committed_cast.bank("rhein").clients.get()):
        assert IdempotencyKey.objects.filter(key="race").count() == 1


def test_a_request_whose_first_is_under_way_is_told_to_wait(committed_cast):
    rhein = system_of("rhein")
    client = committed_cast.bank("rhein").clients.get()
    lock = int(digest(f"client:{client.pk} busy")[:16], 16) - 2**63
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        refused = rhein.post("commitments", body(committed_cast), Idempotency_Key="busy")
    assert (refused.status, refused.body["type"], refused.headers["Retry-After"]) == (
        409,
        "urn:orebook:problem:in_flight",
        "1",
    )
    assert rhein.post("commitments", body(committed_cast), Idempotency_Key="busy").status == 201


def test_a_crash_before_the_answer_leaves_neither_letter_nor_key(committed_cast, monkeypatch):
    rhein = system_of("rhein")

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("deals.api.commitments._answer", broken)
    assert rhein.post("commitments", body(committed_cast), Idempotency_Key="crash").status == 500
    monkeypatch.undo()
    assert letters(committed_cast) == 0
    assert rhein.post("commitments", body(committed_cast), Idempotency_Key="crash").status == 201
