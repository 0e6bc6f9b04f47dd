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


def must_match(request: Request, shape: Shape) -> None:
    """Raises 428 without If-Match, 412 when the version is another."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        detail = "Send If-Match with the version that you read, so that no change of another is overwritten."
        raise Problem(428, "precondition_required", detail, [Fault("/If-Match", "required", detail, "header")])
    if shape["version"] not in _tags(given, weak=False):
        raise Problem.of(Stale())


def _tags(header: str, *, weak: bool = True) -> set[str]:
    tags = (tag.strip() for tag in header.split(","))
    return {tag.removeprefix("W/").strip('"') for tag in tags if tag and (weak or not tag.startswith("W/"))}
