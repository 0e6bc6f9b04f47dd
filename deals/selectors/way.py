"""The way of a deal from its draft to its completion: where it stands, and what comes next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from deals.lifecycle import STATUSES
from deals.models import Deal, DealStatus, Origin
from institutions.models import Event


@dataclass(frozen=True)
class Stop:
    """One status of the way; `on` is when the deal came to it last, where the log tells the asker of it."""

    status: DealStatus
    passed: bool
    here: bool
    on: date | None


@dataclass(frozen=True)
class Way:
    """`aside`: suspended or cancelled, off the way. `next`: None where nothing comes any more, or the deal is nobody's
    own voice."""

    stops: tuple[Stop, ...]
    aside: DealStatus | None
    next: DealStatus | None


def way_of(deal: Deal) -> Way:
    """One question."""
    came = Event.objects.filter(row_id=deal.pk, action__in=["created", "updated"])
    came = came.filter(Q(action="created") | Q(before__has_key="status")).order_by("xact", "seq")
    dates = {status: at.date() for status, at in came.values_list("after__status", "recorded_at")}
    here = STATUSES[deal.status].order
    on_the_way = sorted((status.order, code) for code, status in STATUSES.items() if status.order is not None)
    # A deal that was put aside had come as far as its last status on the way.
    reached = here or max([order for order, code in on_the_way if code in dates], default=0)
    stops = tuple(
        Stop(DealStatus(code), passed=order < reached or (here is None and order == reached), here=order == here,
             on=dates.get(code) if order <= reached else None)
        for order, code in on_the_way
    )  # fmt: skip
    following = next((code for order, code in on_the_way if here is not None and order == here + 1), None)
    if following is None or deal.origin != Origin.REGISTERED:
        return Way(stops, None if here else DealStatus(deal.status), None)
    return Way(stops, None, DealStatus(following))
