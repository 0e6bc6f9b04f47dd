"""What a receiver does wrong costs nobody else anything, and nothing is lost by it."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from pytest_django import Settings

from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Client, Contact
from institutions.services.clients import issue_client
from network.models import WebhookNotice
from network.services.webhooks import change_endpoint, try_endpoint
from network.webhooks import ledger, sending
from network.webhooks.ledger import GIVE_UP, PAUSES
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import Sink
from tests.network.receivers import Receiver, attempts, deliveries, endpoint_for, lane, now, turn

pytestmark = pytest.mark.slow

REVEALED = ("commitment.revealed",)
PATIENCE = 60


def longest(pause: timedelta) -> timedelta:
    return pause * (1 + ledger.JITTER) + timedelta(seconds=1)


def due(at) -> int:
    return len(ledger.due(4, at))


def test_a_message_that_is_refused_is_tried_for_three_days_with_growing_pauses_then_parked_and_told(
    managers: Cast, receiver: Receiver, sink: Sink
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES, money="41000000")
    receiver.answers = [400]
    at = began = now()
    while deliveries(managers.root, made) in ([], [("pending", len(receiver.calls))]):
        turn(made, at)
        pause = PAUSES[min(len(receiver.calls), len(PAUSES)) - 1]
        assert not ledger.due(4, at + pause * (1 - ledger.JITTER) - timedelta(seconds=1))
        at += longest(pause)
        assert len(receiver.calls) < 20
    assert deliveries(managers.root, made) == [("parked", len(receiver.calls))]
    assert GIVE_UP * 0.5 < at - began < GIVE_UP * 1.5
    assert len(set(receiver.ids)) == 1
    # The lane goes on: one message that a receiver can't read stops no other.
    assert lane(managers.root, made).stopped == ""
    assert sink.readers == ["root"]
    mail = sink.text("root")
    assert f"/admin/webhooks/{made.endpoint.pk}/" in mail
    for word in ("Wattle", "Blue Gum", "41,000,000", "Hanok", receiver.url, "commitment"):
        assert word not in sink.to("root").as_string()
    # Once a day at most.
    with acting_as(managers.root):
        assert WebhookNotice.objects.count() == 1


def test_one_message_that_is_refused_holds_up_no_other(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    poison = letter(managers, Level.PARTIES)
    receiver.heard = lambda call: setattr(receiver, "answers", [500 if str(poison.pk) in call.body.decode() else 204])
    turn(made)
    letter(managers, Level.PARTIES)
    turn(made)
    assert sorted(deliveries(managers.root, made)) == [("done", 1), ("pending", 1)]


def test_a_receiver_that_nobody_answers_for_rests_and_is_parked_after_three_days_and_goes_on_where_it_stopped(
    managers: Cast, receiver: Receiver, sink: Sink
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    for _ in range(3):
        letter(managers, Level.PARTIES)
    receiver.answers = [503]
    at = now()
    turn(made, at)
    # One call says it of all: the others wait without being tried.
    assert len(receiver.calls) == 1
    assert turn(made, at + timedelta(seconds=1)) == 0
    while lane(managers.root, made).stopped == "":
        at += timedelta(hours=20)
        turn(made, at)
        assert len(receiver.calls) < 20
    assert lane(managers.root, made).stopped == "parked"
    assert {status for status, _ in deliveries(managers.root, made)} == {"pending"}
    assert sink.readers == ["root"]
    calls = len(receiver.calls)
    letter(managers, Level.PARTIES)
    assert turn(made, at + timedelta(days=2)) == 0
    receiver.answers = [204]
    with acting_as(managers.root):
        change_endpoint(by=managers.root, endpoint=made.endpoint, active=True)
    turn(made)
    assert len(receiver.calls) == calls + 4
    assert {status for status, _ in deliveries(managers.root, made)} == {"done"}


def test_gone_is_taken_at_its_word(managers: Cast, receiver: Receiver, sink: Sink) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    letter(managers, Level.PARTIES)
    receiver.answers = [410]
    assert turn(made) == 1
    assert lane(managers.root, made).stopped == "gone"
    assert turn(made, now() + timedelta(days=4)) == 0
    assert sink.readers == ["root"]


def test_the_technical_contact_is_told_as_the_admins_are_and_once(
    managers: Cast, receiver: Receiver, sink: Sink
) -> None:
    """Of its own institution alone; who is both is told once."""
    for bank, kind, email in (
        ("rhein", "technical", "night-shift@rhein.example"),
        ("rhein", "legal", "law@rhein.example"),
        ("hanok", "technical", "night-shift@hanok.example"),
    ):
        with acting_as(System("test", managers.bank(bank).pk)):
            Contact.objects.create(
                owner=managers.bank(bank), secretariat=managers.bank("desk"), kind=kind, name="Desk", email=email,
                phone="1",
            )  # fmt: skip
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    receiver.answers = [410]
    turn(made)
    assert sorted(sink.readers) == ["night-shift", "root"]
    assert "night-shift@rhein.example" in str(sink.to("night-shift")["To"])
    with acting_as(managers.root):
        Contact.objects.filter(kind="technical").update(email=managers.root.email.upper())
        WebhookNotice.objects.update(done_at=None, not_before=now())
    before = len(sink.readers)
    turn(made)
    assert len(sink.readers) == before + 1


def test_no_stranger_is_mailed_because_an_institution_calls_them_its_contact(
    managers: Cast, receiver: Receiver, sink: Sink
) -> None:
    with acting_as(System("test", managers.bank("rhein").pk)):
        Contact.objects.create(
            owner=managers.bank("rhein"), secretariat=managers.bank("desk"), kind="technical",
            name="You have won: https://prize.example", email="somebody@elsewhere.example", phone="1",
        )  # fmt: skip
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    receiver.answers = [410]
    turn(made)
    assert sink.readers == ["root"]


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("7200", 7200, 7201), ("999999999", 12 * 3600, 12 * 3600 + 1), ("1", 20, 40), ("soon", 20, 40), ("-5", 20, 40),
     ("Fri, 31 Dec 2199 23:59:59 GMT", 12 * 3600, 12 * 3600 + 1), ("Thu, 01 Jan 1970 00:00:00 GMT", 20, 40),
     ("Fri, 31 Dec 9999 23:59:59 -2359", 20, 40)],
)  # fmt: skip
def test_what_a_receiver_asks_for_is_waited_within_reason(
    managers: Cast, receiver: Receiver, header: str, least: int, most: int
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    receiver.answers, receiver.headers = [429], {"Retry-After": header}
    at = now()
    turn(made, at)
    rests = lane(managers.root, made).rests_until
    assert rests is not None
    assert least <= (rests - at).total_seconds() <= most


def test_a_body_without_an_end_is_not_read(receiver: Receiver) -> None:
    hung_up = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            hung_up.set()

    receiver.writes = endless
    assert sending.post(receiver.url, {}, b"{}").status == 200
    assert hung_up.wait(PATIENCE)


@pytest.mark.parametrize("what", ["silent", "headers that drip", "hangs up", "no http"])
def test_whatever_hangs_is_cut_off_in_time(receiver: Receiver, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Until the call has ended: one that is not cut off never does.
    ended = threading.Event()

    def writes(handler: BaseHTTPRequestHandler) -> None:
        try:
            if what == "silent":
                ended.wait()
            elif what == "headers that drip":
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
                while not ended.wait(0.01):
                    handler.wfile.write(b"x")
                    handler.wfile.flush()
            elif what == "no http":
                handler.wfile.write(b"\x00\xff SSH-2.0\r\n" * 10)
        except OSError:
            return

    receiver.writes = writes
    # Nothing but the time for all of it ends it.
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(sending, "READ_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 1)
    try:
        outcome = sending.post(receiver.url, {}, b"{}")
    finally:
        ended.set()
    assert outcome.status is None
    assert outcome.error == ("timeout" if what in ("silent", "headers that drip") else "unreachable")


def test_headers_without_an_end_are_not_read(receiver: Receiver) -> None:
    def writes(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100_000):
                handler.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
        except OSError:
            return

    receiver.writes = writes
    outcome = sending.post(receiver.url, {}, b"{}")
    assert (outcome.status, outcome.error) == (None, "unreachable")


def test_a_mail_server_that_is_down_loses_no_warning(
    managers: Cast, receiver: Receiver, sink: Sink, settings: Settings
) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    receiver.answers = [410]
    settings.EMAIL_PORT = 1
    at = now()
    turn(made, at)
    assert sink.readers == []
    settings.EMAIL_PORT = sink.port
    assert due(at) == 0
    assert due(at + timedelta(minutes=2)) == 1
    turn(made, at + timedelta(minutes=2))
    turn(made, at + timedelta(minutes=4))
    assert sink.readers == ["root"]


def test_an_endpoint_falls_silent_with_the_client_that_set_it_up_and_loses_nothing(
    managers: Cast, receiver: Receiver
) -> None:
    with acting_as(None):
        client = issue_client(
            institution="rhein", scopes=["registry:read", "webhooks:manage"], responsible="rolf@rhein.example"
        ).client
    made = endpoint_for(client, receiver, events=REVEALED)
    letter(managers, Level.PARTIES)
    for taken in ({"is_active": False}, {"scopes": ["registry:read"]}):
        with acting_as(None):
            Client.objects.filter(pk=client.pk).update(**taken)
        assert turn(made) == 0
        assert due(now()) == 0
        with acting_as(None):
            Client.objects.filter(pk=client.pk).update(is_active=True, scopes=["webhooks:manage"])
    assert turn(made) == 1


def test_a_test_is_sent_once_whatever_the_state_and_changes_nothing(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=REVEALED)
    with acting_as(managers.root):
        change_endpoint(by=managers.root, endpoint=made.endpoint, active=False)
    letter(managers, Level.PARTIES)
    receiver.answers = [503, 200]
    for _ in range(2):
        with acting_as(managers.root):
            try_endpoint(by=managers.root, endpoint=made.endpoint)
        assert due(now()) == 1
        turn(made)
        assert due(now()) == 0
    assert receiver.types == ["webhook.test"] * 2
    assert deliveries(managers.root, made) == [("parked", 1), ("done", 1)]
    assert attempts(managers.root, made) == [(503, ""), (200, "")]
    assert lane(managers.root, made).failures == 0
