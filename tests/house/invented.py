"""An invented language, in which every message is said without a letter: what still has letters, nobody marked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from django.utils.translation import trans_real

# What is filled in, and what is markup, stays as it is.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{[^}]*\}|<[^>]*>|&#?\w+;)")
_LETTER = re.compile(r"[^\W\d_]")
_CONTEXT = "\x04"
# Read by a person, though they stand in a tag.
_SAID = ("aria-label", "title", "placeholder", "alt", "data-label", "data-table-word")
# What a machine reads, or what is a name of something in a system.
_PASSED = {"script", "style", "code", "pre", "kbd", "svg"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Invented(trans_real.DjangoTranslation):
    """It keeps what it was asked for, as catalogues hold it."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.asked: set[str | tuple[str, int]] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return masked(message.rpartition(_CONTEXT)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add((msgid1, 0))
        return masked((msgid1 if n == 1 else msgid2).rpartition(_CONTEXT)[2])


def masked(message: str) -> str:
    """Every letter of the message itself is a sign that no data has."""
    parts = _KEPT.split(message)
    return "".join(part if at % 2 else _LETTER.sub("◦", part) for at, part in enumerate(parts))


@contextmanager
def speaking_it(instead_of: str) -> Iterator[Invented]:
    """Whoever chose that language is answered in the invented one."""
    invented = Invented(instead_of)
    with pytest.MonkeyPatch.context() as patch:
        # Where Django keeps the catalogues that it has read.
        patch.setitem(trans_real._translations, instead_of, invented)  # type: ignore[attr-defined]
        yield invented


def untranslated(asked: set[str | tuple[str, int]], language: str) -> list[str]:
    """What of it the catalogues of that language do not hold, whoever brought them."""
    held = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    return sorted(str(each) for each in asked if each and each not in held and _LETTER.search(str(each)))


class Read(HTMLParser):
    """What a page says to its reader, in the order in which it says it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._passing: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._passing or tag in _PASSED or "material-symbols-outlined" in (given.get("class") or ""):
            if tag not in _VOID:
                self._passing.append(tag)
            return
        shown = [given.get(name) for name in _SAID]
        if given.get("type") == "submit" and tag == "input":
            shown.append(given.get("value"))
        self.said += [text for text in shown if text]

    def handle_endtag(self, tag: str) -> None:
        if self._passing and tag in self._passing:
            while self._passing.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._passing and data.strip():
            self.said.append(" ".join(data.split()))
