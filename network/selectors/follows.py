"""What a person follows."""

from uuid import UUID

from institutions.models import Staff
from network.models import Follow


def followed_deals(person: Staff) -> list[UUID]:
    """The deals that `person` follows, the latest first. Empty unless that person is acting."""
    follows = Follow.objects.filter(person=person, ended_at__isnull=True).order_by("-since", "pk")
    return list(follows.values_list("deal_id", flat=True))


def follows(person: Staff, deal: UUID) -> bool:
    """Whether `person`, who is acting, follows the deal."""
    return Follow.objects.filter(person=person, deal_id=deal, ended_at__isnull=True).exists()
