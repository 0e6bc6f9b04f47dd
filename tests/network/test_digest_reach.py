"""Each person is told what that person may see at the moment of sending, and nobody is told anything else."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection

from deals.models import Party
from deals.services.approving import confirm
from deals.services.deals import ask_to_open
from deals.services.inviting import record_nda
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from institutions.refusals import NotFound
from network.digests import ledger
from network.digests.delivering import deliver
from network.models import Carries, Digest, DigestStatus, Follow
from network.services.following import follow, unfollow
from tests.acts import confirm_waiting, letter
from tests.cast import Cast
from tests.network.digest_acts import OFFICERS, Sink, everyone_follows, follows_deal, mail_carries, send_now

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

TEAM = {"mina", "joon"}
LEAD = TEAM | {"ada", "abe"}
PARTIES = LEAD | {"rolf", "rita"}
# What the whole network is told, colleagues outside a deal team are told too.
NETWORK = PARTIES | {"sora", "shin", "marc", "mary", "finn", "dami"}


def open_deal(cast: Cast, level: Level) -> None:
    with acting_as(cast.ada):
        cast.deal.refresh_from_db()
        approval = ask_to_open(by=cast.ada, deal=cast.deal, level=level)
    with acting_as(cast.abe):
        confirm(by=cast.abe, approval=approval)


@pytest.mark.parametrize(
    ("level", "readers"),
    [(Level.OWN, TEAM), (Level.LEAD, LEAD), (Level.PARTIES, PARTIES), (Level.NETWORK, NETWORK)],
)
def test_a_letter_reaches_exactly_whom_its_level_names(
    committed_cast: Cast, sink: Sink, level: Level, readers: set[str]
) -> None:
    cast = committed_cast
    open_deal(cast, Level.NETWORK)
    everyone_follows(cast)
    mail_carries(cast, Carries.FULL, *OFFICERS)
    letter(cast, level)
    send_now()
    assert sink.readers == sorted(readers)
    for who in readers - TEAM:
        assert "a letter of interest: USD 150,000,000, valid until 20" in sink.text(who)
        assert f"told to {'the ' if level is not Level.PARTIES else ''}{level.value}." in sink.text(who)


def test_a_colleague_outside_the_deal_team_and_a_stranger_cannot_follow_and_hidden_is_missing(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for who in ("dami", "marc", "cora"):
        with acting_as(cast.people[who]), pytest.raises(NotFound):
            follow(by=cast.people[who], deal=cast.deal.pk)
        with pytest.raises(ProgrammingError, match="no such deal"), acting_as(cast.people[who]):
            Follow.objects.create(person=cast.people[who], deal=cast.deal)


def test_a_letter_told_without_its_size_is_told_without_its_size(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    everyone_follows(cast)
    mail_carries(cast, Carries.FULL, *OFFICERS)
    letter(cast, Level.PARTIES, size_level=Level.LEAD, money="77000000")
    send_now()
    assert sink.readers == sorted(PARTIES)
    assert "Hanok disclosed a letter of interest" in sink.text("rolf")
    assert "77,000,000" not in sink.to("rolf").as_string()
    assert "77,000,000" in sink.text("ada")


def test_nothing_to_tell_sends_nothing_and_moves_on(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "rolf")
    letter(cast, Level.OWN)
    send_now()
    assert sink.mails == []
    with acting_as(cast.rolf):
        row = Digest.objects.get()
        assert (row.status, row.to_xact is not None) == (DigestStatus.EMPTY, True)


def test_what_was_told_once_is_not_told_again_and_what_comes_later_is(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada")
    mail_carries(cast, Carries.FULL, "ada")
    letter(cast, Level.LEAD, money="11000000")
    send_now()
    send_now()
    assert sink.readers == ["ada"]
    sink.mails.clear()
    letter(cast, Level.LEAD, money="22000000")
    send_now()
    assert "22,000,000" in sink.text("ada")
    assert "11,000,000" not in sink.text("ada")


def test_what_happened_before_somebody_followed_or_after_is_not_told(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    letter(cast, Level.LEAD)
    follows_deal(cast, "ada")
    send_now()
    assert sink.mails == []
    with acting_as(cast.ada):
        unfollow(by=cast.ada, deal=cast.deal.pk)
    letter(cast, Level.LEAD)
    send_now()
    assert sink.mails == []


def test_who_moves_between_making_and_sending_is_told_with_the_rights_of_now(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "rita", "abe")
    mail_carries(cast, Carries.FULL, *OFFICERS)
    letter(cast, Level.PARTIES, money="33000000")
    letter(cast, Level.OWN, by="ada", approver="abe", money="44000000")
    made = ledger.make_now()
    Staff.objects.filter(pk=cast.rita.pk).update(institution=cast.bank("maple"))
    Staff.objects.filter(pk=cast.abe.pk).update(institution=cast.bank("rhein"))
    outcomes = [deliver(digest) for digest in made]
    # Rita is now of a bank from which the deal is hidden; Abe, of a party, hears what a party may.
    assert sink.readers == ["abe"]
    assert "33,000,000" in sink.text("abe")
    assert "44,000,000" not in sink.to("abe").as_string()
    assert [outcome.status for outcome in outcomes if outcome and not outcome.person] == [DigestStatus.EMPTY]


def test_who_was_deactivated_or_lost_the_deal_is_told_nothing(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "rolf", "ada", "abe")
    mail_carries(cast, Carries.FULL, *OFFICERS)
    letter(cast, Level.PARTIES)
    made = ledger.make_now()
    Staff.objects.filter(pk=cast.ada.pk).update(is_active=False)
    with acting_as(cast.abe):
        Party.objects.filter(institution=cast.bank("rhein")).update(left_on=date.today())
    outcomes = [outcome.status for digest in made if (outcome := deliver(digest))]
    assert sink.readers == ["abe"]
    assert sorted(outcomes) == [DigestStatus.DONE, DigestStatus.EMPTY, DigestStatus.EMPTY]


def test_an_invited_bank_hears_of_the_parties_letters_once_its_nda_is_signed(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    letter(cast, Level.PARTIES, money="55000000")
    follows_deal(cast, "sora")
    mail_carries(cast, Carries.FULL, "sora")
    with acting_as(cast.ada):
        party = Party.objects.get(institution=cast.bank("sakura"))
        record_nda(by=cast.ada, party=party, signed_on=date.today())
    confirm_waiting(cast, party, by="abe")
    send_now()
    assert "Hanok disclosed a letter of interest: USD 55,000,000" in sink.text("sora")


def test_a_persons_rows_are_that_persons_alone(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    follows_deal(cast, "ada", "mina")
    letter(cast, Level.LEAD)
    send_now()
    for who in ("ada", "mina"):
        with acting_as(cast.people[who]):
            assert {row.person_id for row in Follow.objects.all()} == {cast.people[who].pk}
            assert {row.person_id for row in Digest.objects.all()} == {cast.people[who].pk}
    for who in ("abe", "joon", "dora"):
        with acting_as(cast.people[who]):
            assert (Follow.objects.count(), Digest.objects.count()) == (0, 0)
    with pytest.raises(ProgrammingError), acting_as(cast.ada):
        Follow.objects.create(person=cast.abe, deal=cast.deal)


def test_the_application_cannot_write_the_ledger_itself(cast: Cast) -> None:
    for act in (
        lambda: Digest.objects.create(person=cast.ada, period="day:2026-01-01"),
        lambda: Digest.objects.update(status="done"),
        # Django's own delete asks nothing of the database where it finds no row.
        lambda: connection.cursor().execute("DELETE FROM network_digest"),
    ):
        with pytest.raises(ProgrammingError), acting_as(cast.ada):
            act()
