"""Mail goes by the domain of its recipients: where one bank's server breaks the line, the others' mail goes on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.digests import ledger
from network.digests.delivering import deliver, deliver_lane
from network.models import Digest
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast
from tests.network.digest_acts import Sink, follows_deal

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

PAGE = "/admin/mail/"


def whose(cast: Cast, lane: list[UUID]) -> set[str]:
    found = set()
    for name, person in cast.people.items():
        with acting_as(person):
            if Digest.objects.filter(pk__in=lane).exists():
                found.add(name)
    return found


def test_the_mail_of_a_domain_is_one_lane(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "abe", "mina")
    letter(cast, Level.LEAD)
    lanes = ledger.lanes(ledger.make_now())
    assert sorted(sorted(whose(cast, lane)) for lane in lanes) == [["abe", "ada"], ["mina"]]


def test_a_line_that_breaks_ends_the_turn_of_its_domain_alone(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "abe", "mina")
    letter(cast, Level.LEAD)
    at = datetime.now(UTC)
    lanes = ledger.lanes(ledger.make_now(at))
    sink.breaks = {"austral.example"}
    for lane in lanes:
        deliver_lane(lane)
    assert sink.readers == ["mina"]
    # The second of the bank's two was not even tried: who tries it anew is the next ring.
    assert len(sink.broken) == 1
    sink.breaks = set()
    for digest in ledger.make_due(at + timedelta(minutes=5)):
        deliver(digest, at + timedelta(minutes=5))
    assert sink.readers == ["abe", "ada", "mina"]


def test_a_mail_that_is_held_up_again_and_again_is_told_on_its_readers_page(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.answer = "451 try later"
    at = datetime.now(UTC)
    (digest,) = ledger.make_now(at)
    for _ in range(3):
        assert "could not be handed over" not in page("ada")
        deliver(digest, at)
        at += timedelta(hours=1)
    assert "could not be handed over in 3 tries" in page("ada")
    assert "could not be handed over" not in page("abe")
    sink.answer = "250 kept"
    deliver(digest, at)
    assert "could not be handed over" not in page("ada")


def test_a_mail_that_was_given_up_is_told_until_the_next_one_came(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    letter(cast, Level.LEAD)
    sink.answer = "554 not this mail"
    for digest in ledger.make_now():
        deliver(digest)
    assert "was not taken (SMTPDataError)" in page("ada")
    sink.answer = "250 kept"
    for digest in ledger.make_now():
        deliver(digest)
    assert "was not taken" not in page("ada")


def page(who: str) -> str:
    return person_of(f"{who}@austral.example").http.get(PAGE, secure=True).content.decode()
