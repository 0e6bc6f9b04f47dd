"""A wall around a deal inside one's institution: the listed people stand in its place (decision 0015)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Deal
from deals.sentences.summaries import summarised
from institutions.constraints import rules_hold
from institutions.models import Approval, Client, DealTeam, Staff, TeamMember
from institutions.permissions import Permission, Role
from institutions.refusals import Forbidden, NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.rows import hold

# Without an end: the database makes 'infinity' of it, which is later and no day of Python's.
ALWAYS = datetime(9999, 12, 31, tzinfo=UTC)


class WalledAlready(Refusal):
    code = "deal_team_once"
    says = gettext_noop("Your institution has walled this deal off already. Add people to that team.")
    status = 409


class NotOnYourTeam(Refusal):
    code = "not_on_your_team"
    says = gettext_noop("You would lock yourself out. Put yourself on the team.")


class NoApprover(Refusal):
    code = "no_approver_on_team"
    says = gettext_noop(
        "Nobody on the team could confirm anything in this deal. Put an approver on it, without an end."
    )


class LastOnTeam(Refusal):
    code = "last_on_team"
    says = gettext_noop("Nobody would see the deal any more. Add somebody else without an end first.")


class YourOwnPlace(Refusal):
    code = "your_own_place"
    says = gettext_noop("Nobody takes itself off a team. Have another person of the team do it.")


class OnTeamAlready(Refusal):
    code = "on_team_already"
    says = gettext_noop("{name} is on the team at that time already. End that first, or add {name} from its end on.")
    status = 409


class OffTeamAlready(Refusal):
    code = "off_team_already"
    says = gettext_noop("This time on the team has ended already. Add the person anew.")
    status = 409


class EndsBeforeItBegins(Refusal):
    code = "ends_too_early"
    says = gettext_noop("It would end before it begins. Give a later end.")


@transaction.atomic
def wall_off(*, by: Staff | Client, deal: Deal, people: Sequence[Staff | Client]) -> DealTeam:
    """Puts the people in the place of the whole institution, from this moment: colleagues see nothing of the deal."""
    _may(by)
    if DealTeam.objects.filter(owner_id=by.institution_id, deal_id=deal.pk, ended_at__isnull=True).exists():
        raise WalledAlready
    if by.pk not in {each.pk for each in people}:
        raise NotOnYourTeam(pointer="/people")
    if not any(_confirms(each) for each in people):
        raise NoApprover(pointer="/people")
    with rules_hold(), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, list({each.pk for each in people})])
        (made,) = cursor.fetchone()
    return DealTeam.objects.get(pk=made)


@transaction.atomic
def add_to_team(
    *,
    by: Staff | Client,
    team: DealTeam,
    person: Staff | Client,
    starts: datetime | None = None,
    until: datetime | None = None,
) -> TeamMember:
    """Lets a colleague, or a client of the institution, into the deal; only who is on the team sees it to do so."""
    _may(by)
    hold(team)
    since, ends = max(starts or timezone.now(), timezone.now()), until or ALWAYS
    if ends <= since:
        raise EndsBeforeItBegins(pointer="/until")
    if TeamMember.objects.filter(team=team, person_id=person.pk, ends__gt=since, starts__lt=ends).exists():
        raise OnTeamAlready(name=person.name, pointer="/person")
    with rules_hold():
        return TeamMember.objects.create(
            owner_id=team.owner_id, deal_id=team.deal_id, team=team, person_id=person.pk, starts=since, ends=ends,
            demo=team.demo,
        )  # fmt: skip


@transaction.atomic
def take_off_team(*, by: Staff | Client, team: DealTeam, member: UUID) -> None:
    """Takes somebody off at once. Those who stay can still see and confirm."""
    _may(by)
    # One at a time: two who take each other off must not both succeed.
    hold(team)
    row = TeamMember.objects.filter(team=team, pk=member).values("person_id").first()
    if row is None:
        raise NotFound(what="member")
    if row["person_id"] == by.pk:
        raise YourOwnPlace
    still = TeamMember.objects.filter(team=team, pk=member, ends__gt=timezone.now())
    if not still.exists():
        raise OffTeamAlready
    _somebody_stays(team, without=member)
    with rules_hold():
        if still.update(ends=TransactionNow()) != 1:
            raise Stale


@transaction.atomic
def ask_to_take_down(*, by: Staff | Client, team: DealTeam, deal: Deal) -> Approval:
    """Asks an approver of the team to let every colleague see the deal again."""
    _may(by)
    return approvals.prepare(
        by=by,
        subject=team,
        deal_id=team.deal_id,
        asks={"ends": {str(team.pk): "wall"}},
        summary=summarised(
            "Take down the wall around {deal}: all colleagues see what your institution sees of it", deal=deal.name
        ),
    )


def carry_out_wall_ends(approval: Approval) -> None:
    """Takes down the walls that a confirmed approval names; who stood on their teams is on them no more."""
    for team in approval.asks.get("ends", {}):
        if DealTeam.objects.filter(pk=team, ended_at__isnull=True).update(ended_at=TransactionNow()) != 1:
            raise Stale
        TeamMember.objects.filter(team=team, ends__gt=timezone.now()).update(ends=TransactionNow())


def _may(by: Staff | Client) -> None:
    if not (by.may(Permission.COMMITMENTS_WRITE) or by.may(Permission.COMMITMENTS_APPROVE)):
        raise Forbidden(act=gettext_noop("keep a deal team"), needs=gettext_noop("an officer's or an approver's right"))


def _confirms(who: Staff | Client) -> bool:
    return isinstance(who, Staff) and who.is_active and who.role == Role.APPROVER


def _somebody_stays(team: DealTeam, *, without: UUID) -> None:
    """Raises unless people of the institution, an approver among them, stay on the team without an end."""
    staying = TeamMember.objects.filter(team=team, starts__lte=timezone.now(), ends__gte=ALWAYS).exclude(pk=without)
    people = Staff.objects.filter(
        pk__in=list(staying.values_list("person_id", flat=True)), institution_id=team.owner_id, is_active=True
    )
    if not people:
        raise LastOnTeam
    if not any(_confirms(each) for each in people):
        raise NoApprover
