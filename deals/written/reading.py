"""What a cell was read as: one thing, several of which one must be chosen, or nothing with the reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class Unread(ValueError):
    """A cell that can't be read, and why; `code` for systems, the sentence for people, with names in braces."""

    def __init__(self, code: str, says: str, **facts: object) -> None:
        self.code, self.says, self.facts = code, says, facts
        self.detail = says.format(**facts)
        super().__init__(self.detail)


@dataclass(frozen=True)
class AmountRead:
    """`numbers`: none where it is unknown, several where separators can be understood in two ways. `currencies`: none
    where none is named, several where a sign stands for several."""

    numbers: tuple[Decimal, ...]
    currencies: tuple[str, ...] = ()
    qualifier: str = "exact"
    sign: str = ""


@dataclass(frozen=True)
class DateRead:
    """`days`: several where day and month can be taken for each other. `precision` `month`, `quarter`, `half` or
    `year`: the first and the last day of it."""

    days: tuple[date, ...]
    precision: str = "day"
