"""The checks of the lives see what they are there to see: each is shown the fault that it looks for, planted past every
rule by the cluster's administrator."""

import os
from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from deals.allocation import Kind, Rule
from deals.models import Commitment
from deals.selectors.bids import book_of
from deals.services.allocating import BidTerms, propose_allocation
from deals.services.prices import PriceDraft, put_price
from institutions.isolation.levels import Level
from institutions.models import Staff
from tests.cast import Cast
from tests.conftest import anew, keep
from tests.lives import attacks, statements
from tests.lives.machine import Life
from tests.lives.world import World, owner_connection

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Fault:
    """What is wrong, how it comes to be, and how it goes away again."""

    said: str
    plant: str
    mend: str
    # What the check says, or where it stands.
    seen_by: str


def _update(table: str, plant: str, mend: str, seen_by: str, where: str = "deal_id = {deal}") -> Fault:
    """One row of a table, changed and changed back."""
    one = f"id = (SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1)"
    return Fault(f"{table}: {plant}", f"UPDATE {table} SET {plant} WHERE {one}",
                 f"UPDATE {table} SET {mend} WHERE {one}", seen_by)  # fmt: skip


FAULTS = (
    _update("deals_tranche", "amount = amount + 0.001", "amount = amount - 0.001", "amounts_are_exact"),
    _update("deals_movement", "amount = amount * 9", "amount = amount / 9", "nothing_is_drawn_beyond",
            "deal_id = {deal} AND kind = 'drawdown'"),
    _update("deals_size", "amount = amount + 1", "amount = amount - 1", "nothing_is_drawn_beyond",
            "commitment_id IN (SELECT commitment_id FROM deals_movement WHERE deal_id = {deal})"),
    _update("deals_allocationcounter", "allocated = allocated + 1", "allocated = allocated - 1", "the_counter_is"),
    _update("deals_commitment", "valid_until = NULL", "valid_until = current_date + 365", "what_stands_has",
            "deal_id = {deal} AND stage = 'letter_of_interest'"),
    _update("deals_size", "level = 'public'", "level = 'lead'", "parts_are_told"),
    Fault("two persons saw it at another moment",
          "CREATE TABLE gone AS SELECT id, decided_xact FROM institutions_approval WHERE deal_id = {deal}"
          " AND asks ->> 'stage' = 'effective'; UPDATE institutions_approval SET decided_xact = 1"
          " WHERE id IN (SELECT id FROM gone); UPDATE institutions_event SET after = jsonb_set(after,"
          " '{{decided_xact}}', '1') WHERE row_id IN (SELECT id FROM gone) AND after ->> 'decided_xact' <> ''",
          "UPDATE institutions_approval a SET decided_xact = g.decided_xact FROM gone g WHERE g.id = a.id;"
          " UPDATE institutions_event e SET after = jsonb_set(after, '{{decided_xact}}', to_jsonb(g.decided_xact))"
          " FROM gone g WHERE g.id = e.row_id AND after ->> 'decided_xact' = '1'; DROP TABLE gone", "_two_persons"),
    _update("institutions_event", "institution_id = NULL", "institution_id = (after ->> 'owner_id')::uuid",
            "every_event_acts",
            "after ->> 'deal_id' = {deal}::text AND action = 'created' AND \"table\" = 'deals_step'"),
    Fault("a step is gone",
          "CREATE TABLE gone AS SELECT * FROM deals_step WHERE deal_id = {deal};"
          " DELETE FROM deals_step WHERE id IN (SELECT id FROM gone)",
          "INSERT INTO deals_step SELECT * FROM gone; DROP TABLE gone", "every_row_was_made"),
    Fault("a step was never written",
          "CREATE TABLE gone AS SELECT id FROM institutions_event WHERE \"table\" = 'deals_step'"
          " AND after ->> 'deal_id' = {deal}::text;"
          " UPDATE institutions_event SET \"table\" = 'x' WHERE id IN (SELECT id FROM gone)",
          "UPDATE institutions_event SET \"table\" = 'deals_step' WHERE id IN (SELECT id FROM gone); DROP TABLE gone",
          "every_stage_has"),
    Fault("the log was rewritten",
          "UPDATE institutions_event SET actor = actor || 'x' WHERE after ->> 'deal_id' = {deal}::text",
          "UPDATE institutions_event SET actor = left(actor, -1) WHERE after ->> 'deal_id' = {deal}::text",
          "_nothing_is_gone"),
    Fault("everybody reads prices", "CREATE POLICY hole ON deals_price FOR SELECT TO orebook_app USING (true)",
          "DROP POLICY hole ON deals_price", "each_is_shown"),
    Fault("letters count as firm",
          "ALTER FUNCTION deals.class_of(text) RENAME TO kept;"
          " CREATE FUNCTION deals.class_of(stage text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT CASE"
          " deals.kept(stage) WHEN ''indicative'' THEN ''firm'' ELSE deals.kept(stage) END';"
          " GRANT EXECUTE ON FUNCTION deals.kept(text), deals.class_of(text) TO orebook_app",
          "DROP FUNCTION deals.class_of(text); ALTER FUNCTION deals.kept(text) RENAME TO class_of", "the_stack_is"),
    Fault("a rival hears of what is hidden from it",
          "INSERT INTO institutions_event (id, xact, seq, effective_on, actor, \"table\", row_id, action, after,"
          " addressee) SELECT gen_random_uuid(), 9e9, nextval('journal.seq'), current_date, 'system:x', 'deals_price',"
          " gen_random_uuid(), 'concealed', jsonb_build_object('deal_id', {deal}), id FROM institutions_institution"
          " WHERE slug = 'rhein'",
          "DELETE FROM institutions_event WHERE xact = 9e9", "noticed"),
)  # fmt: skip


