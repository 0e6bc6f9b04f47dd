"""What waits for a person stands first in the mail, and only what that person can do something about."""

import pytest

from deals.models import Instrument
from deals.selectors.tasks import Kind, tasks_of
from deals.services.commitments import register_commitment
from deals.services.questions import answer_question, ask_question
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.digests.composing import Letter, compose
from network.digests.scope import scope_now
from network.digests.selection import news_for
from network.models import Cadence, Carries, Topic
from network.services.preferences import prefer
from tests.acts import letter
from tests.cast import Cast, in_a_year
from tests.network.digest_acts import mail_carries


def kinds(cast: Cast, who: str) -> list[Kind]:
    with acting_as(cast.people[who]):
        return [task.kind for task in tasks_of(cast.people[who])]


def composed(cast: Cast, who: str) -> Letter | None:
    person = cast.people[who]
    with acting_as(person):
        return compose(person, news_for(person, scope_now(person.pk)))


def now(cast: Cast, who: str) -> str:
    """What a mail would say to them at this moment."""
    told = composed(cast, who)
    return told.text if told else ""


def prepared(cast: Cast) -> None:
    with acting_as(cast.mina):
        register_commitment(
            by=cast.mina,
            deal=cast.deal,
            instrument=Instrument.SENIOR_LOAN,
            stage="letter_of_interest",
            valid_until=in_a_year(),
            level=Level.LEAD,
        )


def test_an_approval_waits_for_approvers_other_than_its_preparer(cast: Cast) -> None:
    prepared(cast)
    assert kinds(cast, "joon") == [Kind.APPROVAL]
    assert kinds(cast, "mina") == []
    assert kinds(cast, "rita") == []
    # A colleague outside the deal team.
    assert kinds(cast, "dami") == []


def test_a_question_waits_for_those_who_were_asked_until_they_answer(cast: Cast) -> None:
    with acting_as(cast.rolf):
        asked = ask_question(by=cast.rolf, deal=cast.deal, text="Who holds the offtake?")
    assert kinds(cast, "ada") == [Kind.QUESTION]
    assert kinds(cast, "abe") == kinds(cast, "rolf") == kinds(cast, "mina") == []
    with acting_as(cast.ada):
        answer_question(by=cast.ada, question=asked, text="Nobody yet.")
    assert kinds(cast, "ada") == []


@pytest.mark.parametrize(
    ("carries", "says", "hides"),
    [
        (Carries.LINK_ONLY, "Something waits for you. Log in to read what.", ["Blue Gum", "question", "offtake"]),
        (Carries.NAMES, "Blue Gum: A question waits for your institution's answer.", ["offtake"]),
        (Carries.FULL, "Blue Gum: A question waits for your institution's answer, asked", []),
    ],
)
def test_a_mail_says_as_much_of_it_as_it_may(cast: Cast, carries: Carries, says: str, hides: list[str]) -> None:
    mail_carries(cast, carries, "ada")
    with acting_as(cast.rolf):
        ask_question(by=cast.rolf, deal=cast.deal, text="Who holds the offtake?")
    told = composed(cast, "ada")
    assert told
    text, subject = told.text, told.subject
    assert says in text
    assert not [word for word in hides if word in text]
    assert ("Who holds the offtake?" in text) is (carries is Carries.FULL)
    assert ("1 waiting" in subject) is (carries is not Carries.LINK_ONLY)


def test_what_waits_comes_before_what_changed(committed_cast: Cast) -> None:
    cast = committed_cast
    mail_carries(cast, Carries.FULL, "mina")
    letter(cast, Level.LEAD)
    prepared(cast)
    text = now(cast, "joon")
    assert text.index("WHAT WAITS FOR YOU") < text.index("WHAT CHANGED")


def test_who_does_not_want_to_hear_of_it_does_not(cast: Cast) -> None:
    prepared(cast)
    with acting_as(cast.joon):
        prefer(by=cast.joon, cadences={Topic.WAITS: Cadence.NOTHING})
    assert "WAITS" not in now(cast, "joon")


def test_what_waits_takes_as_many_queries_for_one_as_for_many(cast: Cast, django_assert_num_queries) -> None:
    for count in (1, 9):
        for _ in range(count):
            with acting_as(cast.rolf):
                ask_question(by=cast.rolf, deal=cast.deal, text="Who holds the offtake?")
        with acting_as(cast.ada), django_assert_num_queries(5):
            tasks_of(cast.ada)
