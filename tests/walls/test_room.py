"""Who sees what in a deal room: documents within their consent, receipts, answers."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from deals.models import (
    Answer,
    Document,
    Download,
    Party,
    SponsorConsent,
)
from deals.services import documents, questions
from deals.services.disclosure import ask_to_grant
from deals.services.room import NotYourRow
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event, Standing
from institutions.refusals import Stale
from tests.cast import Cast
from tests.room import approve, consent, document, sees
from tests.walls.test_log import told

pytestmark = pytest.mark.slow

READERS = {
    # who: the levels at which they read a document of Rhein's in Wattle
    "rolf": list(Level),
    "ada": ("lead", "parties", "invited", "network", "public"),
    "mina": ("parties", "invited", "network", "public"),
    "dami": ("network", "public"),  # a colleague outside the deal team
    "sora": ("invited", "network", "public"),
    "marc": ("network", "public"),
    "cora": ("public",),
    "dora": ("public",),
}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("reader", list(READERS))
def test_a_document_is_read_by_its_audience_alone(cast: Cast, reader: str, level: Level) -> None:
    assert sees(cast, reader, document(cast, level)) is (level in READERS[reader])


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("reader", list(READERS))
def test_so_is_one_that_rests_on_a_consent_while_that_lasts(cast: Cast, reader: str, level: Level) -> None:
    later = timezone.now().date() + timedelta(days=30)
    made = document(cast, level, consent=consent(cast, Level.PUBLIC, until=later))
    assert sees(cast, reader, made) is (level in READERS[reader])


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("until", [None, 30])
def test_a_consent_that_is_taken_back_hides_the_document_from_all_but_its_owner(
    cast: Cast, level: Level, until: int | None
) -> None:
    last = timezone.now().date() + timedelta(days=until) if until else None
    given = consent(cast, Level.PUBLIC, until=last)
    made = document(cast, level, consent=given)
    with acting_as(cast.rolf):
        documents.end_consent(by=cast.rolf, consent=given)
    assert [who for who in READERS if sees(cast, who, made)] == ["rolf"]
    with acting_as(None):
        assert not Document.objects.exists()


def test_it_goes_out_of_the_log_and_of_standing_too(cast: Cast) -> None:
    given = consent(cast)
    made = document(cast, Level.PARTIES, consent=given)
    assert told(cast, "mina", made) == ["revealed"]
    with acting_as(cast.rolf):
        documents.end_consent(by=cast.rolf, consent=given)
    assert told(cast, "mina", made) == ["concealed"]
    with acting_as(cast.mina):
        (event,) = Event.objects.filter(row_id=made.pk)
        assert event.after == {"deal_id": str(cast.deal.pk)}
        assert not Standing.objects.filter(row_id=made.pk).exists()


@pytest.mark.parametrize(
    ("level", "reader"), [(Level.PARTIES, "mina"), (Level.NETWORK, "marc"), (Level.PUBLIC, "cora")]
)
def test_the_last_day_of_a_consent_ends_sight_by_itself(cast: Cast, level: Level, reader: str) -> None:
    today = timezone.now().date()
    made = document(cast, level, consent=consent(cast, Level.PUBLIC, until=today))
    assert sees(cast, reader, made)
    until = datetime.combine(today + timedelta(days=1), time(), UTC)
    with acting_as(cast.rolf):
        assert Document.objects.get().shown_until == until
    with acting_as(cast.people[reader]), connection.cursor() as cursor:
        # What every policy asks is when a member's time ends.
        cursor.execute(
            "SELECT ends FROM institutions_audiencemember m JOIN institutions_standing s USING (audience_id)"
            " WHERE s.row_id = %s",
            [made.pk],
        )
        assert {ends for (ends,) in cursor.fetchall()} == {until}


def test_what_rests_on_a_consent_of_yesterday_stays_at_home(cast: Cast) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    given = consent(cast, until=yesterday)
    with pytest.raises(documents.ConsentEnded):
        document(cast, Level.LEAD, consent=given)
    made = document(cast, Level.OWN, consent=given)
    with acting_as(cast.rolf):
        # Also where the code forgets to ask, nobody else sees it.
        made.prepare(Level.LEAD)
        Document.objects.filter(pk=made.pk).update(level="lead")
    assert [who for who in READERS if sees(cast, who, made)] == ["rolf"]


def test_a_document_goes_no_further_than_its_consent(cast: Cast) -> None:
    given = consent(cast, Level.LEAD)
    with pytest.raises(documents.BeyondConsent):
        document(cast, Level.PARTIES, consent=given)
    made = document(cast, Level.LEAD, consent=given)
    with acting_as(cast.rolf):
        with pytest.raises(documents.BeyondConsent):
            documents.tell(by=cast.rolf, document=made, level=Level.PARTIES)
        own = consent(cast, Level.OWN)
    kept = document(cast, Level.OWN, consent=own)
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="than the consent"), transaction.atomic():
        kept.prepare(Level.LEAD)
        Document.objects.filter(pk=kept.pk).update(level="lead")


def test_by_name_it_is_shown_to_those_whom_the_consent_names(cast: Cast) -> None:
    given = consent(cast, Level.OWN, institutions=(cast.bank("maple"),))
    made = document(cast, Level.OWN, consent=given)
    tomorrow = timezone.now() + timedelta(days=1)
    with acting_as(cast.rolf):
        ask_to_grant(by=cast.rolf, rows=[made], to=cast.bank("maple"), until=tomorrow, deal_id=cast.deal.pk)
    approve(cast, made, by="rolf")
    assert sees(cast, "marc", made)
    with acting_as(cast.rolf):
        ask_to_grant(by=cast.rolf, rows=[made], to=cast.bank("sakura"), until=tomorrow, deal_id=cast.deal.pk)
    with pytest.raises(IntegrityError, match="does not name"), transaction.atomic():
        approve(cast, made, by="rolf")
    with acting_as(cast.rolf):
        documents.end_consent(by=cast.rolf, consent=given)
    assert not sees(cast, "marc", made)


def test_a_consent_is_neither_changed_nor_brought_back(cast: Cast) -> None:
    given = consent(cast, Level.LEAD)
    with acting_as(cast.rolf):
        for column in ("widest", "until", "institutions", "company"):
            value: object = {"widest": "public", "until": None, "institutions": [], "company": given.company_id}[column]
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                SponsorConsent.objects.filter(pk=given.pk).update(**{column: value})
        documents.end_consent(by=cast.rolf, consent=given)
        with pytest.raises(IntegrityError, match="does not come back"), transaction.atomic():
            SponsorConsent.objects.filter(pk=given.pk).update(ended_at=None)


@pytest.mark.parametrize("column", ["shown_until", "consent_id", "stored_as", "sha256", "basis", "title"])
def test_what_a_document_is_does_not_change(cast: Cast, column: str) -> None:
    made = document(cast, Level.LEAD)
    with acting_as(cast.rolf), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Document.objects.filter(pk=made.pk).update(**{column: None})


def test_nothing_rests_on_anothers_consent(cast: Cast) -> None:
    given = consent(cast, by="mina")
    with pytest.raises(Stale), transaction.atomic():
        document(cast, Level.OWN, consent=given)
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="than the consent"), transaction.atomic():
        Document.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, title="x", file_name="x.pdf", media_type="x", size=1,
            sha256="0" * 64, stored_as="x", basis="sponsor_consent", consent=given, shown_until=timezone.now(),
        )  # fmt: skip


def test_one_officer_alone_shows_no_document_to_parties(cast: Cast) -> None:
    made = document(cast, Level.PARTIES, confirmed=False)
    assert not sees(cast, "mina", made)
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="second person"), transaction.atomic():
        made.prepare(Level.PARTIES)
        Document.objects.filter(pk=made.pk).update(level="parties")
    approve(cast, made, by="rolf")
    assert sees(cast, "mina", made)


def test_nobody_says_how_far_anothers_is_told(cast: Cast) -> None:
    made = document(cast, Level.PARTIES)
    with acting_as(cast.mina), pytest.raises(NotYourRow):
        documents.tell(by=cast.mina, document=made, level=Level.OWN)
    assert sees(cast, "ada", made)


def taken(cast: Cast, who: str, made: Document) -> Download:
    person = cast.people[who]
    with acting_as(person):
        documents.take(by=person, document=Document.objects.get(pk=made.pk)).content.close()
        return Download.objects.latest("told_at")


def test_a_receipt_is_seen_by_who_took_and_by_whose_it_is(cast: Cast) -> None:
    receipt = taken(cast, "mina", document(cast, Level.PARTIES))
    seen = []
    for who in READERS:
        with acting_as(cast.people[who]):
            if Download.objects.filter(pk=receipt.pk).exists():
                seen.append(who)
    # Not Hanok's colleague outside the deal team, nor the lead.
    assert seen == ["rolf", "mina"]
    with acting_as(cast.rita):
        assert list(Event.objects.filter(row_id=receipt.pk).values_list("action", flat=True)) == ["created"]


def test_a_receipt_of_a_walled_owner_stays_on_its_deal_team(cast: Cast) -> None:
    receipt = taken(cast, "rolf", document(cast, Level.PARTIES, by="mina"))
    for who, is_told in {"mina": True, "joon": True, "dami": False, "rita": True, "ada": False}.items():
        with acting_as(cast.people[who]):
            assert Download.objects.filter(pk=receipt.pk).exists() is is_told, who


def test_nobody_writes_a_receipt_for_another_or_to_another(cast: Cast) -> None:
    made = document(cast, Level.PARTIES)
    with acting_as(cast.mina):
        facts = {"deal": cast.deal, "document": made, "person": cast.mina, "who": "x"}
        with pytest.raises(ProgrammingError, match="policy"), transaction.atomic():
            Download.objects.create(owner=cast.bank("sakura"), to=cast.bank("rhein"), **facts)
        # Whatever is written, it says who took it, and goes to the document's owner.
        forged = Download.objects.create(owner=cast.bank("hanok"), to=cast.bank("maple"), **facts)
        forged.refresh_from_db()
        assert (forged.to_id, forged.who) == (made.owner_id, cast.mina.name)
        receipt = taken(cast, "mina", made)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Download.objects.filter(pk=receipt.pk).update(who="Somebody else")


def answered(cast: Cast, level: Level = Level.OWN) -> Answer:
    with acting_as(cast.rolf):
        asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Which offtake is binding?")
    with acting_as(cast.ada):
        made = questions.answer_question(by=cast.ada, question=asked, text="The first.", level=level)
    approve(cast, made, by="ada")
    return made


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        (Level.OWN, ["rolf", "ada"]),
        (Level.LEAD, ["rolf", "ada"]),
        # Whoever doesn't see the question sees an answer without it.
        (Level.PARTIES, ["rolf", "ada", "mina"]),
        (Level.INVITED, ["rolf", "ada", "mina", "sora"]),
    ],
)
def test_an_answer_is_seen_by_who_asked_and_as_far_as_it_is_told(cast: Cast, level: Level, seen: list[str]) -> None:
    made = answered(cast, level)
    assert [who for who in READERS if sees(cast, who, made)] == seen


def test_the_asker_sees_its_answers_while_it_is_in_the_deal(cast: Cast) -> None:
    made = answered(cast)
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(left_on=timezone.now().date())
    assert not sees(cast, "rolf", made)
    assert told(cast, "rolf", made) == ["concealed"]


@pytest.mark.parametrize("who", ["mina", "rolf"])
def test_only_the_asked_one_answers(cast: Cast, who: str) -> None:
    with acting_as(cast.rolf):
        asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Which?", level=Level.PARTIES)
    approve(cast, asked, by="rolf")
    person = cast.people[who]
    with acting_as(person), pytest.raises(IntegrityError, match="whoever was asked"), transaction.atomic():
        Answer.objects.create(
            owner=person.institution, deal=cast.deal, question=asked, to=cast.bank("rhein"), text="Mine", level="lead"
        )