@pytest.fixture
def administrator() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


KEPT = "lived_template"
# What is known of the kept registry, once there is one.
_lived: list[World] = []


@pytest.fixture
def world(committed_cast: Cast) -> Iterator[World]:
    """A deal in which there is something of everything that the checks look at: made once, and copied for each test."""
    if _lived:
        anew(KEPT)
    else:
        with owner_connection() as owner:
            _lived.append(_live(committed_cast, owner))
        keep(KEPT)
    [made] = _lived
    with owner_connection() as owner:
        yield _copied(made, owner)


def _copied(made: World, owner: psycopg.Connection) -> World:
    """The same, to be changed without changing what is kept."""
    mine = copy(made)
    mine.owner, mine.happened = owner, Counter()
    mine.commitments, mine.views, mine.counts = list(made.commitments), dict(made.views), dict(made.counts)
    return mine


def _live(cast: Cast, owner: psycopg.Connection) -> World:
    made = World(cast, owner, Counter(), 1)
    made.begin(target=True, level=Level.INVITED, walled=True)
    life = Life()
    life.world = made
    for bank, steps in (("hanok", 5), ("rhein", 0), ("sakura", 2)):
        made.send_a_letter(bank)
        for _ in range(steps):
            life.of_one(len(made.commitments) - 1, life.advanced)
    made.act("hanok", _priced)
    made.act("austral", _shared)
    # Whatever is refused here is missing from what the checks are shown.
    assert not [name for name in made.happened if name.startswith("refused")]
    made.look()
    return made


def _priced(by: Staff) -> None:
    mine = Commitment.objects.get(owner=by.institution_id)
    put_price(by=by, commitment=mine, price=PriceDraft(None, "1 %", "", Level.OWN))


def _shared(by: Staff) -> None:
    tranche = Commitment.objects.filter(tranche__name="Senior", institution__slug="sakura").get().tranche
    assert tranche
    book = book_of(tranche)
    assert book
    bids = [BidTerms(key, kind=Kind.SCALABLE) for key in book.bids]  # type: ignore[arg-type]
    propose_allocation(by=by, tranche=tranche, rule=Rule.PRO_RATA, terms=bids)


def test_each_check_sees_its_fault(world: World, administrator: psycopg.Connection) -> None:
    for fault in FAULTS:
        for statement in _statements(fault.plant, world):
            administrator.execute(statement)
        with pytest.raises(AssertionError) as seen:
            world.look()
        where = [entry.name for entry in seen.traceback]
        assert any(fault.seen_by in name for name in where) or fault.seen_by in str(seen.value), (fault.said, where)
        for statement in _statements(fault.mend, world):
            administrator.execute(statement)
        # And the fault alone: mended, nothing is wrong.
        world.views.clear()
        world.look()


def _statements(sql: str, world: World) -> list[bytes]:
    return [SQL(each).format(deal=Literal(world.deal.pk)).as_bytes() for each in sql.split("; ")]


@pytest.mark.parametrize(
    ("hole", "attack"),
    [
        ("ALTER TABLE deals_commitment DISABLE TRIGGER wall_40_stage;"
         " ALTER TABLE deals_commitment DISABLE TRIGGER wall_97_written", "enter approved alone"),
        ("ALTER TABLE deals_commitment DISABLE TRIGGER wall_97_written", "take the step to due_diligence"),
        ("ALTER TABLE deals_movement DISABLE TRIGGER wall_90_counts", "record a drawdown beyond"),
        ("ALTER TABLE deals_party DISABLE TRIGGER wall_12_two_persons", "invite alone"),
        ("ALTER TABLE institutions_approval DISABLE TRIGGER wall_02_decided_once", "use it again"),
        ("ALTER TABLE deals_size NO FORCE ROW LEVEL SECURITY; ALTER TABLE deals_size DISABLE ROW LEVEL SECURITY",
         "size: change another's"),
        ("GRANT UPDATE ON deals_allocationcounter TO orebook_app", "allocationcounter: allocated = allocated + 1"),
    ],
)  # fmt: skip
def test_an_attack_gets_through_where_its_rule_is_gone(
    world: World, administrator: psycopg.Connection, hole: str, attack: str
) -> None:
    [chosen] = [a for a in statements.ATTACKS if a.name.startswith(attack)]
    life = Life()
    life.world, life.cast = world, world.cast
    for statement in hole.split("; "):
        administrator.execute(SQL(statement))
    with pytest.raises(attacks.Broken):
        life.try_all(chosen)


@pytest.mark.parametrize("sql", statements.ANYWHERE)
def test_nobody_leaves_the_application_s_role(cast: Cast, sql: str) -> None:
    """Nor writes the log, or the wall's own tables."""
    ground = attacks.Ground({}, "", str(cast.deal.pk))
    assert ground.attempt_sql(cast.mina, sql, {"me": cast.mina.pk}, sql) != "nothing there"
