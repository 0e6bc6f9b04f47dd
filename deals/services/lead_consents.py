"""Consents that a coordinator who came later sees what was told to the lead before."""

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Deal
from deals.selectors.lead_consents import later_leads
from institutions.constraints import rules_hold
from institutions.models import Client, Consent, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services.acting import must


class NoLaterLead(Refusal):
    code = "no_later_lead"
    says = gettext_noop(
        "Nothing that you told the lead is hidden from this institution as a later coordinator. Name one of the list."
    )


class ConsentedAlready(Refusal):
    code = "consent_once"
    says = gettext_noop("This institution is consented to already. Leave it as it is.")
    status = 409


class LeadConsentEnded(Refusal):
    code = "consent_ended"
    says = gettext_noop("This consent was taken back already. Give it anew to show it again.")
    status = 409


@transaction.atomic
def consent_to_lead(*, by: Staff | Client, deal: Deal, institution: Institution) -> Consent:
    """Lets a later coordinator see what the lead was told before it came. One officer's act, as telling the lead is."""
    must(by, Permission.COMMITMENTS_WRITE, "let a later coordinator see what the lead was told")
    lead = next((each for each in later_leads(deal.pk) if each.institution_id == institution.pk), None)
    if lead is None:
        raise NoLaterLead(pointer="/institution")
    if lead.consent_id:
        raise ConsentedAlready(pointer="/institution")
    with rules_hold():
        return Consent.objects.create(owner_id=by.institution_id, deal_id=deal.pk, institution=institution)


@transaction.atomic
def end_lead_consent(*, by: Staff | Client, consent: Consent) -> None:
    """Takes it back at once: what the lead was told before is hidden from that coordinator again."""
    must(by, Permission.COMMITMENTS_WRITE, "take back a consent")
    if consent.owner_id != by.institution_id:
        raise NotFound(what="consent")
    if Consent.objects.filter(pk=consent.pk, ended_at__isnull=True).update(ended_at=TransactionNow()) != 1:
        raise LeadConsentEnded
    consent.refresh_from_db()
