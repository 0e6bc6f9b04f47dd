"""The life of a deal: statuses and what each asks for. One table; the trigger is made from it."""

from dataclasses import dataclass

from deals.lifecycle.stages import Requirement


@dataclass(frozen=True)
class Status:
    """`order` is the place on the way; suspended and cancelled have none."""

    code: str
    order: int | None
    requires: tuple[Requirement, ...] = ()


_R = Requirement

STATUSES: dict[str, Status] = {
    status.code: status
    for status in (
        Status("draft", 1),
        Status("in_market", 2),
        Status("allocating", 3, (_R.DEAL_TRANCHE,)),
        Status("documentation", 4, (_R.BORROWER,)),
        # The network hears that the money is there: two persons say so.
        Status("closed", 5, (_R.BORROWER, _R.FOUR_EYES)),
        Status("completed", 6, (_R.BORROWER, _R.FOUR_EYES)),
        Status("suspended", None, (_R.REASON,)),
        Status("cancelled", None, (_R.REASON, _R.FOUR_EYES)),
    )
}

# A deal is registered before or when it comes to market; the others are moved to.
FIRST_STATUSES = ("draft", "in_market")
_OVER = ("completed", "cancelled")


def deal_needs_two(here: str, to: str) -> bool:
    """Whether a move is seen by a second person: to financial close and beyond, back from it, and to cancellation."""
    return here == "closed" or Requirement.FOUR_EYES in STATUSES[to].requires


def deal_goes_back(here: str, to: str) -> bool:
    """Whether a move is a step back, which has a reason. Out of a suspension a deal goes on where it likes."""
    before, after = STATUSES[here].order, STATUSES[to].order
    return before is not None and after is not None and after < before


def statuses_from(code: str) -> tuple[str, ...]:
    """Statuses that may come next, forward ones first; none once completed or cancelled."""
    here = STATUSES[code]
    if code in _OVER:
        return ()
    on_the_way = [(status.code, status.order) for status in STATUSES.values() if status.order is not None]
    if here.order is None:
        return (*(to for to, order in on_the_way if order < (STATUSES["closed"].order or 0)), "cancelled")
    # Nothing is completed that was not closed.
    forward = [to for to, order in on_the_way if order > here.order and (to != "completed" or code == "closed")]
    back = [to for to, order in on_the_way if order < here.order]
    return (*forward, *back, "suspended", "cancelled")
