"""Mails at once: some minutes after the first of several changes, in one mail, and of nothing that one may not see."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.models import DealRole, RoleKind
from deals.services.answering import accept_line
from deals.services.approving import reject
from deals.services.inviting import end_role, name_role
from deals.services.questions import ask_question
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.alerts import GATHERED, alert
from network.models import AlertMark, Cadence, Carries, Digest, Topic
from network.services.preferences import prefer, preferences_of
from tests.acts import confirm_waiting, letter
from tests.cast import Cast
from tests.deals.allocating import allocated, line_of, offer, scalable, tranche, usd
from tests.network.digest_acts import Sink, follows_deal, mail_carries, send_now

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]


def at_once(cast: Cast, who: str, *topics: Topic) -> None:
    with acting_as(cast.people[who]):
        prefer(by=cast.people[who], cadences=dict.fromkeys(topics, Cadence.AT_ONCE))


def ring(later: timedelta = timedelta()) -> None:
    """What the clock does each minute."""
    at = datetime.now(UTC) + later
    for person in ledger.alerted(at):
        alert(person, at)


def test_several_changes_within_minutes_are_one_mail_and_come_once(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    at_once(cast, "ada", Topic.DEALS)
    mail_carries(cast, Carries.NAMES, "ada")
    letter(cast, Level.LEAD)
    ring()
    assert sink.mails == []
    letter(cast, Level.LEAD, by="rolf", approver="rita")
    ring(GATHERED)
    text = sink.text("ada")
    assert "Hanok disclosed a letter of interest." in text
    assert "Rhein disclosed a letter of interest." in text
    ring(2 * GATHERED)
    assert len(sink.mails) == 1
    letter(cast, Level.LEAD, money="7")
    ring(3 * GATHERED)
    assert len(sink.mails) == 2


def test_a_daily_mail_does_not_tell_again_what_was_told_at_once(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    with acting_as(cast.ada):
        prefer(by=cast.ada, cadences={Topic.DEALS: Cadence.AT_ONCE, Topic.COMMITMENTS: Cadence.DAILY})
    letter(cast, Level.LEAD)
    ring(GATHERED)
    assert sink.readers == ["ada"]
    send_now()
    assert sink.readers == ["ada"]


def test_hidden_changes_make_neither_a_mail_nor_a_row(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "rolf")
    at_once(cast, "rolf", Topic.DEALS)
    letter(cast, Level.LEAD)
    ring(GATHERED)
    assert sink.mails == []
    with acting_as(cast.rolf):
        assert not Digest.objects.exists()
        assert AlertMark.objects.count() == 1


def test_what_begins_to_wait_is_told_at_once_and_not_again(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    at_once(cast, "ada", Topic.WAITS)
    mail_carries(cast, Carries.FULL, "ada")
    for number, text in enumerate(("Who holds the offtake?", "Who insures the ships?"), 1):
        with acting_as(cast.rolf):
            ask_question(by=cast.rolf, deal=cast.deal, text=text)
        ring(number * GATHERED)
        assert len(sink.mails) == number
        assert text in str(sink.mails[-1][1])
    assert "Who holds the offtake?" not in str(sink.mails[-1][1])
    assert sink.mails[-1][1]["Subject"] == "Orebook: 1 waiting"


def test_a_line_whose_answer_was_rejected_waits_anew(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    at_once(cast, "mina", Topic.WAITS)
    base = tranche(cast)
    bid = offer(cast, base, usd(95))
    allocated(cast, base, scalable(bid))
    mail_carries(cast, Carries.FULL, "mina", "ada")
    with acting_as(cast.mina):
        waiting = accept_line(by=cast.mina, line=line_of(cast, bid, "mina"))
    ring(GATHERED)
    ring(2 * GATHERED)
    assert len(sink.mails) == 1
    with acting_as(cast.joon):
        reject(by=cast.joon, approval=waiting, reason="Not yet")
    ring(3 * GATHERED)
    assert len(sink.mails) == 2
    ring(4 * GATHERED)
    assert len(sink.mails) == 2
    assert "waits for your institution's answer" in str(sink.mails[-1][1])


def test_who_leads_from_now_on_hears_of_the_questions_that_wait(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    at_once(cast, "mina", Topic.WAITS)
    mail_carries(cast, Carries.FULL, "mina", "ada", "rolf")
    with acting_as(cast.rolf):
        asked = ask_question(by=cast.rolf, deal=cast.deal, text="Who holds the offtake?", level=Level.PARTIES)
    confirm_waiting(cast, asked, by="rita")
    ring(GATHERED)
    assert sink.mails == []
    with acting_as(cast.ada):
        lead = DealRole.objects.get(deal=cast.deal, role=RoleKind.COORDINATOR, until=None)
        end_role(by=cast.ada, role=lead)
        named = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("hanok"), role=RoleKind.COORDINATOR)
    confirm_waiting(cast, named, by="abe")
    ring(2 * GATHERED)
    assert "Who holds the offtake?" in sink.text("mina")


def test_a_mail_at_once_that_was_given_up_is_not_tried_each_minute(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    at_once(cast, "ada", Topic.DEALS)
    letter(cast, Level.LEAD)
    sink.refused = "550 5.1.1 no such mailbox"
    ring(GATHERED)
    ring(2 * GATHERED)
    with acting_as(cast.ada):
        assert [row.status for row in Digest.objects.all()] == ["parked"]
    sink.refused = ""
    Staff.objects.filter(pk=cast.ada.pk).update(email="ada.new@austral.example")
    ring(3 * GATHERED)
    assert sink.mails == []
    ring(timedelta(days=1) + GATHERED)
    assert sink.readers == ["ada.new"]


def test_the_link_in_such_a_mail_makes_it_daily(committed_cast: Cast, sink: Sink, client) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    at_once(cast, "ada", Topic.DEALS)
    letter(cast, Level.LEAD)
    ring(GATHERED)
    link = sink.to("ada")["List-Unsubscribe"].strip(" <>").removeprefix("http://127.0.0.1:8000")
    assert client.post(link, secure=True).status_code == 200
    with acting_as(cast.ada):
        # There is no daily mail, and a link that ends mails begins none.
        assert preferences_of(cast.ada).cadences[Topic.DEALS] is Cadence.NOTHING
