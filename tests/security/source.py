"""The program as text: its Python as trees, its pages, its scripts, and what it is installed with."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "institutions", "deals", "network")


@cache
def python() -> dict[str, ast.Module]:
    """Each file that is run, by its name; not the migrations, which are done."""
    files = [file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Each call: where, of what as it is written, and the call."""
    found = ((name, node) for name, tree in python().items() for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [(name, ast.unparse(node.func), node) for name, node in found]


@cache
def imports() -> list[tuple[str, str]]:
    """Each module that is imported: where, and its whole name."""
    return list(_imports())


def _imports() -> Iterator[tuple[str, str]]:
    for name, tree in python().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((name, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def pages() -> dict[str, str]:
    """Each template of ours."""
    found = [file for app in APPS for file in (ROOT / app).rglob("*.html")]
    return {str(file.relative_to(ROOT)): file.read_text() for file in found}


def scripts() -> dict[str, str]:
    """Each script of ours; Alpine's own is in the form that a strict content policy lets run."""
    found = (ROOT / "config" / "static").rglob("*.js")
    return {file.name: file.read_text() for file in found if file.name != "alpine.csp.js"}


def installed() -> set[str]:
    """The packages that an image holds, by their names."""
    return set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text().lower(), re.MULTILINE))
