"""The log is read twice over: the event's audience and the row's present one must both admit the reader."""

import os
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from deals.models import Commitment, Party, Size
from deals.services.disclosure import set_level
from deals.services.inviting import record_nda
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.journal.reading import START, Page, Position, events_after
from institutions.models import Audience, AudienceMember, Confidential, Event, Grant
from tests.acts import confirm_waiting, grant, letter, widen
from tests.cast import Cast

COMMITMENT = "deals_commitment"


def told(cast: Cast, reader: str, made: Confidential) -> list[str]:
    """The actions that a reader finds in the log about a row, in order."""
    with acting_as(cast.people[reader]):
        return list(Event.objects.filter(row_id=made.pk).order_by("xact", "seq").values_list("action", flat=True))


def test_a_hidden_row_leaves_no_event_not_even_an_empty_one(cast: Cast) -> None:
    with acting_as(cast.rolf):
        before = Event.objects.count()
    letter(cast, Level.LEAD)
    with acting_as(cast.rolf):
        assert Event.objects.count() == before


def test_widening_shows_the_row_as_it_stands_and_nothing_of_before(cast: Cast) -> None:
    made = letter(cast, Level.OWN, money="90000000")
    widen(cast, made, Level.PARTIES)
    assert told(cast, "rolf", made) == ["revealed"]
    with acting_as(cast.rolf):
        event = Event.objects.get(row_id=made.pk)
        assert event.before is None
        assert event.after
        assert event.after["level"] == "parties"
    # An enquiry, the letter, its widening.
    assert told(cast, "mina", made) == ["created", "updated", "updated"]


def test_narrowing_conceals_from_those_who_saw_and_takes_the_past_along(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
    assert told(cast, "rolf", made) == ["concealed"]
    with acting_as(cast.rolf):
        event = Event.objects.get(row_id=made.pk)
        assert (event.before, event.after) == (None, {"deal_id": str(cast.deal.pk)})
    assert told(cast, "marc", made) == []
    assert "concealed" not in told(cast, "ada", made)


def test_a_grant_and_its_end_are_told_to_the_one_who_was_named(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    named = grant(cast, made, "maple")
    assert told(cast, "marc", made) == ["revealed"]
    assert told(cast, "rolf", made) == []
    with acting_as(cast.mina):
        Grant.objects.filter(pk=named.pk).update(ends=timezone.now() - timedelta(seconds=1))
    assert told(cast, "marc", made) == ["concealed"]


def test_an_nda_brings_rows_into_sight_and_leaving_takes_them_out(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.ada):
        party = Party.objects.get(institution=cast.bank("sakura"))
        record_nda(by=cast.ada, party=party, signed_on=timezone.now().date())
        with pytest.raises(IntegrityError, match="recorded by two"), transaction.atomic():
            Party.objects.filter(pk=party.pk).update(nda_signed_on=timezone.now().date())
    assert "revealed" not in told(cast, "sora", made)
    confirm_waiting(cast, party, by="abe")
    assert "revealed" in told(cast, "sora", made)
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("sakura")).update(left_on=timezone.now().date())
    assert told(cast, "sora", made) == ["concealed"]


def test_who_joins_a_network_later_hears_nothing_of_what_was_concealed_before(cast: Cast) -> None:
    made = letter(cast, Level.NETWORK)
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.OWN)
    assert told(cast, "marc", made) == ["concealed"]
    assert told(cast, "cora", made) == []


