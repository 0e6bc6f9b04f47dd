"""An address that takes no mail gets none; its person and the institution's admin are told, until there is another."""

import io
import sys
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.models import Cadence, Digest, RefusedAddress, Topic
from network.services.preferences import prefer
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast
from tests.network.digest_acts import Sink, follows_deal, send_now

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

REPORT = """From: MAILER-DAEMON@mx.austral.example
To: desk@orebook.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.austral.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

From: desk@orebook.example
Message-ID: {message}
Subject: Orebook

--b--
"""


def told(cast: Cast, sink: Sink) -> EmailMessage:
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    send_now()
    return sink.to("ada")


def comes_back(monkeypatch: pytest.MonkeyPatch, message: str, **more: str) -> None:
    told = {"address": "ada@austral.example", "action": "failed", "status": "5.1.1"} | more
    raw = REPORT.format(message=message, **told).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("take_bounce")


def refused(cast: Cast) -> list[str]:
    with acting_as(cast.ada):
        return list(RefusedAddress.objects.values_list("code", flat=True))


def test_a_report_of_a_failure_stops_mail_until_there_is_another_address(
    committed_cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    mail = told(cast, sink)
    comes_back(monkeypatch, mail["Message-ID"])
    assert refused(cast) == ["5.1.1"]
    letter(cast, Level.LEAD)
    assert send_now() == []
    Staff.objects.filter(pk=cast.ada.pk).update(email="ada.new@austral.example")
    send_now()
    # What was missed comes with it.
    assert sink.readers == ["ada", "ada.new"]


@pytest.mark.parametrize(
    "more",
    [
        {"action": "delayed"},
        {"status": "4.2.2"},
        {"status": "5.2.2"},
        {"address": "abe@austral.example"},
        {"address": ""},
    ],
    ids=["delayed", "may pass", "full", "another", "none"],
)
def test_what_is_no_permanent_failure_of_that_address_stops_nothing(
    committed_cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    mail = told(committed_cast, sink)
    comes_back(monkeypatch, mail["Message-ID"], **more)
    assert refused(committed_cast) == []


def test_a_report_that_knows_no_mail_of_ours_stops_nothing(
    committed_cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(committed_cast, sink)
    for made_up in ("<digest.00000000000040008000000000000000@orebook.example>", "<x@y>", "digest"):
        comes_back(monkeypatch, made_up)
    for raw in (
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: message/delivery-status\n\nx",
        b"Content-Type: multipart/report\n\n",
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("take_bounce")
    assert refused(committed_cast) == []


def test_a_server_that_refuses_the_address_is_believed_at_once(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.refused = "550 5.1.1 no such mailbox"
    send_now()
    assert refused(cast) == ["5.1.1"]


def test_the_person_and_the_admin_are_told_and_nobody_else(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.refused = "550 5.1.1 no such mailbox"
    send_now()
    sink.refused = ""
    Staff.objects.filter(pk=cast.abe.pk).update(role="institution_admin")

    def page(who: str) -> str:
        return str(person_of(who).http.get("/admin/mail/", secure=True).content.decode())

    assert "Mail to ada@austral.example comes back since" in page("ada@austral.example")
    assert "Mail to Ada (ada@austral.example) comes back since" in page("abe@austral.example")
    assert "comes back" not in page("mina@hanok.example")
    for who, held in (("mina@hanok.example", True), ("abe@austral.example", False)):
        person_of(who).http.post(f"/admin/mail/address/{cast.ada.pk}/again/", secure=True)
        assert bool(refused(cast)) is held
    sink.refused = "550 5.1.1 no such mailbox"
    send_now()
    sink.refused = ""
    with acting_as(cast.mina):
        assert not RefusedAddress.objects.exists()
    with acting_as(cast.abe):
        prefer(by=cast.abe, cadences={Topic.WAITS: Cadence.DAILY})
    send_now()
    assert "Mail to Ada comes back since" in sink.text("abe")


def test_a_late_report_says_nothing_of_another_address(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    told(cast, sink)
    with acting_as(cast.ada):
        digest = Digest.objects.get().pk
    Staff.objects.filter(pk=cast.ada.pk).update(email="ada.new@austral.example")
    assert ledger.refuse_address(digest, "ada@austral.example", "5.1.1") is False
    assert refused(cast) == []
