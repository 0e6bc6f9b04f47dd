"""What a person follows."""

from uuid import UUID

from institutions.models import Staff
from network.models import Follow


def follows(person: Staff, deal: UUID) -> bool:
    """Whether `person`, who is acting, follows the deal."""
    return Follow.objects.filter(person=person, deal_id=deal, ended_at__isnull=True).exists()


def ever_followed(person: Staff, deal: UUID) -> bool:
    """Whether `person`, who is acting, follows the deal or did once."""
    return Follow.objects.filter(person=person, deal_id=deal).exists()
