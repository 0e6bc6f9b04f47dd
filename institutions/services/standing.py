"""A membership that is suspended, taken up again or ended: prepared by one person of the secretariat, confirmed by
another."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.models import Approval, ChangeKind, Membership, MembershipChange, MembershipStatus, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must
from institutions.services.admitting import BeforeItBegan, must_keep_members

# From which standing each leads.
FROM = {
    ChangeKind.SUSPENSION: (MembershipStatus.MEMBER, MembershipStatus.OBSERVER, MembershipStatus.APPLICANT),
    ChangeKind.REINSTATEMENT: (MembershipStatus.SUSPENDED,),
    ChangeKind.EXIT: (
        MembershipStatus.MEMBER,
        MembershipStatus.OBSERVER,
        MembershipStatus.APPLICANT,
        MembershipStatus.SUSPENDED,
    ),
}
_SUMMARIES = {
    ChangeKind.SUSPENSION: "Suspend {institution} in {network} from {on}",
    ChangeKind.REINSTATEMENT: "Take up the membership of {institution} in {network} again from {on}",
    ChangeKind.EXIT: "End the membership of {institution} in {network} on {on}",
}


class NotFromHere(Refusal):
    spoken = ("status",)
    sense = "of a membership"
    code = "not_from_here"
    says = gettext_noop("{who} is '{status}' in this network. Choose what leads on from there.")
    status = 409


class ChangeWaits(Refusal):
    code = "change_waits"
    says = gettext_noop("A change of the membership of {who} waits already. Have it confirmed or rejected first.")
    status = 409


@transaction.atomic
def prepare_change(
    *, by: Staff, membership: Membership, kind: ChangeKind, on: date, reason: str, observer: bool = False
) -> MembershipChange:
    """What another person of the secretariat confirms. `observer`: as what somebody who was suspended comes back.

    Raises Forbidden, NotFromHere, ChangeWaits, BeforeItBegan.
    """
    must_keep_members(by)
    must(by, Permission.MEMBERS_MANAGE, gettext_noop("change memberships"))
    who = membership.institution.short_name
    if membership.until is not None or membership.status not in FROM[kind]:
        raise NotFromHere(who=who, status=membership.status, pointer="/kind")
    if on < membership.since:
        raise BeforeItBegan(since=membership.since, pointer="/on")
    if _waiting(membership).exists():
        raise ChangeWaits(who=who)
    back = MembershipStatus.OBSERVER if observer else MembershipStatus.MEMBER
    becomes = {
        ChangeKind.SUSPENSION: MembershipStatus.SUSPENDED,
        ChangeKind.REINSTATEMENT: back,
        ChangeKind.EXIT: MembershipStatus.WITHDRAWN,
    }[kind]
    with rules_hold():
        made: MembershipChange = MembershipChange.objects.create(
            owner_id=by.institution_id, network=membership.network, institution=membership.institution,
            kind=kind.value, becomes=becomes.value, on=on, reason=reason, demo=by.demo,
        )  # fmt: skip
    summary = _SUMMARIES[kind].format(institution=who, network=membership.network.name, on=on)
    asks = {"states": {str(made.pk): State.CONFIRMED.value}}
    approvals.prepare(by=by, subject=made, deal_id=None, asks=asks, summary=summary)
    return made


def carry_out_change(approval: Approval) -> None:
    """Ends the standing of before, and begins the other. Raises Stale where it changed meanwhile."""
    if approval.table != MembershipChange._meta.db_table:
        return
    row = MembershipChange.objects.get(pk=approval.row_id)
    kind = ChangeKind(row.kind)
    standing = Membership.objects.filter(
        institution=row.institution_id, network=row.network_id, until=None, status__in=FROM[kind], since__lte=row.on
    )
    with rules_hold():
        if standing.update(until=row.on) != 1:
            raise Stale
        Membership.objects.create(
            institution_id=row.institution_id, network_id=row.network_id, status=row.becomes, since=row.on,
            basis=f"{row.get_kind_display()} by the secretariat",
        )  # fmt: skip


def _waiting(membership: Membership) -> QuerySet[MembershipChange]:
    return MembershipChange.objects.filter(
        institution=membership.institution_id, network=membership.network_id, state=State.PREPARED
    )
