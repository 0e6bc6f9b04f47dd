"""The catalogues: whole, as the code speaks now, and compiled from what stands beside them."""

import re

import pytest

from config.management.commands.build_words import brought_up, compiled, gathered, source, translated, written
from institutions.languages import Language

AGAIN = "Run `make words`, translate what is new, and run it once more."
NAMES = re.compile(r"%\((\w+)\)s|%%")


@pytest.fixture(scope="module", params=translated())
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


def test_everything_that_is_said_is_translated(language: Language) -> None:
    catalogue = brought_up(language, gathered())
    missing = [message.id for message in catalogue if message.id and not all(_forms(message.string))]
    assert not missing, f"{language} lacks {missing}. {AGAIN}"


def test_a_translation_names_what_its_message_names(language: Language) -> None:
    """A name too many breaks the mail, one too few leaves a fact out."""
    wrong = []
    for message in brought_up(language, gathered()):
        if not message.id:
            continue
        said = _forms(message.id)
        wrong += [form for form in _forms(message.string) if _names(form) not in [_names(each) for each in said]]
    assert not wrong


def test_what_is_committed_is_what_the_code_says_now(language: Language) -> None:
    catalogue = brought_up(language, gathered())
    assert source(language).read_bytes() == written(catalogue), AGAIN
    assert source(language).with_suffix(".mo").read_bytes() == compiled(catalogue), AGAIN


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def _names(text: str) -> list[str]:
    return sorted(found[0] for found in NAMES.finditer(text))
