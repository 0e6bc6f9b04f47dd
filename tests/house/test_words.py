"""The catalogues: whole, as the code speaks now, and compiled from what stands beside them."""

import ast
import re

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from config.management.commands.build_words import (
    KEYWORDS,
    OURS,
    brought_up,
    compiled,
    gathered,
    source,
    translated,
    written,
)
from institutions.languages import Language

AGAIN = "Run `make words`, translate what is new, and run it once more."
NAMES = re.compile(r"%\((\w+)\)s|%%")


@pytest.fixture(scope="module")
def messages() -> Catalog:
    """What the code says now; to gather it takes seconds, and nothing here changes it."""
    return gathered()


@pytest.fixture(scope="module", params=translated())
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture(scope="module")
def catalogue(language: Language, messages: Catalog) -> Catalog:
    return brought_up(language, messages)


def test_everything_that_is_said_is_translated(language: Language, catalogue: Catalog) -> None:
    missing = [message.id for message in catalogue if message.id and not all(_forms(message.string))]
    assert not missing, f"{language} lacks {missing}. {AGAIN}"


def test_a_translation_names_what_its_message_names(catalogue: Catalog) -> None:
    """A name too many breaks the mail, one too few leaves a fact out."""
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        said = _forms(message.id)
        wrong += [form for form in _forms(message.string) if _names(form) not in [_names(each) for each in said]]
    assert not wrong


def test_what_is_committed_is_what_the_code_says_now(language: Language, catalogue: Catalog) -> None:
    assert source(language).read_bytes() == written(catalogue), AGAIN
    assert source(language).with_suffix(".mo").read_bytes() == compiled(catalogue), AGAIN


def test_nothing_is_said_inside_of_an_f_string() -> None:
    """On Python 3.11 nobody who gathers words looks into one."""
    inside = [
        f"{file.relative_to(settings.BASE_DIR)}:{call.lineno}"
        for app in OURS
        for file in sorted((settings.BASE_DIR / app).rglob("*.py"))
        for text in ast.walk(ast.parse(file.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in KEYWORDS
    ]
    assert inside == []


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def _names(text: str) -> list[str]:
    return sorted(found[0] for found in NAMES.finditer(text))
