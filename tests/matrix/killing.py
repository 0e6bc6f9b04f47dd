"""Lets a mutant stand for a moment, and asks the matrix whether it notices."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import psycopg
import pytest

from institutions.isolation import guard
from tests.matrix import as_it_is, happening, policies_alone, seeing, triggers_alone
from tests.matrix.database import TABLES, as_role, ids, run, undone
from tests.matrix.mutants_of_tables import Mutant
from tests.matrix.oracle import LEVELS, Registry
from tests.matrix.people import Principal
from tests.matrix.policies_alone import Writer

# Cells of one table, in words where they are wrong.
Cells = Callable[[str], Iterator[str]]
IN_POLICIES = ("SELECT", "INSERT", "UPDATE")


@dataclass
class Matrix:
    """All cells, on one connection of the administrator's."""

    connection: psycopg.Connection
    principals: list[Principal]
    # Who writes on the tables as they are, and on the policies alone.
    writing: list[Principal]
    writers: Callable[[], list[Writer]]
    monkeypatch: pytest.MonkeyPatch
    registry: Registry = field(init=False)
    # At which levels a table's rows were.
    at: dict[str, set[str]] = field(default_factory=dict)
    states: int = 0

    def __post_init__(self) -> None:
        self.registry = Registry.read(self.connection)
        # The guard of the start asks on our connection, inside the transaction in which the mutant stands.
        self.monkeypatch.setattr(guard, "connection", self.connection)

    # Cells.

    def guarded(self, table: str) -> Iterator[str]:
        with as_role(self.connection):
            yield from guard.problems()

    def seen(self, table: str) -> Iterator[str]:
        return seeing.wrong(self.connection, self.principals, self.registry, [table])

    def alone(self, table: str) -> Iterator[str]:
        with undone(self.connection):
            writers = self.writers()
            row = policies_alone.make_ready(self.connection, table, writers)
            yield from policies_alone.wrong(self.connection, table, writers, row)

    def written(self, table: str) -> Iterator[str]:
        return as_it_is.wrong(self.connection, self.writing, self.registry, [table])

    def triggered(self, table: str) -> Iterator[str]:
        return triggers_alone.wrong(self.connection, self.registry, table)

    def without_identity(self) -> Iterator[str]:
        """Whoever did not say who acts is shown what is public."""
        with undone(self.connection), as_role(self.connection):
            shown = ids(self.connection)
        if shown != self.registry.seen_by(Principal("nobody")) or not shown:
            yield f"without an identity one is shown {sum(map(len, shown.values()))} rows"

    def order(self, of: str) -> list[Cells]:
        """All cells of a table, those that should notice first."""
        first = {
            "SELECT": self.seen, "INSERT": self.alone, "UPDATE": self.alone, "guard": self.guarded,
            "as it is": self.written, "triggers": self.triggered,
        }[of]  # fmt: skip
        rest = (self.guarded, self.seen, self.alone, self.written, self.triggered)
        return [first, *(cells for cells in rest if cells != first)]

    # Mutants.

    def notices(self, mutant: Mutant) -> str:
        """What the first cell that is wrong says; empty where the mutant lives."""
        table = mutant.subject.split(".")[0]
        with undone(self.connection):
            run(self.connection, mutant.statement)
            for cells in self.order(mutant.of):
                if said := self._first(partial(cells, table)):
                    return said
        return ""

    def notice_all(self, mutants: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
        """As `notices`; the policies of a table are made ready for all their mutants together."""
        writing = [each for each in mutants if each.of in ("INSERT", "UPDATE")]
        table = mutants[0].subject.split(".")[0]
        missed = [each for each in mutants if each not in writing]
        with undone(self.connection):
            writers = self.writers()
            row = policies_alone.make_ready(self.connection, table, writers)
            for mutant in writing:
                if said := self._alone(mutant, table, writers, row):
                    yield mutant, said
                else:
                    missed.append(mutant)
        for mutant in missed:
            yield mutant, self.notices(mutant)

    def _alone(self, mutant: Mutant, table: str, writers: list[Writer], row: UUID) -> str:
        with undone(self.connection):
            run(self.connection, mutant.statement)
            return self._first(lambda: policies_alone.wrong(self.connection, table, writers, row, mutant.of))

    def notices_later(self, statement: str) -> str:
        """The same of a function, on which hangs who is let in: while things happen, and at every level."""
        with undone(self.connection):
            run(self.connection, statement)
            return self._first(self._later)

    def _later(self) -> Iterator[str]:
        """The cells that notice most come first, those that take longest last."""
        yield from self.without_identity()
        with undone(self.connection):
            yield from self.happens(each=False)
        with undone(self.connection):
            yield from self.rounds()
        with undone(self.connection):
            yield from self.happens(each=True)
        yield from self._placed()

    def _placed(self) -> Iterator[str]:
        for table in TABLES:
            yield from triggers_alone.wrong(self.connection, self.registry, table)

    def rounds(self, levels: Sequence[str] = LEVELS) -> Iterator[str]:
        """What is wrong in any state of the registry."""
        for name, days in seeing.rounds(self.connection, levels):
            self.states += 1
            registry = Registry.read(self.connection, days)
            for table, there in seeing.levels(registry).items():
                self.at.setdefault(table, set()).update(there)
            yield from (f"{name}: {text}" for text in seeing.wrong(self.connection, self.principals, registry))

    def happens(self, *, each: bool) -> Iterator[str]:
        """What is wrong while people come and go: after each act, or after all of one kind."""
        for done in happening.happens(self.connection, each=each):
            registry = Registry.read(self.connection)
            yield from (f"{done}: {text}" for text in seeing.wrong(self.connection, self.principals, registry))

    def _first(self, cells: Callable[[], Iterator[str]]) -> str:
        """The first that is wrong. Where the mutant breaks the question itself, that is noticed too."""
        try:
            with undone(self.connection):
                return next(cells(), "")
        except psycopg.Error as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
