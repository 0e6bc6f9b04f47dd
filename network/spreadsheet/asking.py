"""What a file leaves open: remarks about cells, and questions that whoever imports it answers once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What becomes of a row: it is made, waits for answers, can't be, or is no row of data."""

    READY = "ready"
    ASKS = "asks"
    WRONG = "wrong"
    LEFT_OUT = "left_out"


# No row of these can be made as it is.
IN_THE_WAY = (State.ASKS, State.WRONG)
LEAVE_OUT = "leave_out"
# Nobody answers more at once; the rest is asked when these are answered.
MOST_ASKED = 2_000


@dataclass(frozen=True)
class Remark:
    """About one cell: why it asks or is wrong, what would be right; `question` names what would answer it."""

    column: int | None
    value: str
    code: str
    says: str
    suggestions: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True)
class Question:
    """Asked once for all rows that it is about. `choices`: answer and words; `free`: another answer is taken too."""

    key: str
    says: str
    choices: tuple[tuple[str, str], ...]
    free: bool = False


@dataclass
class RowRead:
    """One row of the file. `number` as its program shows it; `reading`: what was understood, in words, by field."""

    number: int
    state: State = State.READY
    reading: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    # What is made of it: one draft as a rule, several where it names several instruments.
    drafts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def stands_in_the_way(self) -> bool:
        return self.state in IN_THE_WAY

    def leave_out(self, code: str, says: str) -> None:
        self.state, self.drafts = State.LEFT_OUT, []
        self.remarks = [Remark(None, "", code, says)]

    def wrong(self, column: int | None, value: str, code: str, says: str, like: Sequence[str] = ()) -> None:
        if self.state is not State.LEFT_OUT:
            self.remarks.append(Remark(column, value, code, says, tuple(like)))
            self.state = State.WRONG


class Asked:
    """The answers so far, and the questions that are left."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.open: dict[str, Question] = {}

    def ask(self, row: RowRead, column: int | None, value: str, code: str, question: Question) -> str:
        """The answer, or '' while there is none; then the row waits for it."""
        if row.state is State.LEFT_OUT:
            return ""
        given = self.answers.get(question.key, "")
        if given and (question.free or given in {answer for answer, _ in question.choices}):
            return given
        if len(self.open) < MOST_ASKED:
            self.open.setdefault(question.key, question)
        like = tuple(words for answer, words in question.choices if answer != LEAVE_OUT)[:5]
        row.remarks.append(Remark(column, value, code, question.says, like, question.key))
        if row.state is State.READY:
            row.state = State.ASKS
        return ""