def test_amounts_in_the_log_are_exact(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, money="150000000.10")
    with acting_as(cast.ada):
        after = Event.objects.get(table="deals_size", after__commitment_id=str(made.pk)).after
    assert after
    assert str(after["amount"]) == "150000000.1000"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE institutions_event SET actor = 'somebody'",
        "DELETE FROM institutions_event",
        "TRUNCATE institutions_event",
        "INSERT INTO institutions_event (id) VALUES (gen_random_uuid())",
        "DELETE FROM deals_commitment",
        "TRUNCATE deals_commitment CASCADE",
        "UPDATE deals_commitment SET audience_id = audience_id",
        "ALTER TABLE deals_commitment DISABLE TRIGGER ALL",
        "ALTER TABLE deals_commitment NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY wall_read ON deals_commitment",
        "SET ROLE orebook_owner",
        "SET session_replication_role = replica",
        "SELECT wall.set_reach(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'lead', now(), now())",
        "SELECT journal.write('deals_deal', gen_random_uuid(), 'created', NULL, NULL, NULL, NULL)",
        "SELECT * FROM institutions_reach",
        "SELECT * FROM institutions_circle",
    ],
)
def test_the_application_cannot_touch_the_log_or_the_wall(cast: Cast, statement: str) -> None:
    with acting_as(cast.mina), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_owner_cannot_rewrite_the_log_by_mistake(committed_cast: Cast) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM institutions_event")


def read_after(position: Position, *, limit: int) -> Page:
    return events_after(position, limit=limit, tables=("deals_commitment", "deals_size", "deals_step"), wholes={})


def test_the_feed_passes_no_open_transaction(committed_cast: Cast) -> None:
    cast = committed_cast
    with acting_as(cast.ada):
        start = read_after(START, limit=500).next
    with psycopg.connect(os.environ["DATABASE_URL"]) as slow:
        slow.execute("SELECT wall.act('person', %s)", [cast.mina.pk])
        slow.execute("UPDATE deals_commitment SET note = note WHERE false")
        slow.execute("SELECT pg_current_xact_id()")
        quick = letter(cast, Level.LEAD)
        with acting_as(cast.ada):
            page = read_after(start, limit=500)
            assert page.events == []
            assert Commitment.objects.filter(pk=quick.pk).exists()
        slow.execute(
            "INSERT INTO deals_step (id, owner_id, level, demo, origin, deal_id, commitment_id,"
            " stage, precision, currency, reason, note) VALUES (gen_random_uuid(), %s, 'own', false,"
            " 'registered', %s, %s, 'letter_of_interest', '', '', '', '')",
            [cast.bank("hanok").pk, cast.deal.pk, quick.pk],
        )
    with acting_as(cast.mina):
        tables = [event.table for event in read_after(start, limit=500).events]
    # The step was written last by the transaction that began first: it is read first, and the letter after it.
    assert tables[0] == "deals_step"
    assert COMMITMENT in tables
    with acting_as(cast.ada):
        again = read_after(page.next, limit=500)
        assert {event.row_id for event in again.events if event.table == COMMITMENT} == {quick.pk}
        assert Size.objects.filter(commitment_id=quick.pk).exists()


def test_a_grant_to_another_is_no_news_to_those_who_see_the_row(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    before = told(cast, "rolf", made)
    with acting_as(cast.rolf):
        changed = Commitment.objects.values("updated_at", "told_at").get(pk=made.pk)
    grant(cast, made, "maple")
    assert told(cast, "marc", made) == ["revealed"]
    assert told(cast, "rolf", made) == before
    with acting_as(cast.rolf):
        assert Commitment.objects.values("updated_at", "told_at").get(pk=made.pk) == changed


def test_the_members_of_a_deal_are_shown_to_nobody_who_does_not_see_it(cast: Cast) -> None:
    with acting_as(cast.marc), connection.cursor() as cursor:
        cursor.execute("SELECT wall.prepare(%s, NULL, 'parties', NULL)", [cast.deal.pk])
        assert not Audience.objects.filter(deal_id=cast.deal.pk).exists()
        assert not AudienceMember.objects.filter(principal=cast.bank("rhein").pk).exists()


def test_whom_another_named_for_its_row_stays_with_it(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    grant(cast, made, "maple")
    with acting_as(cast.rolf), connection.cursor() as cursor:
        cursor.execute("SELECT wall.prepare(%s, NULL, 'own', %s)", [cast.deal.pk, made.pk])
        assert not AudienceMember.objects.filter(principal=cast.bank("maple").pk).exists()
