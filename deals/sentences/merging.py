"""Which events are told together."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from institutions.models import Event


def merged(events: Iterable["Event"]) -> list[tuple["Event", "Event | None"]]:
    """The events with what belongs together joined: a commitment and its size that came in one transaction.

    A row that came into sight along two ways at once (as a party and as a member) is told once, and to whom saw it
    before it did not come into sight at all.
    """
    once: dict[tuple[int, UUID, str], Event] = {}
    for event in events:
        once.setdefault((event.xact, event.row_id, event.action), event)
    for xact, row, action in list(once):
        if action in ("created", "updated"):
            once.pop((xact, row, "revealed"), None)
    sizes: dict[tuple[int, str], Event] = {
        (event.xact, str((event.after or {}).get("commitment_id"))): event
        for event in once.values()
        if event.table == "deals_size" and event.action in ("created", "revealed")
    }
    joined: list[tuple[Event, Event | None]] = []
    taken: set[int] = set()
    for event in once.values():
        size = None
        if event.table == "deals_commitment" and event.action in ("created", "revealed"):
            size = sizes.get((event.xact, str(event.row_id)))
        if size:
            taken.add(id(size))
        joined.append((event, size))
    return [(event, size) for event, size in joined if id(event) not in taken]
