"""What may leave the registry for a monitoring system: where in the code, which route, which request; nothing of what
anybody typed, asked for or was told."""

import re
from collections.abc import Mapping
from typing import Any

# Of a frame: where in the code; never a variable or a line of a file.
FRAME = ("filename", "module", "function", "lineno", "in_app")
# Names in code: of loggers, classes and modules.
_CODE = re.compile(r"[\w.<>]{0,120}")
# Names of routes and tasks, as our own code met them; whatever else is called so is not told.
_met: set[str] = set()
_ID = re.compile(r"[0-9a-f]{32}")
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH", "LOCK"})


def meet(told: str) -> str:
    """Notes a name that our code gave: of a route's pattern or view, or of a task."""
    _met.add(told)
    return told


def ours(told: object) -> str:
    """A name that was met; '' for anything else."""
    return told if isinstance(told, str) and told in _met else ""


def code(told: object) -> str:
    """A name as it stands in code; '' for anything else."""
    return told if isinstance(told, str) and _CODE.fullmatch(told) else ""


def request_id(told: object) -> str:
    return told if isinstance(told, str) and _ID.fullmatch(told) else ""


def method(told: object) -> str:
    return told if isinstance(told, str) and told in METHODS else "other"


def verb(statement: object) -> str:
    """What a statement does; never to what."""
    first = str(statement).lstrip(" (\n")[:12].split(None, 1)
    found = first[0].upper() if first else ""
    return found if found in VERBS else "other"


def exception(found: Mapping[str, Any]) -> dict[str, Any]:
    """Of one exception its type and the places in the code; what it says may quote a row."""
    frames = (found.get("stacktrace") or {}).get("frames") or []
    handled = bool((found.get("mechanism") or {}).get("handled", True))
    return {
        "type": code(found.get("type")),
        "module": code(found.get("module")),
        "mechanism": {"type": "generic", "handled": handled},
        "stacktrace": {"frames": [{key: frame[key] for key in FRAME if key in frame} for frame in frames]},
    }
