"""No fault loses or doubles a digest: the ledger's row is the proof, and the broker only a doorbell."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError
from pytest_django import Settings

import config.celery  # noqa: F401  # Celery finds its broker through the application.
from config.embedded import addresses, processes
from config.embedded.broker import Broker
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.composing import Letter, compose
from network.digests.delivering import PAUSES, deliver
from network.digests.selection import News
from network.models import Carries, Digest, DigestStatus
from network.tasks import ring_digests
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import Sink, follows_deal, has_waited_long, mail_carries, send_now

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 40


def rows(cast: Cast, who: str = "ada") -> list[tuple[str, int, str]]:
    """The person's own ledger."""
    with acting_as(cast.people[who]):
        return list(Digest.objects.order_by("made_at").values_list("status", "attempts", "error"))


def environment(sink: Sink) -> dict[str, str]:
    """For processes of their own: this test's database, broker and mail server."""
    return os.environ | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.port)}


def test_killed_after_the_mail_was_accepted_and_before_the_mark_it_sends_one_more_with_the_same_id(
    committed_cast: Cast, sink: Sink
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, "ada")
    letter(cast, Level.LEAD, money="10000000")
    process = subprocess.Popen([sys.executable, "manage.py", "send_digests", "--now"], cwd=ROOT, env=environment(sink))
    sink.heard = process.kill
    assert process.wait(PATIENCE) == -signal.SIGKILL
    sink.heard = None
    # What comes in between belongs to the next digest: the repeat tells the same under the same id.
    letter(cast, Level.LEAD, money="20000000")
    soon, later = datetime.now(UTC), datetime.now(UTC) + timedelta(seconds=ledger.LEASE_SECONDS)
    assert send_now(soon) == []
    (outcome,) = send_now(later)
    assert outcome.status is DigestStatus.DONE
    assert send_now(later + timedelta(minutes=1))[0].status is DigestStatus.DONE
    first, again, next_ = (mail for _, mail in sink.mails)
    assert first["Message-ID"] == again["Message-ID"] != next_["Message-ID"]
    assert "20,000,000" not in again.as_string()
    assert "20,000,000" in next_.as_string()
    assert [status for status, _, _ in rows(cast)] == ["done", "done"]


def test_send_digests_now_waits_for_what_the_worker_is_sending_and_names_it_as_sent(
    committed_cast: Cast, sink: Sink
) -> None:
    follows_deal(committed_cast, "ada")
    letter(committed_cast, Level.LEAD)
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go_on.wait(PATIENCE)

    sink.heard = hold
    command = [sys.executable, "-u", "manage.py", "send_digests"]
    with subprocess.Popen([*command, "--now"], cwd=ROOT, env=environment(sink), stdout=subprocess.PIPE) as worker:
        assert held.wait(PATIENCE)
        second = subprocess.Popen(
            [*command, "--now"], cwd=ROOT, env=environment(sink), stdout=subprocess.PIPE, text=True
        )
        with second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waiting for 1 that the worker is sending\n"
            go_on.set()
            assert second.stdout.read().splitlines() == [
                "sent to ada@austral.example",
                "1 sent, 0 with nothing to tell, 0 failed",
            ]
    assert (worker.returncode, second.returncode, sink.readers) == (0, 0, ["ada"])


def test_a_worker_that_comes_back_late_marks_nothing(cast: Cast) -> None:
    follows_deal(cast, "ada")
    (digest,) = ledger.make_now()
    late = ledger.lease(digest)
    assert late is not None
    assert ledger.lease(digest) is None
    after = datetime.now(UTC) + timedelta(seconds=ledger.LEASE_SECONDS + 1)
    current = ledger.lease(digest, after)
    assert current is not None
    assert current.to == late.to
    assert ledger.mark(late, DigestStatus.PARKED) is False
    assert ledger.mark(current, DigestStatus.EMPTY) is True
    assert rows(cast) == [("empty", 2, "")]


def test_a_mail_server_that_puts_off_is_asked_again_with_growing_pauses_under_one_id(
    committed_cast: Cast, sink: Sink
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.answer = "451 try later"
    at = datetime.now(UTC)
    (digest,) = ledger.make_now(at)
    for pause in (*PAUSES, PAUSES[-1]):
        deliver(digest, at)
        assert ledger.make_due(at + pause - timedelta(seconds=1)) == []
        at += pause
        assert ledger.make_due(at) == [digest]
    # It is not given up: a server may have taken it and lost the line, and another mail would tell it twice.
    sink.answer = "250 kept"
    deliver(digest, at)
    assert sink.to("ada")["Message-ID"].startswith(f"<digest.{digest.hex}@")
    assert rows(cast) == [("done", len(PAUSES) + 2, "")]


def test_a_mail_that_is_refused_for_good_is_given_up_and_the_next_one_tells_it(
    committed_cast: Cast, sink: Sink
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.answer = "554 not this mail"
    (outcome,) = send_now()
    assert outcome.status is DigestStatus.PARKED
    sink.answer = "250 kept"
    send_now()
    assert sink.readers == ["ada"]
    assert rows(cast)[0] == ("parked", 1, "SMTPDataError")


def test_a_mail_server_that_is_down_loses_nothing(committed_cast: Cast, sink: Sink, settings: Settings) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    settings.EMAIL_PORT = 1
    (outcome,) = send_now()
    assert (outcome.status, outcome.error) == (DigestStatus.PENDING, "ConnectionRefusedError")
    settings.EMAIL_PORT = sink.port
    send_now()
    assert sink.readers == ["ada"]


def test_one_poisonous_digest_holds_up_no_other(
    committed_cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "abe", "mina")
    letter(cast, Level.LEAD)

    def poisoned(person: Staff, news: News, unsubscribe: str) -> Letter | None:
        if person.pk == cast.abe.pk:
            raise ZeroDivisionError("USD 150,000,000 of Hanok")
        return compose(person, news, unsubscribe)

    monkeypatch.setattr("network.digests.delivering.compose", poisoned)
    send_now()
    assert sink.readers == ["ada", "mina"]
    assert rows(cast, "abe") == [("pending", 1, "ZeroDivisionError")]


@pytest.fixture
def worker() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers that the test starts; none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def start_worker(sink: Sink) -> subprocess.Popen[bytes]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo", *quiet],
        cwd=ROOT,
        env=environment(sink),
    )


@pytest.mark.slow
def test_a_broker_that_is_down_and_comes_back_empty_loses_nothing(
    committed_cast: Cast, sink: Sink, worker: list[subprocess.Popen[bytes]]
) -> None:
    cast = committed_cast
    # Kept in memory alone: what was rung is gone with it.
    broker = Broker(addresses.data_folder(), durable=False)
    follows_deal(cast, "ada")
    has_waited_long(cast.ada)
    ring_digests()
    broker.stop()
    try:
        letter(cast, Level.LEAD)
        began = time.monotonic()
        with pytest.raises(OperationalError):
            ring_digests()
        assert time.monotonic() - began < 10
    finally:
        broker.start()
    worker.append(start_worker(sink))
    ring_digests()
    # Noted as done after the mail went out.
    assert processes.wait_until(lambda: rows(cast) == [("done", 1, "")], PATIENCE), rows(cast)
    # Rung again it has nothing to do.
    ring_digests()
    assert rows(cast) == [("done", 1, "")]
    assert sink.readers == ["ada"]
