"""What the loader tells at its end: rows per table, and whatever of the files has no place in the registry."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unplaced:
    """A value of a file that was left out, or placed with a doubt; `line` counts the heading as 1."""

    file: str
    line: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: '{self.value}': {self.why}"


@dataclass
class Report:
    """Rows made and rows there, by table, and what could not be placed."""

    made: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    unplaced: list[Unplaced] = field(default_factory=list)

    def count(self, what: str, *, made: int, there: int) -> None:
        self.made[what] += made
        self.there[what] += there

    def leave_out(self, file: str, line: int, column: str, value: str, why: str) -> None:
        self.unplaced.append(Unplaced(file, line, column, value, why))

    def lines(self) -> list[str]:
        """The report as it is printed."""
        width = max((len(what) for what in self.there), default=0)
        table = [f"  {what:<{width}}  {self.there[what]:>5}  {_news(self.made[what])}".rstrip() for what in self.there]
        missing = [f"  {one}" for one in self.unplaced]
        return [
            "Rows in the demo network:",
            *table,
            f"Not placed, or placed with a doubt: {len(missing)}",
            *missing,
        ]


def _news(made: int) -> str:
    return f"{made} new" if made else ""
