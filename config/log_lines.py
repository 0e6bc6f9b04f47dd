"""A line of the log: JSON with the time, where it comes from, the request, who asked, and what happened; never what was
in it.

What an exception says may quote a row, an amount or a secret, and so may a value in a message of a package: of an
exception only its type and the places in the code are told.
"""

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from institutions.asked import closed, request_id, who_asks

# What these say is made of ids, addresses without their questions, and words of ours.
TRUSTED = ("orebook", "django.request", "django.server", "gunicorn")
# Of what Celery tells of a task; what it was given, raised or returned is left out.
_OF_TASK = frozenset({"name", "id", "description", "runtime"})


class JsonLine(logging.Formatter):
    """One line for each event."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname,
            "from": record.name,
            "message": closed(_message(record)),
        }
        if asked := request_id():
            told["request"] = asked
        if by := who_asks():
            told["by"] = by
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__qualname__
            told["places"] = _places(record.exc_info[2])
        # In ASCII: other alphabets have signs that end a line, or turn its direction.
        return json.dumps(told)


class _Known(dict[str, Any]):
    """What may be told of the named values of a message."""

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name) if name in _OF_TASK else "…"


def _message(record: logging.LogRecord) -> str:
    if isinstance(record.args, Mapping):
        return (str(record.msg) % _Known(record.args)).splitlines()[0]
    if record.exc_info and not record.name.startswith(TRUSTED):
        # The words alone, without what is put into them.
        return str(record.msg).splitlines()[0]
    return record.getMessage()


def _places(found: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(found)]
