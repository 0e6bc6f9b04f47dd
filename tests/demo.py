"""The demo network for tests: loaded once for all files that look at it, each of which gets a copy of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

import psycopg
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from institutions.models import Staff
from tests.conftest import anew, keep

KEPT = "demo_template"
# What the load printed, once there was one.
_said: list[str] = []


@dataclass
class Demo:
    said: str

    def person(self, account: str) -> Staff:
        return Staff.objects.get(email=f"{account}.example")


def run(*options: str) -> str:
    out = StringIO()
    with override_settings(FICTIONAL=True):
        call_command("demo", *options, stdout=out)
    return out.getvalue()


def past_the_walls(statement: str) -> list[tuple[Any, ...]]:
    """Asked as the tables' owner."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        return connection.execute(statement).fetchall()


@contextmanager
def loaded(blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """The demo as a first load leaves it; the database is as it was afterwards."""
    with blocker.unblock():
        if _said:
            anew(KEPT)
        else:
            _said.append(run())
            keep(KEPT)
        yield Demo(_said[0])
        anew("cast_template")
