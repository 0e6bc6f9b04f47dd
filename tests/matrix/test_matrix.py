"""Every table of institutions' rows, every kind of asker, every statement: what the rule says is what PostgreSQL does.

And mutants of the policies, the rights, the triggers and the functions behind them: the same cells must notice them.
`make walls` asks all of it and writes the figures down; `make test` asks every cell of SELECT, and a part of the rest.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from tests import conftest
from tests.figures import LONG, note
from tests.matrix import as_it_is, happening, mutants_of_functions, mutants_of_tables, policies_alone, registry, rights
from tests.matrix.database import TABLES, administrator, as_role, undone
from tests.matrix.killing import Matrix
from tests.matrix.mutants_of_functions import SLIPS
from tests.matrix.oracle import LEVELS
from tests.matrix.registry import Settled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
# Second persons of a bank, who are told what the first is.
SECOND = {"abe", "rita", "shin", "mary", "dirk", "ruth", "rhea"}
# Who writes in the short form: an owner on the team, its colleague outside, a rival, a member with projects, an agent.
WRITE = ("mina", "dami", "rolf", "marc", "sora")
# Why nobody could notice a mutant that says the same as what it stands for.
ALIKE = "PostgreSQL asks USING of the new row too, which says the same where an update names no other"
# Of a function: the membership that it would write has ended, and shows nothing.
ENDED = {"what has ended is told to a network anew": "a membership that has ended already shows nothing"}
NOBODY_NOTICED = "no cell noticed"


@dataclass
class Figures:
    cells: int = 0
    tables: int = len(TABLES)
    mutants: int = 0
    killed: int = 0
    survivors: list[str] = field(default_factory=list)

    def count(self, mutant: str, noticed: str, why: str = NOBODY_NOTICED) -> None:
        self.mutants += 1
        self.killed += bool(noticed)
        if not noticed:
            self.survivors.append(f"{mutant} ({why})")

    def unexplained(self) -> list[str]:
        return [each for each in self.survivors if NOBODY_NOTICED in each]


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Settled]:
    with django_db_blocker.unblock():
        yield registry.fill()
        conftest.anew("cast_template")


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    counted = Figures()
    yield counted
    if counted.mutants > len(SLIPS):
        note("matrix", asdict(counted))


@pytest.fixture
def matrix(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> Iterator[Matrix]:
    looking = [who for who in settled.principals if LONG or who.name not in SECOND]
    writing = [who for who in settled.principals if LONG or who.name in WRITE]
    with administrator() as connection:
        yield Matrix(connection, looking, writing, settled.writers if LONG else settled.writer, monkeypatch)


def test_every_table_has_a_row(matrix: Matrix) -> None:
    empty = [table for table in TABLES if not matrix.registry.rows[table]]
    assert not empty, f"Nobody sees who sees a row of {', '.join(empty)}: make one in contents.py"


def test_each_is_shown_what_the_rule_says_in_every_state(matrix: Matrix, figures: Figures) -> None:
    with undone(matrix.connection):
        wrong = list(matrix.rounds(LEVELS if LONG else ("lead", "network")))
    figures.cells += len(TABLES) * len(matrix.principals) * matrix.states
    assert not wrong, _said(wrong)
    # Every table was at each of these levels that its constraints allow: most at several.
    assert sum(len(levels) > 1 for levels in matrix.at.values()) > len(TABLES) // 2


def test_it_holds_while_people_come_and_go(matrix: Matrix, figures: Figures) -> None:
    with undone(matrix.connection):
        wrong = list(matrix.happens(each=LONG))
    figures.cells += len(TABLES) * len(matrix.principals) * len(happening.NAMES)
    assert not wrong, _said(wrong)


def test_without_an_identity_one_is_shown_what_is_public(matrix: Matrix) -> None:
    assert not list(matrix.without_identity())


def test_nobody_writes_in_anothers_name_and_the_wall_keeps_nobody_from_ones_own(
    matrix: Matrix, figures: Figures
) -> None:
    tries = as_it_is.count(matrix.registry, matrix.writing)
    with undone(matrix.connection):
        wrong = list(as_it_is.wrong(matrix.connection, matrix.writing, matrix.registry))
    figures.cells += tries
    assert not wrong, _said(wrong)


def test_each_policy_keeps_the_rule_by_itself(matrix: Matrix, figures: Figures) -> None:
    wrong = [text for table in TABLES for text in matrix.alone(table)]
    figures.cells += sum(policies_alone.count(wall, matrix.writers()) for _, wall in TABLES.values())
    assert not wrong, _said(wrong)


def test_each_trigger_of_the_wall_keeps_its_rule_by_itself(matrix: Matrix) -> None:
    wrong = []
    for table in TABLES:
        with undone(matrix.connection):
            wrong += list(matrix.triggered(table))
    assert not wrong, _said(wrong)


def test_every_table_gives_the_rights_that_it_declares_and_no_others(matrix: Matrix) -> None:
    assert rights.given(matrix.connection) == rights.declared()


def test_a_role_that_is_given_nothing_can_do_nothing(matrix: Matrix) -> None:
    with undone(matrix.connection):
        matrix.connection.execute("CREATE ROLE matrix_stranger LOGIN; GRANT USAGE ON SCHEMA public TO matrix_stranger")
        with as_role(matrix.connection, "matrix_stranger"):
            said = rights.tried_on_all(matrix.connection)
    allowed = [f"{statement}: {answer}" for statement, answer in said if not answer.startswith("42501 ")]
    assert not allowed, _said(allowed)


def test_the_cells_notice_mutants_of_tables(matrix: Matrix, figures: Figures) -> None:
    with undone(matrix.connection):
        assert not list(matrix.guarded("")), "the start is refused for no other reason"
    made = 0
    for mutants in _of_tables(matrix.connection):
        for mutant, noticed in matrix.notice_all(mutants):
            made += 1
            figures.count(mutant.name, noticed, ALIKE if _is_alike(mutant) else NOBODY_NOTICED)
    assert made > 40
    _most_are_noticed(figures)


def test_the_cells_notice_mutants_of_functions(matrix: Matrix, figures: Figures) -> None:
    # All must still be writable, also those that are not tried now.
    statements = {slip: mutants_of_functions.statement(matrix.connection, slip) for slip in SLIPS}
    # In the short form four that are noticed at once: a level, a consent, a grant and an addressee.
    for slip in SLIPS if LONG else SLIPS[:20:5]:
        noticed = matrix.notices_later(statements[slip])
        figures.count(f"{slip.function}: {slip.name}", noticed, ENDED.get(slip.name, NOBODY_NOTICED))
    _most_are_noticed(figures)


def _is_alike(mutant: mutants_of_tables.Mutant) -> bool:
    _, wall = TABLES[mutant.subject.split(".")[0]]
    asks_more = wall.published or not all(parent.once for parent in wall.parents)
    return mutant.kind == "no WITH CHECK" and not asks_more


def _of_tables(connection: psycopg.Connection) -> Iterator[list[mutants_of_tables.Mutant]]:
    """By table; in the short form one of each kind, each of another table as far as that goes."""
    each = {table: list(mutants_of_tables.mutants(connection, table)) for table in TABLES}
    if LONG:
        yield from each.values()
        return
    kinds: dict[str, list[mutants_of_tables.Mutant]] = {}
    for mutant in (mutant for mutants in each.values() for mutant in mutants):
        kinds.setdefault(mutant.sort, []).append(mutant)
    for number, kind in enumerate(sorted(kinds)):
        yield [kinds[kind][number * 7 % len(kinds[kind])]]


def _most_are_noticed(figures: Figures) -> None:
    assert figures.killed >= 0.95 * figures.mutants, _said(figures.survivors)
    assert not figures.unexplained(), _said(figures.unexplained())


def _said(wrong: list[str]) -> str:
    return f"{len(wrong)} are wrong, the first:\n" + "\n".join(wrong[:20])
