"""Versions, moments, orders, numbers and cursors that a hidden row moves."""

import base64
import itertools
from typing import Any
from uuid import UUID

import pytest

from deals.models import Commitment, Deal
from deals.selectors import commitments
from institutions.api.conventions import pages, preconditions
from institutions.api.conventions.doors import Door
from institutions.api.conventions.resources import ListView
from institutions.isolation.sealing import digest
from institutions.selectors.reading import versioned
from tests.worlds.planted.leak import Leak, past


def _size_of(key: object) -> list[dict[str, Any]]:
    return past(f"SELECT amount, updated_at FROM deals_size WHERE commitment_id = '{key}'")


def _etag(patch: pytest.MonkeyPatch) -> None:
    """The version of the whole row, its size included."""

    def etag(shape: dict[str, Any]) -> str:
        return f'"{digest(shape["version"] + str(_size_of(shape["id"])))[:32]}"'

    patch.setattr(preconditions, "etag", etag)


def _updated_at(patch: pytest.MonkeyPatch) -> None:
    def moved(shape: dict[str, Any]) -> dict[str, Any]:
        latest = max((row["updated_at"] for row in _size_of(shape["id"])), default=shape["updated_at"])
        return versioned(shape) | {"updated_at": max(latest, shape["updated_at"])}

    patch.setattr(commitments, "versioned", moved)


def _last_modified(patch: pytest.MonkeyPatch) -> None:
    """A header for caches: when the table was last changed."""
    shown = ListView.get

    def get(self: ListView, request: Any) -> Any:
        response = shown(self, request)
        # To the microsecond: both worlds may have been made within one second.
        found = past("SELECT extract(epoch FROM max(updated_at))::text AS at FROM deals_commitment")
        response.headers["X-Last-Modified"] = found[0]["at"]
        return response

    patch.setattr(ListView, "get", get)


def _ordering(patch: pytest.MonkeyPatch) -> None:
    """`ordering=amount`, which sorts by amounts whether the asker sees them or not."""
    patch.setattr("institutions.api.conventions.resources.order_of", lambda request, found: found.reading.order)
    shown = ListView.get

    def get(self: ListView, request: Any) -> Any:
        response = shown(self, request)
        if request.query_params.get("ordering") == "amount":
            amounts = {row["c"]: row["a"] for row in past("SELECT commitment_id c, amount a FROM deals_size")}
            response.data["results"].sort(key=lambda shape: float(amounts.get(str(shape["id"])) or 0))
        return response

    patch.setattr(ListView, "get", get)


def _plain_cursor(patch: pytest.MonkeyPatch) -> None:
    """A cursor that anybody can read, with the place of the last row of all in it, so as to know when to stop."""

    def seal(text: str, *, to: str) -> str:
        last = past("SELECT max(told_at) AS at FROM deals_commitment")[0]["at"]
        return base64.urlsafe_b64encode(f"{text}#{last}".encode()).decode().rstrip("=")

    def unseal(text: str, *, to: str) -> str:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("#")[0]

    patch.setattr(pages, "seal", seal)
    patch.setattr(pages, "unseal", unseal)


def _position(patch: pytest.MonkeyPatch) -> None:
    """The feed's cursors unsealed: they count everybody's changes."""

    def seal(text: str, *, to: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def unseal(text: str, *, to: str) -> str:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()

    patch.setattr("network.api.events.seal", seal)
    patch.setattr("network.api.events.unseal", unseal)


def _numbered_ids(patch: pytest.MonkeyPatch) -> None:
    """Ids in the order of their making (as UUIDv7): from a counter of all rows, so that a gap tells of others' rows."""
    for model in (Commitment, Deal):
        made = itertools.count(1)

        def new(table: str = model._meta.db_table, made: Any = made) -> UUID:
            there = past(f"SELECT count(*) AS n FROM {table}")[0]["n"]
            return UUID(f"01980000-0000-7000-8000-{there * 1000 + next(made):012x}")

        patch.setattr(model._meta.get_field("id"), "default", new)
        patch.setattr(model._meta.get_field("id"), "_get_default", new)


def _running_number(patch: pytest.MonkeyPatch) -> None:
    """A number that people can say over the telephone: the how-manieth commitment of the registry it is."""

    def numbered(shape: dict[str, Any]) -> dict[str, Any]:
        # Later ones are numbered first, as in a list whose newest row stands on top.
        found = past(
            "SELECT count(*) AS n FROM deals_commitment"
            f" WHERE created_at >= (SELECT created_at FROM deals_commitment WHERE id = '{shape['id']}')"
        )
        return versioned(shape) | {"number": found[0]["n"]}

    patch.setattr(commitments, "versioned", numbered)


def _shared_sequence(patch: pytest.MonkeyPatch) -> None:
    """Each answer with the number of the last change, for whoever asks for support."""
    finished = Door.finalize_response

    def finalize(self: Door, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = finished(self, request, response, *args, **kwargs)
        response.headers["X-Change"] = str(past("SELECT last_value AS n FROM journal.seq")[0]["n"])
        return response

    patch.setattr(Door, "finalize_response", finalize)


COMMITMENTS = r"^api/v1/commitments(/<str:key>)?$"
LIST = r"^api/v1/commitments$"
MOMENTS = (
    Leak("a version made of the hidden size too", "a rival's system", COMMITMENTS, _etag, short=True),
    Leak("an updated_at that a hidden change moves", "a rival's system", COMMITMENTS, _updated_at),
    Leak("a Last-Modified of the whole table", "a rival's system", LIST, _last_modified),
    Leak("an order by a hidden amount", "a rival's system", LIST, _ordering),
    Leak("a readable cursor with the last key of all", "a rival's system", LIST, _plain_cursor),
    Leak("positions of the log as the feed's cursors", "a rival's system", r"^api/v1/events$", _position),
    Leak("ids in the order of their making", "a rival's system", r"^api/v1/(events|commitments|deals)$", _numbered_ids),
    Leak("a running number", "a rival's system", COMMITMENTS, _running_number),
    Leak("the log's sequence in a header", "a rival's system", r"^api/v1/(codelists|networks)$", _shared_sequence),
)
