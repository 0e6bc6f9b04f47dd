"""The bare server: a WSGI function that hands on what PostgreSQL says, for an identity that it is told.

No token, no ETag, no shape: what is left is the server, one connection, the wall and the query. `GET /name?key=value`
runs the statement of that name in limits.sql; its client's id is in `X-Client`.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import psycopg

ACT = "SELECT wall.act('client', %s, NULL)"


def statements() -> dict[str, str]:
    """The statements of limits.sql by name, with what several share put in."""
    parts = Path(__file__).with_name("limits.sql").read_text().split("-- name: ")[1:]
    found = {name.strip(): text.strip() for name, text in (part.split("\n", 1) for part in parts)}
    shared = {f"{{{name}}}": found.pop(name) for name in ("told", "parts")}
    for name, text in shared.items():
        found = {each: statement.replace(name, text) for each, statement in found.items()}
    return found


STATEMENTS = statements()
_connection: psycopg.Connection[Any] | None = None


def connected() -> psycopg.Connection[Any]:
    """One connection to the process, as the application's role."""
    global _connection
    if _connection is None:
        _connection = psycopg.connect(os.environ["DATABASE_URL"])
    return _connection


def _first(there: psycopg.Connection[Any], name: str, given: dict[str, Any]) -> str:
    (found,) = there.execute(STATEMENTS[name], given).fetchone() or ("",)
    return str(found or "")


def _created(there: psycopg.Connection[Any], given: dict[str, Any]) -> str:
    """A commitment with its size, step and key: the rows that Orebook writes, by the same triggers."""
    there.execute("SELECT wall.prepare(%(deal)s, NULL, 'own', NULL)", given)
    commitment = _first(there, "create", given)
    facts = given | {"commitment": commitment, "key": commitment}
    for part in ("size", "step", "key"):
        _first(there, f"create {part}", facts)
    return f'"{commitment}"'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One statement, one answer."""
    if "HTTP_X_CLIENT" not in environ:
        # Asked whether it is there.
        start_response("204 No Content", [])
        return []
    there = connected()
    given = {"after": "-infinity"} | dict(parse_qsl(environ["QUERY_STRING"]))
    name = environ["PATH_INFO"].strip("/")
    with there.transaction():
        there.execute(ACT, [environ["HTTP_X_CLIENT"]])
        text = _created(there, given) if name == "create" else _first(there, name, given)
    body = (text or "[]").encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
