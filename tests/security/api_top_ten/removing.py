"""A case of the OWASP API Security Top 10 (2023): an attack, and the guard that holds it off.

Each is run twice: with the guard in its place the attack must be held off, and with the guard taken away the same
attack must succeed. So no case goes on being green when what it shows is no longer there.
"""

import os
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.conf import settings

from institutions import compiled
from tests.cast import Cast

Guard = Callable[[pytest.MonkeyPatch], None]
Attack = Callable[[Cast], None]
IN_PLACE, TAKEN_AWAY = "guard in place", "guard taken away"


class Succeeded(AssertionError):
    """The attack came to what it wanted."""


def held_off(held: bool, what: str) -> None:
    """Raises Succeeded unless the attack was held off; `what` it came to otherwise."""
    if not held:
        raise Succeeded(what)


def case(*, without: Guard | list[Guard]) -> Callable[[Attack], Callable[..., None]]:
    """Makes a test of an attack; `without` takes its guard away, or all of them where one stands behind another."""
    guards = without if isinstance(without, list) else [without]

    def made(attack: Attack) -> Callable[..., None]:
        @pytest.mark.slow
        @pytest.mark.parametrize("guard", [IN_PLACE, TAKEN_AWAY])
        def test(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
            if guard == IN_PLACE:
                attack(committed_cast)
                return
            for each in guards:
                each(monkeypatch)
            with pytest.raises(Succeeded):
                attack(committed_cast)

        test.__name__, test.__doc__, test.__module__ = attack.__name__, attack.__doc__, attack.__module__
        return test

    return made


# Ways to take a guard away.


def code(place: str, instead: Any) -> Guard:
    """Something else in the running code. Questions that were written with it are written anew."""

    def take(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(compiled, "_ASKED", {})
        patch.setattr(place, instead)

    return take


def setting(name: str, value: Any) -> Guard:
    """A deployment that is set otherwise."""
    return lambda patch: patch.setattr(settings, name, value)


def sql(statement: str) -> Guard:
    """A database that is otherwise. The test's own is thrown away after it, with whatever was done to it."""

    def take(patch: pytest.MonkeyPatch) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute(statement)

    return take


def policy(*tables: str) -> Guard:
    """Rows that everybody reads."""
    return sql("; ".join(f"ALTER POLICY wall_read ON {table} USING (true)" for table in tables))


def nothing(*_: Any, **__: Any) -> None:
    """What looks at nothing and refuses nobody."""


def yes(*_: Any, **__: Any) -> bool:
    """What lets everybody."""
    return True
