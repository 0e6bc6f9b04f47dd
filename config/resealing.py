"""All that is kept sealed, sealed anew with the present key: secrets of webhooks, and what makes codes of factors."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg

from institutions.admin.accounts import FACTOR, IN_CLEAR
from institutions.isolation.sealing import seal, sealed_at_present, unseal
from network.webhooks.signing import reader


@dataclass
class Resealed:
    """What became of each: counts, and who sets up anew what opens with no key at all."""

    again: int = 0
    already: int = 0
    closed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Kept:
    text: str
    # None: it opens with no key.
    opened: str | None
    reader: str
    # What puts another text (`sealed`) in its place (`at`).
    put: LiteralString
    at: dict[str, object]
    # Where it opens with no key.
    next_step: str


def seal_again(owner: psycopg.Connection) -> Resealed:
    """In the open transaction of `owner`, who owns the tables: all of it or nothing."""
    done = Resealed()
    for kept in (*_secrets(owner), *_factors(owner)):
        if sealed_at_present(kept.text):
            done.already += 1
            continue
        if kept.opened is None:
            done.closed.append(kept.next_step)
            continue
        owner.execute(kept.put, kept.at | {"sealed": seal(kept.opened, to=kept.reader)})
        done.again += 1
    return done


def _secrets(owner: psycopg.Connection) -> Iterator[_Kept]:
    """Those that are valid; an earlier one that has ended signs nothing."""
    found = owner.execute("""
        SELECT id, endpoint_id, sealed FROM network_webhooksecret
        WHERE ends_at IS NULL OR ends_at > now() ORDER BY id FOR UPDATE
    """)
    put = "UPDATE network_webhooksecret SET sealed = %(sealed)s WHERE id = %(id)s"
    for key, endpoint, text in found.fetchall():
        opened, step = unseal(text, to=reader(endpoint)), f"webhook {endpoint}: its institution rotates the secret"
        yield _Kept(text, opened, reader(endpoint), put, {"id": key}, step)


def _factors(owner: psycopg.Connection) -> Iterator[_Kept]:
    """Locked, since a person's used recovery codes stand in the same value."""
    found = owner.execute("""
        SELECT f.id, part.key, part.value, s.email
        FROM mfa_authenticator f JOIN institutions_staff s ON s.id = f.user_id, jsonb_each_text(f.data) part
        WHERE part.key IN ('secret', 'seed') ORDER BY f.id FOR UPDATE OF f
    """)
    put = """
        UPDATE mfa_authenticator SET data = data || jsonb_build_object(%(part)s::text, %(sealed)s::text)
        WHERE id = %(id)s
    """
    for key, part, text, email in found.fetchall():
        # What was kept before there were seals stands there as it is.
        opened = unseal(text, to=FACTOR) or (text if IN_CLEAR.fullmatch(text) else None)
        step = f"second factor of {email}: their institution's admin takes it off"
        yield _Kept(text, opened, FACTOR, put, {"id": key, "part": part}, step)
