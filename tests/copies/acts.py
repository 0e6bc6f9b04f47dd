"""Random acts of banks, by which what others see comes, changes and goes."""

from collections.abc import Callable
from datetime import date
from random import Random

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.utils import timezone

from deals.models import Commitment, Deal, Party, Project, Question
from deals.services import deals
from deals.services.commitments import change_commitment
from deals.services.disclosure import set_level
from deals.services.questions import answer_question, ask_question
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import DealTeam, Grant
from institutions.refusals import Refusal
from tests import acts, project_acts, room
from tests.cast import Cast

PAIRS = (("mina", "joon"), ("rolf", "rita"), ("sora", "shin"))
LEVELS = (Level.OWN, Level.LEAD, Level.PARTIES, Level.INVITED, Level.NETWORK)


def a_letter(cast: Cast, dice: Random) -> None:
    by, approver = dice.choice(PAIRS)
    level = dice.choice(LEVELS)
    size = dice.choice([Level.OWN, level])
    acts.letter(cast, level, by=by, approver=approver, size_level=size, money=str(dice.randrange(1, 400) * 10**6))


def _own(cast: Cast, dice: Random) -> tuple[Commitment | None, str, str]:
    by, approver = dice.choice(PAIRS)
    with acting_as(cast.people[by]):
        rows = list(Commitment.objects.filter(owner=cast.people[by].institution_id).order_by("told_at"))
    return (dice.choice(rows) if rows else None), by, approver


def a_widening(cast: Cast, dice: Random) -> None:
    row, by, approver = _own(cast, dice)
    if row:
        acts.widen(cast, row, dice.choice(LEVELS), by=by, approver=approver)


def a_narrowing(cast: Cast, dice: Random) -> None:
    row, by, _ = _own(cast, dice)
    if row:
        with acting_as(cast.people[by]):
            set_level(row=dice.choice([row, row.size]), level=dice.choice([Level.OWN, Level.LEAD]))


def a_note(cast: Cast, dice: Random) -> None:
    row, by, _ = _own(cast, dice)
    if row:
        with acting_as(cast.people[by]):
            change_commitment(by=cast.people[by], commitment=row, reference=f"R-{dice.randrange(1000)}")


def a_grant(cast: Cast, dice: Random) -> None:
    row, by, approver = _own(cast, dice)
    if row:
        acts.grant(cast, row, dice.choice(["corner", "maple"]), by=by, approver=approver)


def a_grant_that_ends(cast: Cast, dice: Random) -> None:
    by, _ = dice.choice(PAIRS)
    with acting_as(cast.people[by]):
        grant = Grant.objects.filter(owner=cast.people[by].institution_id, ends__gt=timezone.now()).first()
        if grant:
            Grant.objects.filter(pk=grant.pk).update(ends=timezone.now())


def a_condition(cast: Cast, dice: Random) -> None:
    row, by, approver = _own(cast, dice)
    if row:
        acts.condition(cast, row, by=by, approver=approver, level=Level(row.level))


def a_party_that_leaves(cast: Cast, dice: Random) -> None:
    bank = cast.bank(dice.choice(["rhein", "sakura"]))
    with acting_as(cast.ada):
        Party.objects.filter(institution=bank, left_on=None).update(left_on=date.today())


def a_deal_told(cast: Cast, dice: Random) -> None:
    with acting_as(cast.ada):
        deal = Deal.objects.get(pk=cast.deal.pk)
        deals.tell_deal(by=cast.ada, deal=deal, level=dice.choice(LEVELS))
    acts.confirm_waiting(cast, cast.deal, by="abe")


def a_question(cast: Cast, dice: Random) -> None:
    by, _ = dice.choice(PAIRS)
    with acting_as(cast.people[by]):
        ask_question(by=cast.people[by], deal=cast.deal, text=f"How many ounces, {dice.randrange(1000)}?")


def an_answer(cast: Cast, dice: Random) -> None:
    with acting_as(cast.ada):
        question = Question.objects.order_by("?").first()
        if question:
            answer_question(by=cast.ada, question=question, text="As many as it takes.")


def a_document(cast: Cast, dice: Random) -> None:
    by = dice.choice(["rolf", "ada"])
    made = room.document(cast, dice.choice([Level.LEAD, Level.PARTIES]), by=by)
    room.approve(cast, made, by=by)


def a_project(cast: Cast, dice: Random) -> None:
    by = dice.choice(["ada", "rolf", "marc"])
    made = project_acts.project(
        cast, f"Hill {dice.randrange(10**6)}", by=by, level=dice.choice([Level.OWN, Level.NETWORK])
    )
    project_acts.stage(cast, made, "feasibility", date.today(), by=by, level=dice.choice([Level.OWN, Level.NETWORK]))


def a_deal_of_a_project(cast: Cast, dice: Random) -> None:
    with acting_as(cast.ada):
        known = Project.objects.order_by("?").first()
        Deal.objects.filter(pk=cast.deal.pk).update(project=known)


def a_wall(cast: Cast, dice: Random) -> None:
    with acting_as(cast.rolf), connection.cursor() as cursor:
        if not DealTeam.objects.filter(deal_id=cast.deal.pk, owner=cast.rolf.institution_id).exists():
            cursor.execute("SELECT wall.wall_off(%s, %s)", [cast.deal.pk, [cast.rolf.pk]])


ACTS: tuple[Callable[[Cast, Random], None], ...] = (
    a_letter, a_letter, a_letter, a_widening, a_widening, a_narrowing, a_narrowing, a_note, a_grant, a_grant_that_ends,
    a_condition, a_party_that_leaves, a_deal_told, a_deal_told, a_question, an_answer, a_document, a_project,
    a_deal_of_a_project, a_wall,
)  # fmt: skip


def act(cast: Cast, dice: Random) -> str:
    """One act, and what it was; what the rules refuse, in Python or in the database, is no act."""
    chosen = dice.choice(ACTS)
    try:
        chosen(cast, dice)
    except (Refusal, DatabaseError, ObjectDoesNotExist) as refused:
        return f"{chosen.__name__} (refused: {type(refused).__name__})"
    return chosen.__name__
