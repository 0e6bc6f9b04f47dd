"""Versions: what the asker saw when it decided to write, and whether what it has is still current."""

from rest_framework.request import Request

from institutions.api.conventions.problems import Fault, Problem
from institutions.refusals import Stale
from institutions.selectors.reading import Shape


def etag(shape: Shape) -> str:
    """The version as a header."""
    return f'"{shape["version"]}"'


def unchanged(request: Request, shape: Shape) -> bool:
    """Whether the asker has this version already (If-None-Match)."""
    given = _tags(request.headers.get("If-None-Match", ""))
    return "*" in given or shape["version"] in given


def must_name(request: Request) -> None:
    """Raises 428 without If-Match."""
    if _given(request) in ("", "*"):
        detail = "Send If-Match with the version that you read, so that no change of another is overwritten."
        raise Problem(428, "precondition_required", detail, [Fault("/If-Match", "required", detail, "header")])


def must_match(request: Request, shape: Shape) -> None:
    """Raises 412 when the version is another. The door has asked for one, in `needs_version`."""
    if request.method not in request.parser_context["view"].needs_version:
        raise TypeError(f"{request.method} compares versions: say so in the door's `needs_version`.")
    if shape["version"] not in _tags(_given(request), weak=False):
        raise Problem.of(Stale())


def _given(request: Request) -> str:
    return request.headers.get("If-Match", "").strip()


def _tags(header: str, *, weak: bool = True) -> set[str]:
    tags = (tag.strip() for tag in header.split(","))
    return {tag.removeprefix("W/").strip('"') for tag in tags if tag and (weak or not tag.startswith("W/"))}
