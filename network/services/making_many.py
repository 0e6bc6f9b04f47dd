"""Making the commitments of a long file: drawn up as single ones are, written by some thousands in one statement.

The file is read to its end before anything is written, its drafts put by on the disk: while a writer's transaction is
open, the feed tells nobody what came after it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from django.db import DatabaseError, connection, transaction

from deals.services.entering import Entering, waits
from deals.services.registering import Drawn, Registering
from institutions.models import Client, Staff
from institutions.refusals import Refusal
from institutions.services.many import insert_many
from network.models import Import
from network.services.carrying_out import MOST_MADE, made_row, noted, one_by_one, told_of
from network.services.import_refusals import (
    MeansOther,
    NothingToImport,
    Problems,
    RowsRefused,
    TooManyRows,
    TooManyWait,
)
from network.services.previewing import Meaning, Preview
from network.spreadsheet.asking import State
from network.spreadsheet.table import MOST_ROWS_OF_LONG

CHUNK = 2_000
# Rows that are named when they are refused: who has more corrects the file first.
MOST_NAMED = 50
Draft = dict[str, Any]
# Told of so many rows that are done, of so many.
Note = Callable[[int, int], None]


@dataclass
class MakingMany:
    """One import, in the transaction of whoever makes it."""

    by: Staff | Client
    source: Import
    note: Note
    made: int = 0
    refused: Problems = field(default_factory=dict)
    _registering: Registering = field(default_factory=Registering)

    def make(self, seen: Preview, meant: str, begin: Callable[[], None]) -> int:
        """Makes all rows that are ready, or none; how many. `meant`: the hash of what they were when somebody looked at
        them. `begin` is called once everything is read.

        Raises RowsRefused naming rows, NothingToImport, TooManyRows, TooManyWait, MeansOther.
        """
        with TemporaryFile() as by_many, TemporaryFile() as by_one:
            count = _read(seen, meant, by_many, by_one)
            begin()
            drafts = _drafts(by_many)
            while (chunk := list(islice(drafts, CHUNK))) and not self._is_enough:
                self._chunk(chunk)
                self.note(self.made, count)
            if not self._is_enough:
                self._singly(seen.kind, list(_drafts(by_one)))
        if self.refused:
            raise RowsRefused.of(dict(islice(self.refused.items(), MOST_NAMED)))
        return self.made

    @property
    def _is_enough(self) -> bool:
        return len(self.refused) >= MOST_NAMED

    def _chunk(self, chunk: list[tuple[int, Draft]]) -> None:
        entering = Entering(self.by)
        entering.look_up(draft for _line, draft in chunk)
        drawn: list[tuple[int, Drawn]] = []
        for line, draft in chunk:
            try:
                drawn.append((line, entering.draw_up(draft)))
            except Refusal as refusal:
                self.refused.setdefault(line, []).extend(told_of(refusal))
        self._registering.prepare(each for _line, each in drawn)
        self._insert(drawn)

    def _insert(self, drawn: Sequence[tuple[int, Drawn]]) -> None:
        """All of them; where the database refuses one, by halves until it is known which."""
        if not drawn or self._is_enough:
            return
        if len(drawn) == 1:
            with noted(self.refused, drawn[0][0]):
                self._written(drawn)
            return
        try:
            with transaction.atomic():
                self._written(drawn)
        except (DatabaseError, Refusal) as error:
            told_of(error)
            middle = len(drawn) // 2
            self._insert(drawn[:middle])
            self._insert(drawn[middle:])

    def _written(self, drawn: Sequence[tuple[int, Drawn]]) -> None:
        self._registering.insert([each for _line, each in drawn])
        insert_many([made_row(self.source, line, each.commitment) for line, each in drawn])
        # What is looked at when a transaction ends is looked at now: so it is these rows' fault.
        connection.check_constraints()
        self.made += len(drawn)

    def _singly(self, kind: str, drafts: list[tuple[int, Draft]]) -> None:
        """What waits for an approver, and what shares a figure."""
        if not drafts:
            return
        entering = Entering(self.by)
        entering.look_up(draft for _line, draft in drafts)
        made, refused = one_by_one(entering, kind, drafts)
        self.refused |= refused
        if not self.refused:
            connection.check_constraints()
            insert_many([made_row(self.source, line, row) for line, row in made])
            self.made += len(made)


def _read(seen: Preview, meant: str, by_many: IO[bytes], by_one: IO[bytes]) -> int:
    """Puts by the drafts of all rows; how many. Raises where rows stand in the way, or none is ready."""
    problems: dict[str, str] = {}
    count = singly = 0
    meaning = Meaning()
    for row in meaning.of(seen.each()):
        if row.stands_in_the_way:
            problems |= {f"/rows/{row.number}/{place}": each.says for place, each in enumerate(row.remarks)}
            if len(problems) >= MOST_NAMED:
                break
        for draft in row.drafts if row.state is State.READY else ():
            file = by_one if waits(draft) else by_many
            file.write(orjson.dumps([row.number, draft]) + b"\n")
            count += 1
            singly += file is by_one
        if count > MOST_ROWS_OF_LONG:
            raise TooManyRows(count=count, most=MOST_ROWS_OF_LONG)
    if problems:
        raise RowsRefused(problems)
    if not count:
        raise NothingToImport
    if singly > MOST_MADE:
        raise TooManyWait(count=singly, most=MOST_MADE)
    if meaning.hash != meant:
        raise MeansOther
    return count


def _drafts(file: IO[bytes]) -> Iterator[tuple[int, Draft]]:
    file.seek(0)
    for line in file:
        number, draft = orjson.loads(line)
        yield number, draft
