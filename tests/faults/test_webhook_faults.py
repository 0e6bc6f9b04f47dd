"""No fault loses an event for a receiver: the ledger's row is the proof, and the broker only a doorbell."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from pytest_django import Settings

import config.celery  # noqa: F401  # Celery finds its broker through the application.
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.models import WebhookLane
from network.tasks import ring_webhooks
from network.webhooks import lanes, ledger, sending
from network.webhooks.ledger import Lost
from network.webhooks.sending import Outcome
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import Sink
from tests.network.receivers import Receiver, deliveries, endpoint_for, now, receiving, turn

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60
REVEALED = ("commitment.revealed",)


def environment() -> dict[str, str]:
    """For processes of their own: this test's database and broker."""
    return os.environ | {"ORE_WEBHOOK_LOOPBACK": "1"}


def test_killed_after_it_was_sent_and_before_the_mark_it_is_sent_once_more_with_the_same_id(
    managers: Cast, receiver: Receiver
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    process = subprocess.Popen([sys.executable, "manage.py", "send_webhooks"], cwd=ROOT, env=environment())
    receiver.heard = lambda _: process.kill()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    receiver.heard = None
    letter(managers, Level.PARTIES)
    # The lease is still the dead one's; nobody else calls meanwhile.
    assert turn(made) == 0
    turn(made, now() + ledger.LEASE + timedelta(seconds=1))
    first, again, other = receiver.ids
    assert first == again != other
    assert receiver.calls[0].body == receiver.calls[1].body
    assert deliveries(managers.root, made) == [("done", 2), ("done", 1)]


def test_killed_between_finding_and_sending_loses_nothing(
    managers: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("network.webhooks.sending.post", dies)
        with pytest.raises(SystemExit):
            turn(made)
    turn(made, now() + ledger.LEASE + timedelta(seconds=1))
    assert deliveries(managers.root, made) == [("done", 2)]


def test_a_worker_that_comes_back_late_marks_nothing(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    institution = made.endpoint.owner_id
    late = ledger.take(made.endpoint.pk, institution, now())
    assert late is not None
    assert ledger.take(made.endpoint.pk, institution, now()) is None
    after = now() + ledger.LEASE + timedelta(seconds=1)
    lanes.run(made.endpoint.pk, institution, after)
    assert deliveries(managers.root, made) == [("done", 1)]
    with pytest.raises(Lost):
        ledger.next_ready(late, after)
    ledger.give_back(late)
    with acting_as(managers.root):
        assert WebhookLane.objects.get().taken == 2


def test_a_receiver_that_hangs_delays_none_of_seven_others(
    managers: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_LOOPBACK = True
    # It is not cut off meanwhile: what came until it is let go did not wait for it.
    monkeypatch.setattr(sending, "READ_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 2 * PATIENCE)
    hangs, release, all_came = threading.Event(), threading.Event(), threading.Event()
    came: list[object] = []

    def hang(_: object) -> None:
        hangs.set()
        release.wait()

    def hear(call: object) -> None:
        came.append(call)
        if len(came) == 7:
            all_came.set()

    with ExitStack() as stack:
        others = [stack.enter_context(receiving(heard=hear)) for _ in range(7)]
        hanging = stack.enter_context(receiving(heard=hang))
        # Of two institutions, since one has four lanes at a time.
        endpoint_for(managers.root, hanging, events=REVEALED)
        for place, other in enumerate(others):
            endpoint_for(managers.root if place < 3 else managers.anna, other, events=REVEALED)
        letter(managers, Level.PARTIES)

        def run_all() -> None:
            lanes.run_all()
            connection.close()

        thread = threading.Thread(target=run_all)
        thread.start()
        try:
            assert hangs.wait(PATIENCE)
            assert all_came.wait(PATIENCE)
            assert thread.is_alive()
        finally:
            release.set()
            thread.join(PATIENCE)


def test_one_institution_has_four_lanes_at_a_time(managers: Cast, receiver: Receiver) -> None:
    made = [endpoint_for(managers.root, receiver, events=REVEALED) for _ in range(6)]
    own = endpoint_for(managers.anna, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    first = [endpoint for endpoint, _ in ledger.due(4, now())]
    assert len(first) == 5
    assert own.endpoint.pk in first
    leases = [ledger.take(key, managers.bank("rhein").pk, now()) for key in first if key != own.endpoint.pk]
    assert [endpoint for endpoint, _ in ledger.due(4, now())] == [own.endpoint.pk]
    for lease in leases:
        assert lease
        ledger.give_back(lease)
    # Those that waited come next.
    assert {endpoint for endpoint, _ in ledger.due(2, now())} >= {each.endpoint.pk for each in made} - set(first)


def test_a_quiet_registry_rings_for_nobody(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    turn(made)
    assert ledger.due(4, now()) == []
    letter(managers, Level.PARTIES)
    assert [endpoint for endpoint, _ in ledger.due(4, now())] == [made.endpoint.pk]


def test_a_writer_that_holds_its_transaction_open_loses_nothing(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    written, go = threading.Event(), threading.Event()

    def slowly() -> None:
        with acting_as(None):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
            written.set()
            go.wait(20)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert written.wait(20)
    told = letter(managers, Level.PARTIES)
    # Older than what was told: nothing is handed out yet.
    assert turn(made) == 0
    go.set()
    thread.join(20)
    assert turn(made) == 1
    assert str(told.pk) in receiver.calls[0].body.decode()


@pytest.mark.slow
def test_the_worker_of_the_queue_calls_what_was_rung(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    # Rung for nobody, as with a broker that lost everything.
    ring_webhooks()
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "--queues", "webhooks", "--pool", "threads",
         "--concurrency", "4", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"],
        cwd=ROOT, env=environment(),
    )  # fmt: skip
    try:
        began = time.monotonic()
        while not receiver.calls and time.monotonic() - began < PATIENCE:
            time.sleep(0.1)
        while deliveries(managers.root, made) != [("done", 1)] and time.monotonic() - began < PATIENCE:
            time.sleep(0.1)
    finally:
        worker.kill()
        worker.wait()
    assert deliveries(managers.root, made) == [("done", 1)]


def test_what_nobody_can_sign_is_not_sent(managers: Cast, receiver: Receiver, settings: Settings) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    # The installation has another key since.
    settings.SEAL_KEY = "another"
    turn(made)
    assert receiver.calls == []
    assert Outcome(None, "no_secret", 0) == ledger.NO_SECRET


def test_no_transaction_is_open_while_a_receiver_or_a_mail_server_is_called(
    managers: Cast, receiver: Receiver, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    post, send = sending.post, EmailMultiAlternatives.send
    open_: list[bool] = []

    def posting(*how: Any) -> Outcome:
        open_.append(connection.in_atomic_block)
        return post(*how)

    def mailing(mail: EmailMultiAlternatives) -> int:
        open_.append(connection.in_atomic_block)
        return send(mail)

    monkeypatch.setattr(sending, "post", posting)
    monkeypatch.setattr(EmailMultiAlternatives, "send", mailing)
    receiver.answers = [410]
    turn(made)
    assert open_ == [False, False]
    assert sink.readers == ["root"]
