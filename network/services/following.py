"""Following a deal, and no longer."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deals.selectors.watched import deal_is_seen
from institutions.models import Staff
from institutions.refusals import NotFound
from network.models import Follow


@transaction.atomic
def follow(*, by: Staff, deal: UUID) -> Follow:
    """`by` hears of the deal from now on; following it already is the same. Raises NotFound for a hidden deal."""
    if not deal_is_seen(deal):
        raise NotFound(what="deal")
    Follow.objects.bulk_create([Follow(person=by, deal_id=deal)], ignore_conflicts=True)
    return Follow.objects.get(person=by, deal_id=deal, ended_at__isnull=True)


def unfollow(*, by: Staff, deal: UUID) -> None:
    """`by` hears no more of the deal; not following it is the same."""
    Follow.objects.filter(person=by, deal_id=deal, ended_at__isnull=True).update(ended_at=timezone.now())
