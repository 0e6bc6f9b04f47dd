"""Whose address takes no mail."""

from django.db.models import F

from network.models import RefusedAddress


def refused_addresses() -> list[RefusedAddress]:
    """Those whose present address takes no mail, by name, of the accounts that whoever acts keeps; one query."""
    found = RefusedAddress.objects.filter(person__is_active=True, address__iexact=F("person__email"))
    return list(found.select_related("person").order_by("person__name", "pk"))
