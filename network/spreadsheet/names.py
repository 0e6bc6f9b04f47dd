"""Names as people write them: known in any script and with any legal form; else suggestions, never a guess."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

# What says what a company is, not which.
_FORMS = frozenset(
    {
        "ltd",
        "limited",
        "inc",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "pty",
        "sa",
        "ag",
        "gmbh",
        "nv",
        "bv",
        "ab",
    }
    | {"as", "asa", "oy", "oyj", "spa", "srl", "llc", "lp", "sas", "kk", "株式会社", "㈱", "주식회사", "the"}
)
_BETWEEN = re.compile(r"\s*[/;+&\n、・，|]\s*|\s*,\s+|\s+(?:and|und|et|y|e|och|og|ja|및|と|와|과)\s+")
_LIKE = 72
_MOST = 3
# What is longer is a remark, and no name; patterns would go over it again and again.
_LONGEST = 400
_MOST_PARTS = 20


@dataclass(frozen=True)
class Choice:
    """One thing that a cell can name: its key, how it is shown, and all that it is called."""

    key: str
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """`choices`: one where the name is known, several where it is of several; none where nothing is called so, and
    `like` holds what is written much like it."""

    choices: tuple[Choice, ...] = ()
    like: tuple[Choice, ...] = ()


def _alike(one: str, other: str, **_options: object) -> float:
    """0 to 100: how alike two names are, also where one has a word more."""
    return max(fuzz.ratio(one, other), 0.9 * fuzz.token_set_ratio(one, other))


class Names:
    """Finds choices by any of their names."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.choices = tuple(choices)
        self._by_name: dict[str, dict[str, Choice]] = {}
        for choice in self.choices:
            for name in {plain_name(name) for name in (choice.label, *choice.names)} - {""}:
                self._by_name.setdefault(name, {})[choice.key] = choice
        self._by_key = {choice.key: choice for choice in self.choices}

    def find(self, text: str, *, alike: bool = True) -> Found:
        """What a cell names; `alike`: else what is written much like it, which takes long to look for."""
        if known := self.known(text):
            return Found(known)
        if not alike or len(text) > _LONGEST:
            return Found()
        name = plain_name(text)
        close = process.extract(name, list(self._by_name), scorer=_alike, limit=12, score_cutoff=_LIKE) if name else []
        like: dict[str, Choice] = {}
        for other, _score, _place in close:
            like.update(self._by_name[other])
        return Found(like=tuple(like.values())[:_MOST])

    def label(self, key: str) -> str:
        """How the choice of this key is shown."""
        return self._by_key[key].label

    def split(self, text: str) -> list[str]:
        """The names in a cell: the whole, where that is one or nothing in it separates several."""
        if len(text) > _LONGEST or self.known(text):
            return [text.strip()]
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        return parts if 1 < len(parts) <= _MOST_PARTS and any(map(self.known, parts)) else [text.strip()]

    def known(self, text: str) -> tuple[Choice, ...]:
        """What is called so."""
        if len(text) > _LONGEST:
            return ()
        if text.strip() in self._by_key:
            return (self._by_key[text.strip()],)
        for written in both_names(text):
            if found := self._by_name.get(plain_name(written)):
                return tuple(found.values())
        return ()


def plain_name(text: str) -> str:
    """Without accents, capitals, signs and legal forms; '日本貿易保険（ＮＥＸＩ）' keeps both of its names."""  # noqa: RUF002
    wide = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", wide)
    letters = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f")
    words = re.findall(r"\w+", unicodedata.normalize("NFC", letters).replace("'", "").replace(".", ""))
    return " ".join([word for word in words if word not in _FORMS] or words)


def both_names(text: str) -> Sequence[str]:
    """'Export Finance (EFA)' is called by what stands before, and by what stands within."""
    match = re.fullmatch(r"(.+?)\s*[(（［\[](.+?)[)）］\]]\s*", text.strip())
    return (text, match[1], match[2]) if match else (text,)


def of_words(words: Mapping[str, Sequence[str]], meanings: Iterable[tuple[str, Sequence[str]]] = ()) -> Names:
    """Codes by the words that people use for them.

    `meanings`: the words of another list, each with all codes that it can mean here.
    """
    of_lists = list(meanings)
    return Names(
        Choice(code, code.replace("_", " "), (code, *names, *(word for word, meant in of_lists if code in meant)))
        for code, names in words.items()
    )
