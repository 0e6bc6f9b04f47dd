"""What rows looked like to their owner: a hash over their log, which changes with each change of any of them."""

from collections.abc import Sequence
from uuid import UUID

from institutions.isolation.sealing import digest
from institutions.models import Event


def fingerprint(rows: Sequence[UUID]) -> str:
    """64 hexadecimal digits; the same while nothing about the rows was changed."""
    latest = (
        Event.objects.filter(row_id__in=rows, action__in=["created", "updated"])
        .order_by("row_id", "-xact", "-seq")
        .distinct("row_id")
        .values_list("pk", flat=True)
    )
    return digest(" ".join(str(event) for event in latest))
