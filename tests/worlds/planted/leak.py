"""What a planted leak is, and the way past the wall that those take that look at hidden rows."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection

Patch = Callable[[pytest.MonkeyPatch], None]
# A function that runs any question as the tables' owner, whom the policies let see everything.
_PAST = """
CREATE SCHEMA leak;
GRANT USAGE ON SCHEMA leak TO orebook_app;
CREATE FUNCTION leak.past(question text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(x)), ''[]'') FROM (%s) x', question) INTO found;
    RETURN found;
END $$;
"""


@dataclass(frozen=True)
class Leak:
    """A mistake, and who finds it: `looker` crawls the routes that `where` is found in, all where it says nothing."""

    name: str
    looker: str
    where: str = ""
    # What is different in the running code, and in the tables.
    patch: Patch | None = None
    sql: str = ""
    # Done in each world before the crawl, as by somebody who was there first.
    first: Callable[[], None] | None = None
    # Looked for in `make test` too.
    short: bool = False
    # It comes to light in everybody's digests, not in the crawl.
    mail: bool = False
    # It comes to light in what webhooks are told.
    hook: bool = False

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """Into the present test database, and the running code; `patch` takes it away again."""
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute(_PAST + self.sql)
        if self.patch:
            self.patch(patch)
        if self.first:
            self.first()


def past(question: str) -> list[dict[str, Any]]:
    """The rows that a question finds where no policy hides any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leak.past(%s)", [question])
        (found,) = cursor.fetchone()
    rows: list[dict[str, Any]] = json.loads(found) if isinstance(found, str) else found
    return rows


def how_many(table: str, where: str = "true") -> int:
    return int(past(f"SELECT count(*) AS n FROM {table} WHERE {where}")[0]["n"])


def exists(table: str, key: object, column: str = "id") -> bool:
    return bool(past(f"SELECT 1 AS there FROM {table} WHERE {column} = '{key}'"))
