"""What an institution says to what is published of it: it confirms the row, or replaces it with its own."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Commitment, Confirmation, Deal, Instrument, Origin
from deals.sentences.summaries import summarised
from deals.services.commitments import register_commitment
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class NotPublishedAboutYou(Refusal):
    code = "not_published_about_you"
    says = gettext_noop(
        "Only a published row about your own institution is confirmed or replaced. Name one of those, or register a "
        "commitment of your own (POST /api/v1/commitments)."
    )
    status = 403


class NotYourConfirmation(Refusal):
    code = "not_your_confirmation"
    says = gettext_noop("Only the institution that confirmed may say how far this is told. Ask it to tell it further.")
    status = 403


class InFuture(Refusal):
    code = "in_future"
    says = gettext_noop("A confirmation is dated today or earlier. Come back on the day.")


@transaction.atomic
def confirm_published(
    *,
    by: Staff | Client,
    commitment: Commitment,
    as_of: date | None = None,
    note: str = "",
    level: Level = Level.OWN,
    demo: bool = False,
) -> Confirmation:
    """The institution's own word that what is published of it is right as of a day (today where none is given).

    The published row stays as it is. Beyond the lead the word is told once an approver confirms.
    """
    must(by, Permission.COMMITMENTS_WRITE, "confirm what is published")
    about_oneself(by, commitment)
    today = timezone.now().date()
    if as_of and as_of > today:
        raise InFuture(pointer="/as_of")
    word = Confirmation.objects.create(
        owner_id=by.institution_id,
        deal_id=commitment.deal_id,
        commitment=commitment,
        as_of=as_of or today,
        note=note,
        level=(Level.OWN if level.beyond_lead else level).value,
        demo=demo,
    )
    if level.beyond_lead:
        tell_confirmation(by=by, word=word, level=level)
    return word


@transaction.atomic
def tell_confirmation(*, by: Staff | Client, word: Confirmation, level: Level) -> Approval | None:
    """Tells a confirmation as far as `level`: narrower, or to the lead, at once; further when an approver confirms."""
    must(by, Permission.COMMITMENTS_WRITE, "say how far a confirmation is told")
    if word.owner_id != by.institution_id:
        raise NotYourConfirmation
    summary = summarised(
        "Tell {level} that we confirm what is published of us as of {on}", level=level.value, on=word.as_of
    )
    return tell(by=by, row=word, level=level, summary=summary, deal_id=word.deal_id)


@transaction.atomic
def replace_published(
    *,
    by: Staff | Client,
    commitment: Commitment,
    stage: str,
    deal: Deal | None = None,
    instrument: Instrument | None = None,
    **facts: Any,
) -> Commitment:
    """Registers the institution's own row in the place of a published one: for whoever sees it, it counts instead.

    Others go on seeing the published row as it was. `deal`: the registered one that took the published over, or the
    published one itself. `facts` as for `register_commitment`.
    """
    about_oneself(by, commitment)
    return register_commitment(
        by=by,
        deal=deal or commitment.deal,
        instrument=instrument or Instrument(commitment.instrument),
        stage=stage,
        supersedes=commitment,
        **facts,
    )


def about_oneself(by: Staff | Client, commitment: Commitment) -> None:
    """Raises unless the row is published and about the asker's institution."""
    if commitment.origin != Origin.PUBLISHED or commitment.institution_id != by.institution_id:
        raise NotPublishedAboutYou
