"""Recomputes the sealed log from the events up, without the database's own functions, and names what does not fit.

It reads everything, so it runs as the tables' owner, for whoever operates the registry. What it finds changed is what
was changed since it was sealed; that the seals were not made anew is shown by heads that were handed out, or kept
elsewhere.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg

from institutions.journal.tree import DEPTH, node, root

# The facts of an event as texts, as they were sealed. The names are in the order in which they are hashed.
_EVENTS = """
SELECT l.number, l.place, l.hash, coalesce(e.id, l.event_id)::text, e.id IS NOT NULL, e.xact,
       e.action, e.actor, coalesce(e.after::text, ''), coalesce(e.before::text, ''), e.effective_on::text, e.id::text,
       coalesce(e.institution_id::text, ''), e.row_id::text,
       concat_ws(' ', e.xact, e.seq, coalesce(e.audience_id::text, '-'), coalesce(e.addressee::text, '-')), e."table",
       to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
FROM institutions_leaf l
FULL JOIN (SELECT * FROM institutions_event WHERE xact < %s) e ON e.id = l.event_id
ORDER BY l.number NULLS FIRST, l.ordinal, e.xact, e.seq
"""
_KEYS = "SELECT number, secret, from_xact, to_xact FROM institutions_sealkey ORDER BY number"
_NAMES = (
    "action", "actor", "after", "before", "effective_on", "id", "institution", "object", "position", "table", "time",
)  # fmt: skip
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Bad:
    """What does not fit, and from where on: an event by its id, else the head by its number."""

    says: str
    number: int | None
    event: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`bad` is None where everything fits; `events`, `heads`: how many were recomputed; `last`: the newest head."""

    bad: Bad | None
    events: int
    heads: int
    last: tuple[int, str] | None


def verify(owner: psycopg.Connection[Any], kept: Mapping[int, str]) -> Verdict:
    """Recomputes all of it, as `owner` reads it in one snapshot.

    `kept`: roots in hexadecimal digits, by the numbers of their heads, that were handed out or kept elsewhere.
    """
    with owner.transaction():
        keys = owner.execute(_KEYS).fetchall()
        seals = owner.execute("SELECT number, block, root FROM institutions_seal ORDER BY number").fetchall()
        counted = _Counted()
        # An event that was touched says more than a head that no longer fits.
        bad = _of_events(owner, keys, seals, counted) or _of_heads(keys, seals, kept)
    return Verdict(bad, counted.events, len(seals), (seals[-1][0], bytes(seals[-1][2]).hex()) if seals else None)


class _Counted:
    events = 0


def _of_heads(keys: list[Any], seals: list[Any], kept: Mapping[int, str]) -> Bad | None:
    last_xact = 0
    for place, (number, _secret, from_xact, to_xact) in enumerate(keys):
        if number != place or from_xact != last_xact or to_xact < from_xact:
            return Bad(f"block {place} does not follow the one before it", place)
        last_xact = to_xact
    if [number for number, *_ in seals] != [number for number, *_ in keys]:
        return Bad("there are not as many heads as blocks", len(min(keys, seals, key=len)))
    blocks: list[bytes] = []
    for number, block, head in seals:
        blocks.append(bytes(block))
        if root(blocks) != bytes(head):
            return Bad(f"head {number} is not over its blocks", number)
    heads = {number: bytes(head).hex() for number, _block, head in seals}
    for number, handed_out in sorted(kept.items()):
        if number not in heads:
            return Bad(f"head {number} was handed out, and is gone: the log's end was cut off or put back", number)
        if heads[number] != handed_out:
            return Bad(f"head {number} was handed out with another root: the log was sealed anew", number)
    return None


def _of_events(owner: psycopg.Connection[Any], keys: list[Any], seals: list[Any], counted: _Counted) -> Bad | None:
    secrets = {number: (bytes(secret), from_xact, to_xact) for number, secret, from_xact, to_xact in keys}
    sealed = {number: bytes(block) for number, block, _root in seals}
    end = max((to_xact for *_, to_xact in keys), default=0)
    open_ = dict(secrets)
    for number, rows in groupby(_rows(owner, end), key=lambda row: row[0]):
        if number is None:
            # Of those that no seal knows, the first in the order of the log.
            first = next(rows)
            return Bad("it was slipped in: no seal knows it", None, first[3])
        if number not in secrets:
            return Bad(f"block {number} has no key", number, next(rows)[3])
        secret, from_xact, to_xact = open_.pop(number)
        leaves: dict[int, bytes] = {}
        for _number, place, held, event, there, xact, *said in rows:
            counted.events += 1
            if not there:
                return Bad("it was taken away", number, event)
            if not from_xact <= xact < to_xact:
                return Bad("it stands elsewhere in the log than it was sealed", number, event)
            hash_ = _leaf(secret, event, said)
            if hash_ != bytes(held):
                return Bad("it was changed", number, event)
            if place != int.from_bytes(_salt(secret, event, "place")[:5], "big") or place in leaves:
                return Bad("it lies elsewhere in the tree than it was sealed", number, event)
            leaves[place] = hash_
        if _block(secret, leaves) != sealed.get(number):
            return Bad(f"block {number} is not what was sealed: an event is gone without a trace, or was added", number)
    for number, (secret, *_) in open_.items():
        if _block(secret, {}) != sealed.get(number):
            return Bad(f"block {number} is not what was sealed: all its events are gone", number)
    return None


def _rows(owner: psycopg.Connection[Any], end: int) -> Iterator[Any]:
    with owner.cursor(name="verify_log") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_EVENTS, [end])
        yield from cursor


def _salt(secret: bytes, event: str, fact: str) -> bytes:
    return _sha(b"\x03" + secret + bytes.fromhex(event.replace("-", "")) + _sha(fact.encode()))


def _leaf(secret: bytes, event: str, said: list[str]) -> bytes:
    facts = zip(_NAMES, said, strict=True)
    return _sha(
        b"\x00"
        + b"".join(name.encode() + b"\x00" + _sha(_salt(secret, event, name) + text.encode()) for name, text in facts)
    )


def _block(secret: bytes, nodes: dict[int, bytes]) -> bytes:
    """The root over the leaves by their places, where everything else is made up."""
    if not nodes:
        return _dummy(secret, DEPTH, 0)
    for level in range(DEPTH):
        nodes = {
            up: node(
                nodes.get(up * 2) or _dummy(secret, level, up * 2),
                nodes.get(up * 2 + 1) or _dummy(secret, level, up * 2 + 1),
            )
            for up in {place >> 1 for place in nodes}
        }
    return nodes[0]


def _dummy(secret: bytes, level: int, place: int) -> bytes:
    return _sha(b"\x02" + secret + level.to_bytes(4, "big") + place.to_bytes(8, "big"))


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
