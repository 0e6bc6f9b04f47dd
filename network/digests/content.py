"""What a mail consists of, before it is text or page."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Line:
    """One sentence, and the page that it leads to."""

    text: str
    url: str


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its width in percent, its colour, and whether it is what is free up to the target."""

    percent: int
    colour: str
    free: bool = False


@dataclass(frozen=True)
class Bar:
    """One class of money against the target; classes stand one below the other and are never added together."""

    parts: tuple[Part, ...]
    says: str


@dataclass(frozen=True)
class Section:
    """One deal, or one kind of thing, in the mail; `more`: how many lines were left out."""

    heading: str
    url: str
    lines: list[Line]
    picture: tuple[Bar, ...] = ()
    more: int = 0

    def shortened(self, most: int) -> "Section":
        return replace(self, lines=self.lines[:most], more=self.more + max(len(self.lines) - most, 0))


@dataclass(frozen=True)
class Block:
    """Sections under one title."""

    title: str
    sections: list[Section] = field(default_factory=list)
