"""What an institution says to what is published of it: confirmed or replaced, and no other is told more."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from deals.models import Commitment, Confirmation, Instrument
from deals.money import Money
from deals.selectors.commitments import COMMITMENTS
from deals.selectors.origin import confirmation_of
from deals.selectors.stack import deal_stack
from deals.services.origin import (
    InFuture,
    NotPublishedAboutYou,
    NotYourConfirmation,
    confirm_published,
    replace_published,
    tell_confirmation,
)
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event
from institutions.refusals import Forbidden
from institutions.selectors.reading import Shape, one
from tests.acts import confirm_waiting, letter, published
from tests.cast import Cast, in_a_year
from tests.project_acts import decide


def read(cast: Cast, who: str, row: Commitment) -> Shape:
    with acting_as(cast.people[who] if who else None):
        found = one(COMMITMENTS, row.pk)
    assert found is not None
    return found


def test_an_institution_confirms_what_is_published_of_it_for_itself_first(cast: Cast) -> None:
    news = published(cast, about="rhein")
    before = read(cast, "ada", news)
    with acting_as(cast.rolf):
        word = confirm_published(by=cast.rolf, commitment=news, as_of=date(2026, 5, 1), note="As in our accounts")
    assert read(cast, "rita", news)["confirmed_on"] == date(2026, 5, 1)
    # For others the same in every respect, version included.
    assert read(cast, "ada", news) == before
    with acting_as(cast.ada):
        assert not Confirmation.objects.exists()
        assert not Event.objects.filter(row_id=word.pk).exists()
    with acting_as(cast.rolf):
        assert Commitment.objects.get(pk=news.pk).origin == "published"


def test_it_is_told_to_everyone_by_two_persons(cast: Cast) -> None:
    news = published(cast, about="rhein")
    with acting_as(cast.rolf):
        word = confirm_published(by=cast.rolf, commitment=news, level=Level.PUBLIC)
        assert word.level == "own"
        with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
            word.prepare(Level.PUBLIC)
            Confirmation.objects.filter(pk=word.pk).update(level="public")
    assert read(cast, "", news)["confirmed_on"] is None
    decide(cast, "rolf")
    assert read(cast, "", news)["confirmed_on"] == date.today()
    with acting_as(cast.ada):
        found = confirmation_of(news)
        assert found is not None
        assert found.owner.slug == "rhein"
        with pytest.raises(NotYourConfirmation):
            tell_confirmation(by=cast.ada, word=found, level=Level.OWN)
    with acting_as(cast.rolf):
        word.refresh_from_db()
        tell_confirmation(by=cast.rolf, word=word, level=Level.OWN)
    assert read(cast, "ada", news)["confirmed_on"] is None


def test_a_later_word_is_another_row_and_the_latest_day_is_shown(cast: Cast) -> None:
    news = published(cast, about="rhein")
    with acting_as(cast.rolf):
        for day in (date(2026, 5, 1), date(2026, 6, 1), date(2026, 4, 1)):
            word = confirm_published(by=cast.rolf, commitment=news, as_of=day)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Confirmation.objects.filter(pk=word.pk).update(as_of=date(2026, 7, 1))
        with pytest.raises(InFuture):
            confirm_published(by=cast.rolf, commitment=news, as_of=date.today() + timedelta(days=2))
    assert read(cast, "rolf", news)["confirmed_on"] == date(2026, 6, 1)


def test_a_colleague_outside_the_deal_team_hears_of_no_confirmation(cast: Cast) -> None:
    news = published(cast, about="hanok")
    with acting_as(cast.mina), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [news.deal_id, [cast.mina.pk, cast.joon.pk]])
    with acting_as(cast.mina):
        confirm_published(by=cast.mina, commitment=news, as_of=date(2026, 5, 1), level=Level.LEAD)
    assert [read(cast, who, news)["confirmed_on"] for who in ("joon", "dami")] == [date(2026, 5, 1), None]
    # Outside the team nothing is said in that deal, whether there is a word already or not.
    with acting_as(cast.dami), pytest.raises(DatabaseError) as refused, transaction.atomic():
        confirm_published(by=cast.dami, commitment=news, as_of=date(2026, 5, 1))
    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"


def test_nobody_confirms_for_another_nor_what_is_registered(cast: Cast) -> None:
    news, registered = published(cast, about="rhein"), letter(cast, Level.PARTIES, by="rolf", approver="rita")
    with acting_as(cast.mina), pytest.raises(NotPublishedAboutYou):
        confirm_published(by=cast.mina, commitment=news)
    with acting_as(cast.rolf), pytest.raises(NotPublishedAboutYou):
        confirm_published(by=cast.rolf, commitment=registered)
    with acting_as(cast.rita), pytest.raises(Forbidden):
        confirm_published(by=cast.rita, commitment=news)
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="published row"), transaction.atomic():
        Confirmation.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, commitment=registered, as_of=date(2026, 5, 1)
        )


def test_a_word_about_a_hidden_commitment_fails_as_one_about_a_missing_one(cast: Cast) -> None:
    hidden = letter(cast, Level.OWN)
    said = set()
    for key in (hidden.pk, uuid4()):
        with acting_as(cast.rolf), pytest.raises(DatabaseError) as refused, transaction.atomic():
            Confirmation.objects.create(
                owner=cast.bank("rhein"), deal=cast.deal, commitment_id=key, as_of=date(2026, 5, 1)
            )
        said.add(str(refused.value).replace(str(key), ""))
    assert len(said) == 1


def replaced(cast: Cast, news: Commitment, level: Level = Level.OWN, **facts: Any) -> Commitment:
    with acting_as(cast.rolf):
        made = replace_published(
            by=cast.rolf, commitment=news, stage="expression_of_interest", level=level,
            size=SizeDraft(Money.of("120000000", "USD")), **facts,
        )  # fmt: skip
    confirm_waiting(cast, made, by="rita")
    return made


def test_a_replacement_counts_for_who_sees_it_and_is_nothing_to_others(cast: Cast) -> None:
    news = published(cast, about="rhein", money="100000000")
    with acting_as(cast.ada):
        before = one(COMMITMENTS, news.pk), deal_stack(news.deal), Commitment.objects.count()
        events = Event.objects.count()
    made = replaced(cast, news)
    assert (made.deal_id, made.instrument, made.origin) == (news.deal_id, Instrument.SENIOR_LOAN, "registered")
    with acting_as(cast.rolf):
        (figure,) = deal_stack(news.deal).figures
        assert str(figure.money) == "USD 120,000,000.00"
    with acting_as(cast.ada):
        assert (one(COMMITMENTS, news.pk), deal_stack(news.deal), Commitment.objects.count()) == before
        assert Event.objects.count() == events


def test_a_replacement_told_to_all_takes_the_place_of_the_published_row(cast: Cast) -> None:
    news = published(cast, about="rhein", money="100000000")
    made = replaced(cast, news, Level.PUBLIC, valid_until=in_a_year())
    with acting_as(None):
        (figure,) = deal_stack(news.deal).figures
        assert str(figure.money) == "USD 120,000,000.00"
        assert one(COMMITMENTS, made.pk)["supersedes"] == news.pk  # type: ignore[index]


def test_the_replacement_stands_in_the_deal_that_took_the_published_one_over(cast: Cast) -> None:
    news = published(cast, about="rhein")
    made = replaced(cast, news, deal=cast.deal)
    assert made.deal == cast.deal


def test_nobody_replaces_what_is_published_of_another(cast: Cast) -> None:
    news = published(cast, about="rhein")
    with acting_as(cast.mina), pytest.raises(NotPublishedAboutYou):
        replace_published(by=cast.mina, commitment=news, stage="enquiry")
