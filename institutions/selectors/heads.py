"""The heads of the sealed log, and what proves that an event is under one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from institutions.journal.tree import DEPTH, consistency, path
from institutions.models import Event, Seal

# A head comes each hour: after so long something is wrong with the worker or the beat.
LATE = timedelta(hours=3)


@dataclass(frozen=True)
class Head:
    """The tree at one time: its root, over `number` + 1 blocks of 2^40 leaves each."""

    number: int
    sealed_at: datetime
    root: bytes
    block: bytes

    @property
    def tree_size(self) -> int:
        return (self.number + 1) << DEPTH


@dataclass(frozen=True)
class Proof:
    """That an event is the leaf at `index` of the tree of `head`: the facts of which its hash is made, those that its
    reader is told with what they say, and the hashes beside the way up, the nearest first."""

    event: UUID
    head: Head
    index: int
    facts: list[dict[str, str]]
    path: list[str]


def heads(*, before: int | None = None, limit: int = 1) -> list[Head]:
    """The newest first; of those before a number where one is given. One query."""
    found = Seal.objects.order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    return [_head(each) for each in found[:limit]]


def newest_head() -> Head | None:
    """What is handed out with mails and webhooks; None before the first hour."""
    return next(iter(heads()), None)


def head(number: int) -> Head | None:
    """One of them, None where there is none of this number."""
    found = Seal.objects.filter(number=number).first()
    return _head(found) if found else None


def extends(first: Head, second: Head) -> list[bytes]:
    """What proves that the later head's tree begins with the earlier one's."""
    return consistency(first.number + 1, _blocks(second))


def events_of(row: UUID, *, limit: int) -> list[UUID]:
    """The visible events of a row, newest first, sealed or not."""
    found = Event.objects.filter(row_id=row).order_by("-xact", "-seq")
    return list(found.values_list("pk", flat=True)[:limit])


def proofs(events: Sequence[UUID], under: Head) -> list[Proof]:
    """Of those events that the asker sees and that are under the head. One query for each, and one."""
    blocks = _blocks(under)
    return [proof for event in events if (proof := _proof(event, under, blocks))]


def _proof(event: UUID, under: Head, blocks: list[bytes]) -> Proof | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, place, facts::text, path FROM journal.proof(%s)", [event])
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None or found[0] > under.number:
        return None
    number, place, facts, within = found
    above = [each.hex() for each in path(number, blocks)]
    return Proof(event, under, (number << DEPTH) + place, json.loads(facts), [*within, *above])


def _blocks(under: Head) -> list[bytes]:
    found = Seal.objects.filter(number__lte=under.number).order_by("number").values_list("block", flat=True)
    return [bytes(block) for block in found]


def _head(row: Seal) -> Head:
    return Head(row.number, row.sealed_at, bytes(row.root), bytes(row.block))
