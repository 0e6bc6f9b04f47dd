"""Letting others into a deal: roles, invitations, NDAs. One person prepares, another of the registrar confirms."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Deal, DealRole, Origin, Party, RoleKind, Tranche
from deals.sentences.summaries import summarised
from deals.services.parties import kept_by
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Institution, Prepared, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Forbidden, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must


class InvitedAlready(Refusal):
    code = "invited_already"
    says = gettext_noop(
        "{institution} is in this deal already, or its invitation waits for an approver. Have that one decided, or "
        "keep the party that it is."
    )
    status = 409


class NamedAlready(Refusal):
    code = "named_already"
    says = gettext_noop(
        "{institution} has this role from that day already, or it waits for an approver. Have that one decided, or "
        "name another role or day."
    )
    status = 409


class NdaDatesWrong(Refusal):
    code = "nda_dates_wrong"
    says = gettext_noop("An NDA expires after it was signed. Give both days.")


class PublishedDeal(Refusal):
    code = "published"
    says = gettext_noop(
        "A published deal is compiled from its source, and kept by nobody. Register a deal that takes it over."
    )
    status = 403


class EndsInFuture(Refusal):
    code = "in_future"
    says = gettext_noop("It ends today, or ended earlier. Come back on the day.")


class EndsBeforeItBegan(Refusal):
    code = "ends_before_it_began"
    says = gettext_noop("This role began on {since}. Give that day or a later one.")


class RoleNotHeld(Refusal):
    code = "role_not_held"
    says = gettext_noop(
        "This role has ended already, or waits for an approver. Have that one reject it, or name the role anew."
    )
    status = 409


@transaction.atomic
def name_role(
    *,
    by: Staff | Client,
    deal: Deal,
    institution: Institution,
    role: RoleKind,
    since: date | None = None,
    tranche: Tranche | None = None,
) -> DealRole:
    """Gives an institution a role in the deal, told as far as the deal is; another's waits for an approver.

    Raises NamedAlready.
    """
    must(by, Permission.DEALS_WRITE, "name a role")
    registrar(by, deal)
    there = DealRole.objects.filter(deal=deal, institution=institution, role=role, tranche=tranche, since=since)
    if there.exclude(state=State.REJECTED).exists():
        raise NamedAlready(institution=institution.short_name, pointer="/role")
    to_itself = institution.pk == deal.owner_id
    made = DealRole.objects.create(
        owner_id=deal.owner_id,
        deal=deal,
        institution=institution,
        role=role,
        since=since,
        tranche=tranche,
        level=deal.level if to_itself else Level.OWN.value,
        demo=deal.demo,
    )
    if not to_itself:
        word = role.replace("_", " ")
        _ask(
            by,
            made,
            deal,
            summarised("Name {institution} {role} of {deal}", institution=institution.short_name, role=word, deal=deal),
        )
    return made


@transaction.atomic
def end_role(*, by: Staff | Client, role: DealRole, on: date | None = None) -> None:
    """The registrar ends a role: from that day on a coordinator is told nothing more of what is told to the lead.

    Raises RoleNotHeld, EndsInFuture, EndsBeforeItBegan.
    """
    must(by, Permission.DEALS_WRITE, "end a role")
    registrar(by, role.deal)
    today = timezone.now().date()
    if on and on > today:
        raise EndsInFuture(pointer="/on")
    if role.since and (on or today) < role.since:
        raise EndsBeforeItBegan(since=role.since, pointer="/on")
    held = DealRole.objects.filter(pk=role.pk, until=None, state=State.CONFIRMED)
    if held.update(until=on or today) != 1:
        raise RoleNotHeld
    role.refresh_from_db()


@transaction.atomic
def invite(
    *,
    by: Staff | Client,
    deal: Deal,
    institution: Institution,
    on: date,
    nda_signed_on: date | None = None,
    nda_expires_on: date | None = None,
    nda_company: str = "",
    nda_version: str = "",
) -> Party:
    """Invites an institution, once an approver confirms; with `nda_signed_on` as a party under an NDA in force.

    Raises InvitedAlready, NdaDatesWrong.
    """
    must(by, Permission.DEALS_WRITE, "invite an institution")
    registrar(by, deal)
    _check_nda(nda_signed_on, nda_expires_on, pointer="/nda_expires_on")
    there = Party.objects.filter(deal=deal, institution=institution, left_on=None).exclude(state=State.REJECTED)
    if there.exists():
        raise InvitedAlready(institution=institution.short_name, pointer="/institution")
    made = Party.objects.create(
        owner_id=deal.owner_id,
        deal=deal,
        institution=institution,
        invited_on=on,
        nda_signed_on=nda_signed_on,
        nda_expires_on=nda_expires_on,
        nda_company=nda_company,
        nda_version=nda_version,
        demo=deal.demo,
    )
    made.refresh_from_db()
    if made.state == State.PREPARED:
        says = "Invite {institution} into {deal}"
        if nda_signed_on:
            says = "Invite {institution} into {deal} under its NDA of {day}"
        day = f"{nda_signed_on:%d %B %Y}" if nda_signed_on else ""
        _ask(by, made, deal, summarised(says, institution=institution.short_name, deal=deal, day=day))
    return made


@transaction.atomic
def record_nda(
    *,
    by: Staff | Client,
    party: Party,
    signed_on: date,
    expires_on: date | None = None,
    company: str = "",
    version: str = "",
) -> Approval:
    """Lays before an approver that a party signed an NDA, or a longer one: from then on it is told what parties are."""
    must(by, Permission.DEALS_WRITE, "record an NDA")
    kept_by(by, party)
    _check_nda(signed_on, expires_on, pointer="/expires_on")
    says = gettext_noop("Record the NDA of {institution} in {deal}, signed {day}")
    if expires_on:
        says = "Record the NDA of {institution} in {deal}, signed {day} until {end}"
    nda = f"{signed_on.isoformat()}/{expires_on.isoformat() if expires_on else ''}"
    return approvals.prepare(
        by=by,
        subject=party,
        deal_id=party.deal_id,
        asks={"nda": {str(party.pk): nda}, "nda_company": company[:200], "nda_version": version[:40]},
        summary=summarised(
            says,
            institution=party.institution.short_name,
            deal=party.deal,
            day=f"{signed_on:%d %B %Y}",
            end=f"{expires_on:%d %B %Y}" if expires_on else "",
        ),
    )


def carry_out_nda(approval: Approval) -> None:
    """Records the NDA that a confirmed approval names."""
    for row, dates in approval.asks.get("nda", {}).items():
        signed_on, expires_on = dates.split("/")
        recorded = Party.objects.filter(pk=row).update(
            nda_signed_on=signed_on,
            nda_expires_on=expires_on or None,
            nda_company=approval.asks["nda_company"],
            nda_version=approval.asks["nda_version"],
        )
        if recorded != 1:
            raise Stale


@transaction.atomic
def end_invitation(*, by: Staff | Client, party: Party, on: date | None = None) -> None:
    """The registrar ends an invitation: from that day on the institution sees nothing more of the deal by it."""
    must(by, Permission.DEALS_WRITE, "end an invitation")
    kept_by(by, party)
    today = timezone.now().date()
    if on and on > today:
        raise EndsInFuture(pointer="/on")
    if Party.objects.filter(pk=party.pk, left_on=None).update(left_on=on or today) != 1:
        raise Stale
    party.refresh_from_db()


def registrar(by: Staff | Client, deal: Deal) -> None:
    """Raises Forbidden unless the asker keeps the deal, PublishedDeal where it was compiled from a public source."""
    if deal.owner_id != by.institution_id:
        raise Forbidden(act=gettext_noop("change this deal"), needs=gettext_noop("to be its registrar"))
    if deal.origin == Origin.PUBLISHED:
        raise PublishedDeal


def _check_nda(signed_on: date | None, expires_on: date | None, *, pointer: str) -> None:
    if expires_on and not (signed_on and signed_on < expires_on):
        raise NdaDatesWrong(pointer=pointer)


def _ask(by: Staff | Client, row: Prepared, deal: Deal, summary: str) -> Approval:
    """It takes effect, and is told as far as the deal is, when confirmed."""
    return approvals.prepare(
        by=by,
        subject=row,
        deal_id=deal.pk,
        asks={"states": {str(row.pk): State.CONFIRMED.value}, "levels": {str(row.pk): deal.level}},
        summary=summary,
    )
