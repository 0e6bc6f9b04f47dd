"""How a kind of object is read: as plain rows, in one query, in one shape for lists, details and the feed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from institutions.compiled import IDS, compiled
from institutions.isolation.sealing import digest

Row = dict[str, Any]
Shape = dict[str, Any]
# Value rows; what is in them is the reading's own business.
Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Reading:
    """`rows` are value rows that the asker may see, the same question whoever asks and whenever; `order` is the key of
    pages, of what the asker may know."""

    type: str
    rows: Callable[[], Rows]
    shape: Callable[[Row], Shape]
    order: tuple[str, ...] = ("told_at", "id")


def objects(reading: Reading, ids: Iterable[UUID]) -> dict[UUID, Shape]:
    """The objects with these ids as the asker sees them; what it does not see is left out. One query."""
    asked = compiled(("objects", reading.rows), lambda: reading.rows().filter(pk__among=IDS), IDS)
    return {row["id"]: reading.shape(row) for row in asked.rows(list(ids))}


def one(reading: Reading, key: UUID) -> Shape | None:
    """The object as the asker sees it, or None where it sees none."""
    return objects(reading, [key]).get(key)


def versioned(shape: Shape) -> Shape:
    """The shape with its `version`: a keyed hash of what the asker sees, so that a hidden change never moves it."""
    # When a row was changed is no part of what it says: a part that the asker can't see may have changed.
    seen = {name: value for name, value in shape.items() if name != "updated_at"}
    return shape | {"version": digest(orjson.dumps(seen, default=str, option=orjson.OPT_SORT_KEYS))[:32]}


def instant(moment: datetime | None) -> str | None:
    """UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
