"""Whose address takes no mail."""

from uuid import UUID

from django.db.models import F

from network.models import RefusedAddress


def refused_addresses(institution: UUID) -> list[RefusedAddress]:
    """The people of an institution whose present address takes no mail, by name; one query."""
    found = RefusedAddress.objects.filter(
        person__institution_id=institution, person__is_active=True, address__iexact=F("person__email")
    )
    return list(found.select_related("person").order_by("person__name", "pk"))
