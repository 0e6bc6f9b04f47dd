"""The only way to open the wall: act as someone, inside a transaction, and nobody afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

SETTINGS = ("orebook.actor", "orebook.institution", "orebook.principals", "orebook.curator", "orebook.sees_much")


class NobodyActs(RuntimeError):
    """A job asked for rows without saying for whom."""


@dataclass(frozen=True)
class Identity:
    """kind: `person`, `client`, or `system` (a job acting for the institution `id`)."""

    kind: str
    id: UUID
    job: str | None = None


class Actor(Protocol):
    """A staff member, a client, or a job."""

    @property
    def identity(self) -> Identity: ...


@dataclass(frozen=True)
class System:
    """A job that acts for one institution, such as the loader."""

    job: str
    institution_id: UUID

    @property
    def identity(self) -> Identity:
        return Identity("system", self.institution_id, self.job)


@contextmanager
def as_before(who: list[str]) -> Iterator[None]:
    """A transaction, on whatever server is asked now, of whom `acting()` told."""
    with transaction.atomic():
        _restore(who)
        yield


def become(actor: Actor | None) -> None:
    """Sets the identity of the running transaction; it ends with it. `None` is nobody, who sees only what is public."""
    if not connection.in_atomic_block:
        raise NobodyActs("An identity lives in a transaction: use acting_as.")
    who = actor.identity if actor else Identity("nobody", UUID(int=0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.act(%s, %s, %s)", [who.kind, who.id, who.job])


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """A transaction in which the database answers as `actor` may see.

    Nested, the identity of before comes back at the end; after an exception the database brings it back itself.
    """
    with transaction.atomic():
        before = acting()
        become(actor)
        yield
        _restore(before)


@contextmanager
def seeing_as(whom: UUID, row: UUID) -> Iterator[None]:
    """What is asked within reads as `whom` (an institution, a network, everyone) is told of what the asker owns in the
    deal of `row`; nothing can be written. Whatever is lazy must be read before it ends.

    Raises ProgrammingError where the row is not the asker's own.
    """
    within = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.see_as(%s, %s)", [whom, row])
        yield
    finally:
        # Brings back who acts, and lets the transaction write again.
        transaction.savepoint_rollback(within)


@contextmanager
def seeing_as_network() -> Iterator[None]:
    """What is asked within reads as everybody in the asker's networks does, without what the asker itself is told; as
    everyone where it is in none. Nothing can be written. Whatever is lazy must be read before it ends."""
    within = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.see_as_network()")
        yield
    finally:
        transaction.savepoint_rollback(within)


def acting() -> list[str]:
    """Who acts, as `as_before` takes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(name, true), '') FROM unnest(%s::text[]) WITH ORDINALITY AS s (name, i)"
            " ORDER BY i",
            [list(SETTINGS)],
        )
        return [value for (value,) in cursor.fetchall()]


def _restore(values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS s (name, value)",
            [list(SETTINGS), values],
        )
