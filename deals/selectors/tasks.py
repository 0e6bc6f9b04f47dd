"""What waits for one person: approvals to decide, and what their institution was asked for and has not answered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from deals.models import Answer, Question
from deals.plain import plain
from deals.selectors.bids import open_lines
from deals.selectors.conditions import overdue_of
from deals.selectors.deals import led_by
from deals.selectors.waiting import open_offers, open_proposals
from institutions.isolation import moment
from institutions.models import Approval, Confidential, Staff
from institutions.permissions import Permission

# Beyond this the desk has them all.
MOST = 100
# Whose rows wait; what happens to one of them may be that it begins to.
TABLES = (
    "institutions_approval",
    "deals_allocationline",
    "deals_transfer",
    "deals_movementproposal",
    "deals_question",
    "deals_expirynotice",
)


class Kind(StrEnum):
    """In the order in which they are told."""

    APPROVAL = "approval"
    LINE = "line"
    OFFER = "offer"
    PROPOSAL = "proposal"
    QUESTION = "question"
    CONDITION = "condition"
    AVAILABILITY = "availability"


@dataclass(frozen=True)
class Task:
    """Something that waits: `row`, whose row it is (`owner`), the row on whose page it is dealt with (`about`), the day
    that matters, and what its owner wrote."""

    kind: Kind
    row: UUID
    about: UUID
    owner: UUID
    deal: UUID | None
    day: date
    text: str


def tasks_of(person: Staff) -> list[Task]:
    """What waits for `person`, as that person may see it, most pressing kind first; at most MOST of each kind.

    Seven questions to the database at most, however much waits.
    """
    found: list[Task] = []
    # A functional mailbox decides nothing, and warns whoever reads it of everything.
    if person.mailbox or person.may(Permission.COMMITMENTS_APPROVE):
        found += _approvals(person)
    if person.mailbox or person.may(Permission.COMMITMENTS_WRITE):
        for of in _ASKED:
            found += of(person.institution_id)
    return found


def _approvals(person: Staff) -> Iterator[Task]:
    open_ones = Approval.objects.filter(decision="").exclude(prepared_by=person).order_by("created_at", "id")
    for row in open_ones[:MOST]:
        yield _task(Kind.APPROVAL, row, row.deal_id, _day(row.created_at))


def _lines(institution: UUID) -> Iterator[Task]:
    for row in open_lines().filter(institution_id=institution).order_by("told_at", "id")[:MOST]:
        yield _task(Kind.LINE, row, row.deal_id, _day(row.told_at))


def _offers(institution: UUID) -> Iterator[Task]:
    for row in open_offers(institution)[:MOST]:
        yield _task(Kind.OFFER, row, row.deal_id, row.effective_on, about=row.deal_id)


def _proposals(institution: UUID) -> Iterator[Task]:
    for row in open_proposals(institution)[:MOST]:
        yield _task(Kind.PROPOSAL, row, row.deal_id, row.effective_on, about=row.commitment_id)


def open_questions(institution: UUID) -> QuerySet[Question]:
    """Unanswered ones that the institution may answer: asked of it, or of the lead that it is; the oldest first."""
    asked = Question.objects.filter(Q(to_id=institution) | Q(to_id=None, deal__in=led_by(institution)))
    unanswered = asked.filter(~Exists(Answer.objects.filter(question=OuterRef("pk")))).exclude(owner_id=institution)
    return unanswered.order_by("told_at", "id")


def _questions(institution: UUID) -> Iterator[Task]:
    for row in open_questions(institution)[:MOST]:
        yield _task(Kind.QUESTION, row, row.deal_id, _day(row.told_at), row.text)


def _running(institution: UUID) -> Iterator[Task]:
    """Conditions that are due, and money that can soon be drawn no more: each as it was warned of last."""
    for row in overdue_of(institution)[:MOST]:
        kind = Kind.CONDITION if row.condition_id else Kind.AVAILABILITY
        text = row.condition.text if row.condition else ""
        yield _task(kind, row, row.deal_id, row.due_on, text, about=row.condition_id or row.commitment_id)


_ASKED: tuple[Callable[[UUID], Iterable[Task]], ...] = (_lines, _offers, _proposals, _questions, _running)


def _task(
    kind: Kind, row: Confidential, deal: UUID | None, day: date, text: str = "", *, about: UUID | None = None
) -> Task:
    return Task(kind, row.pk, about or row.pk, row.owner_id, deal, day, plain(text, 300))


def _day(at: datetime | None) -> date:
    # Both are there in every row; the database fills them.
    return at.date() if at else moment.today()
