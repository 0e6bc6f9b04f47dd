"""All that is kept sealed, sealed anew with the present key: secrets of webhooks, and what makes codes of factors."""

from dataclasses import dataclass, field

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

    def take(self, text: str, *, to: str, clear: str | None = None, next_step: str) -> str | None:
        """What stands in the place of `text`; None where it stays. `clear`: what was kept before there were seals."""
        if sealed_at_present(text):
            self.already += 1
            return None
        opened = unseal(text, to=to) or clear
        if opened is None:
            self.closed.append(next_step)
            return None
        self.again += 1
        return seal(opened, to=to)


def seal_again(owner: psycopg.Connection) -> Resealed:
    """In the open transaction of `owner`, who owns the tables: all of it or nothing."""
    done = Resealed()
    _secrets(owner, done)
    _factors(owner, done)
    return done


def _secrets(owner: psycopg.Connection, done: Resealed) -> None:
    """Those that are valid; an earlier one that has ended signs nothing."""
    found = owner.execute("""
        SELECT id, endpoint_id, sealed FROM network_webhooksecret
        WHERE ends_at IS NULL OR ends_at > now() ORDER BY id FOR UPDATE
    """)
    changed = []
    for key, endpoint, text in found.fetchall():
        step = f"webhook {endpoint}: its institution rotates the secret"
        if sealed := done.take(text, to=reader(endpoint), next_step=step):
            changed.append((sealed, key))
    owner.cursor().executemany("UPDATE network_webhooksecret SET sealed = %s WHERE id = %s", changed)


def _factors(owner: psycopg.Connection, done: Resealed) -> None:
    """Locked, since a person's used recovery codes stand in the same value."""
    found = owner.execute("""
        SELECT f.id, part.key, part.value, s.email
        FROM mfa_authenticator f JOIN institutions_staff s ON s.id = f.user_id, jsonb_each_text(f.data) part
        WHERE part.key IN ('secret', 'seed') ORDER BY f.id FOR UPDATE OF f
    """)
    changed = []
    for key, part, text, email in found.fetchall():
        step = f"second factor of {email}: their institution's admin takes it off"
        clear = text if IN_CLEAR.fullmatch(text) else None
        if sealed := done.take(text, to=FACTOR, clear=clear, next_step=step):
            changed.append((part, sealed, key))
    put = "UPDATE mfa_authenticator SET data = data || jsonb_build_object(%s::text, %s::text) WHERE id = %s"
    owner.cursor().executemany(put, changed)
