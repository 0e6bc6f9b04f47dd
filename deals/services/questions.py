"""Questions and answers of a deal room."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Answer, Deal, Document, Question
from deals.selectors.deals import leads
from deals.services.room import deal_of, put
from institutions.isolation.levels import Level
from institutions.models import Client, Institution, Staff
from institutions.refusals import Refusal


class AskedOfAParty(Refusal):
    code = "asked_of_a_party"
    says = gettext_noop("Who is asked must be told: a question to a named institution goes to 'parties' or further.")


class NotAsked(Refusal):
    code = "not_asked"
    says = gettext_noop(
        "Whoever was asked answers: the institution that the question names, else the registrar and coordinators. Ask "
        "one of them to answer."
    )
    status = 403


@transaction.atomic
def ask_question(
    *,
    by: Staff | Client,
    deal: Deal,
    text: str,
    level: Level = Level.LEAD,
    to: Institution | None = None,
    document: Document | None = None,
) -> Question:
    """Asks the lead; or, with an approver's word, a party before all parties."""
    if to and level.rank < Level.PARTIES.rank:
        raise AskedOfAParty(pointer="/level")
    question = Question(deal=deal, text=text, to=to, document=document)
    return put(question, by=by, level=level, act=gettext_noop("ask a question"))


@transaction.atomic
def answer_question(
    *,
    by: Staff | Client,
    question: Question,
    text: str,
    level: Level = Level.LEAD,
    document: Document | None = None,
) -> Answer:
    """Answers whoever asked, who sees it at once; others are told as far as `level`, beyond the lead once an approver
    confirms."""
    if not may_answer(by.institution_id, question):
        raise NotAsked
    answer = Answer(deal=deal_of(question), question=question, to_id=question.owner_id, text=text, document=document)
    return put(answer, by=by, level=level, act=gettext_noop("answer a question"))


def may_answer_in(institution: UUID, deal: Deal, asked: Sequence[Question]) -> frozenset[UUID]:
    """The questions of a deal that an institution may answer; one question to the database, however many they are."""
    lead = leads(institution, deal.pk)
    return frozenset(q.pk for q in asked if q.to_id == institution or (lead and q.to_id is None))


def may_answer(institution: UUID, question: Question) -> bool:
    """Whether an institution was asked; the database holds the same (deals.answered_by_the_asked)."""
    if question.to_id:
        return question.to_id == institution
    return leads(institution, question.deal_id)
