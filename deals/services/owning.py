"""Whose a commitment is: nobody updates another's row."""

from typing import Any

from deals.models import Commitment, Origin
from institutions.models import Client, Staff
from institutions.refusals import Refusal, Stale


class NotYours(Refusal):
    code = "not_your_commitment"
    says = "Only {owner} may change this commitment."
    status = 403


class IsPublished(Refusal):
    code = "move_not_allowed"
    says = (
        "It is published, not registered, and stands as its source words it. Replace it with a commitment of your own."
    )


def own(by: Staff | Client, commitment: Commitment) -> None:
    """Raises unless the commitment is the asker's own and registered. Locks it, so that an approver who confirms at the
    same time sees the change or comes first."""
    if commitment.origin == Origin.PUBLISHED:
        raise IsPublished
    if commitment.owner_id != by.institution_id:
        raise NotYours(owner=commitment.institution.short_name)
    Commitment.objects.select_for_update(no_key=True).filter(pk=commitment.pk).first()
    commitment.refresh_from_db()


def update(commitment: Commitment, **facts: Any) -> None:
    """Changes the one row, and shows it as it then stands."""
    if Commitment.objects.filter(pk=commitment.pk).update(**facts) != 1:
        raise Stale
    commitment.refresh_from_db()
