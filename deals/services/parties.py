"""Parties of a deal: the registrar's rows about them, and their own about themselves."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import GONE, Company, ConflictOfInterest, Deal, Origin, Party, PartyReply, Reply
from deals.services.room import own, put
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must
from institutions.services.rows import hold


class NotTheRegistrar(Refusal):
    code = "not_the_registrar"
    says = gettext_noop("Only the deal's registrar keeps its parties. Your own word on an invitation is a reply.")
    status = 403


class NotInvited(Refusal):
    code = "not_invited"
    says = gettext_noop("Only the institution that was invited replies to its invitation. Ask it for its word.")
    status = 403


class AlreadyReplied(Refusal):
    code = "already_replied"
    says = gettext_noop("Your institution accepted this invitation already. It may leave.")
    status = 409


class AlreadyDeclined(AlreadyReplied):
    says = gettext_noop("Your institution declined this invitation already. Another invitation can be replied to.")


class AlreadyLeft(AlreadyReplied):
    says = gettext_noop("Your institution left this invitation already. Another invitation can be replied to.")


class PartyLeft(Refusal):
    code = "party_left"
    says = gettext_noop("This invitation has ended. Invite the institution again.")
    status = 409


class LevelTooWide(Refusal):
    code = "conflict_too_far"
    says = gettext_noop(
        "A conflict of interest is told to the lead or to the parties. Choose one of these, or 'own' to keep it."
    )


@transaction.atomic
def reply(*, by: Staff | Client, party: Party, answer: Reply, note: str = "") -> PartyReply:
    """The invited institution's own word: it accepts, declines or leaves; the lead is told.

    Whoever declines or leaves sees nothing more of the deal from this moment, without anyone else's doing.
    """
    must(by, Permission.DEALS_WRITE, "reply to an invitation")
    if party.institution_id != by.institution_id or party.origin != Origin.REGISTERED:
        raise NotInvited
    before = set(PartyReply.objects.filter(party=party).values_list("answer", flat=True))
    if gone := [code for code in GONE if code in before]:
        raise AlreadyDeclined if gone[0] == Reply.DECLINED else AlreadyLeft
    if answer in before or (before and answer is Reply.DECLINED):
        raise AlreadyReplied
    made = PartyReply(
        owner_id=by.institution_id,
        deal_id=party.deal_id,
        party=party,
        answer=answer,
        note=note,
        level=Level.LEAD.value,
        demo=party.demo,
    )
    made.save()
    return made


@transaction.atomic
def declare_conflict(
    *,
    by: Staff | Client,
    deal: Deal,
    description: str,
    company: Company | None = None,
    role: str = "",
    since: date | None = None,
    until: date | None = None,
    level: Level = Level.PARTIES,
) -> ConflictOfInterest:
    """An interest of the asker's own institution, for the parties to see once an approver confirms."""
    if level.rank > Level.PARTIES.rank:
        raise LevelTooWide(pointer="/level")
    conflict = ConflictOfInterest(
        deal=deal, company=company, role=role, description=description, since=since, until=until
    )
    return put(conflict, by=by, level=level, act=gettext_noop("declare a conflict of interest"))


@transaction.atomic
def end_conflict(*, by: Staff | Client, conflict: ConflictOfInterest, until: date) -> None:
    """Says until when it lasted; the declaration stays."""
    must(by, Permission.DEALS_WRITE, "end a conflict of interest")
    own(by, conflict)
    if ConflictOfInterest.objects.filter(pk=conflict.pk).update(until=until) != 1:
        raise Stale
    conflict.refresh_from_db()


def kept_by(by: Staff | Client, party: Party) -> None:
    """Raises unless the asker keeps this party's row. Locks it."""
    if party.owner_id != by.institution_id or party.origin != Origin.REGISTERED:
        raise NotTheRegistrar
    hold(party)
    if party.left_on:
        raise PartyLeft
