"""What an incident pack tells of deals, as the present identity may see it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from deals.models import Deal, Download


class NamedDeal(NamedTuple):
    """A deal by what it is called."""

    id: UUID
    name: str


def deal_names() -> dict[UUID, str]:
    """Of all deals that are seen; one query."""
    return dict(Deal.objects.values_list("pk", "name"))


def named_deal(key: UUID | None) -> NamedDeal | None:
    """One of them, None for what is hidden or missing."""
    name = Deal.objects.filter(pk=key).values_list("name", flat=True).first() if key else None
    return NamedDeal(key, name) if key and name is not None else None


def deals_to_choose() -> QuerySet[Deal]:
    """By their names."""
    return Deal.objects.order_by("name", "id")


def downloads_between(since: datetime, until: datetime, deal: UUID | None) -> list[tuple[Any, ...]]:
    """Receipts as (when, deal, the document's title, whose institution took it, who); one query."""
    rows = Download.objects.filter(told_at__gte=since, told_at__lt=until)
    if deal:
        rows = rows.filter(deal=deal)
    return list(rows.order_by("told_at", "id").values_list("told_at", "deal_id", "document__title", "owner_id", "who"))
