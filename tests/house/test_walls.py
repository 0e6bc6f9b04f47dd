"""The walls as the catalogue shows them: no table without a rule, few functions that see past it."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import connection, connections

from institutions.isolation.guard import UnsafeDatabase, problems, refuse_unsafe_database
from institutions.isolation.levels import EVERYONE, Level
from institutions.isolation.raising import APP_ROLE, walled_models
from institutions.isolation.walls import PACKAGE_TABLES, Confidential, Credentials, Curated
from tests.cast import Cast

# Every function that runs as the tables' owner, with what it returns. A new one is a decision, not an accident.
DEFINERS = {
    "deals.agent_proposes": "trigger",
    "deals.is_found": "trigger",
    "deals.begin_ledger": "trigger",
    "deals.check_ledger": "nothing",
    "deals.check_redenomination": "nothing",
    "deals.is_open": "yes or no",
    "deals.ledger_follows_size": "trigger",
    "deals.movement_counts": "trigger",
    "deals.movement_is_sound": "trigger",
    "deals.movement_is_told": "trigger",
    "deals.take_up": "nothing",
    # A sum of returns spans institutions, and tells each member its own line.
    "deals.sum_returns": "trigger",
    # Of the asker's own commitment alone.
    "deals.only_refinances": "yes or no",
    "deals.refinancing_is_told": "trigger",
    "deals.transfer_is_offered": "trigger",
    "deals.transfer_reserves": "trigger",
    "deals.guard_stage": "trigger",
    # They look at the commitment, deal or condition that a row is of, after the policies let it in.
    "deals.guard_condition": "trigger",
    "deals.guard_dependency": "trigger",
    "deals.renews_lapsed": "trigger",
    "deals.narrow_conditions": "trigger",
    "deals.commitment_ended": "trigger",
    # Warnings span institutions: each is made as the row of whom it concerns.
    "deals.warn": "a count",
    "deals.tells": "yes or no",
    "deals.guard_status": "trigger",
    "deals.nda_by_two": "trigger",
    # Asks when the transaction ends, when nobody acts any more who could see the step.
    "deals.is_written_down": "trigger",
    "deals.ended_stays_ended": "trigger",
    "deals.exact_money": "trigger",
    "deals.make_circle": "trigger",
    "deals.narrow_parts": "trigger",
    "deals.party_reaches": "trigger",
    "deals.role_reaches": "trigger",
    "deals.lapse": "a count",
    # Which deals changed for the network, and the sums of what it is told of them: computed under its own policies, and
    # kept here past them (deals/sql/picture.sql).
    "deals.marks_picture": "trigger",
    "deals.marks_whole_picture": "trigger",
    "deals.count_picture_anew": "nothing",
    "deals.total_lines": "trigger",
    "deals.picture_marks": "ids of deals and audiences, for the keeper alone",
    "deals.pictures_kept": "sets of networks, for the keeper alone",
    "deals.begin_pictures": "a count",
    "deals.keep_lines": "nothing",
    # Keys are their clients' own; letting old ones go is nobody's.
    "wall.forget_keys": "a count",
    # Looks for the approval, which no function of the application's may; at projects that the writer sees alone.
    "deals.merged_by_owners": "trigger",
    # Narrows a project's own parts, whose audiences the same statement can't see yet.
    "deals.narrow_company_parts": "trigger",
    "deals.narrow_project_parts": "trigger",
    # The wall's own question, for `merged_by_owners`.
    "deals.sees": "yes or no",
    # The counter is kept from the application; answers move it from another institution's transaction.
    "deals.count_allocation": "trigger",
    "deals.count_answer": "trigger",
    "deals.uncount": "nothing",
    "deals.raise_ceiling": "trigger",
    "deals.give_back": "trigger",
    "deals.guard_line": "trigger",
    "deals.guard_acceptance": "trigger",
    "deals.replaces_published": "trigger",
    "deals.size_stands": "trigger",
    "deals.narrow_commitment_parts": "trigger",
    "deals.within_commitment": "trigger",
    "deals.within_deal": "trigger",
    # The deal room: what others' rows decide about one's own is looked up past the walls, and refused or not.
    "deals.answered_by_the_asked": "trigger",
    "deals.consent_ended": "trigger",
    # What names a document is told no further than it; a receipt says who took it, told within its owner's deal team.
    "deals.within_document": "trigger",
    "deals.receipt_is_true": "trigger",
    "deals.prepare_receipt": "nothing",
    "deals.grant_within_consent": "trigger",
    "deals.leave": "trigger",
    "deals.narrow_reliance": "trigger",
    "deals.replied_by_the_invited": "trigger",
    "deals.stays_out": "trigger",
    "deals.within_consent": "trigger",
    "deals.within_report": "trigger",
    # Which of the given random names no document has: the housekeeping of files acts for no institution.
    "deals.orphaned": "names that were given",
    "journal.admitted": "ids of principals",
    "journal.conceal": "nothing",
    "journal.record": "trigger",
    "journal.reveal": "nothing",
    "journal.tell": "nothing",
    "journal.write": "nothing",
    # A row as it stood, to whoever saw it then and sees it now (tests/walls/test_as_it_stood.py).
    "journal.seal": "a number",
    # Of an event that the asker sees: hashes, and what the log holds of its own rows.
    "journal.proof": "hashes, and an event",
    # Of what the asker owns, within its deal teams.
    "journal.sight": "ids of principals, and times",
    "past.state": "a row",
    "past.stand": "nothing",
    "past.settled": "a time",
    "wall.act": "the id of the institution",
    "wall.after_disclosure": "trigger",
    "wall.after_grant": "trigger",
    "wall.after_move": "trigger",
    "wall.before_grant": "trigger",
    "wall.before_member": "trigger",
    "wall.before_team": "trigger",
    "wall.decided_once": "trigger",
    "wall.speaks_for": "yes or no",
    "wall.approved": "yes or no",
    "wall.being_decided": "yes or no",
    "wall.person": "an id",
    "wall.audience_for": "an id",
    "wall.desired": "ids of principals",
    "wall.networks_of": "ids of networks",
    "wall.place": "trigger",
    "wall.prepare": "nothing",
    "wall.set_reach": "nothing",
    "wall.sync": "nothing",
    "wall.sync_deal": "nothing",
    "wall.tick": "a count",
    "wall.wall_off": "an id",
    "wall.two_persons": "trigger",
    "wall.asks_honestly": "trigger",
    # Over the asker's own rows, and what it sees of others'.
    "wall.fingerprint": "a hash",
    "wall.audiences": "ids of audiences",
    "wall.own_audiences": "ids of audiences",
    # To the owner of a row, and to whoever told the lead something: another's deal team stands as its institution.
    "wall.who_saw": "ids of principals, and times",
    "wall.stands_for": "an id of a principal",
    "wall.later_leads": "ids of institutions, and times",
    "wall.see_as": "nothing",
    "wall.see_as_network": "nothing",
    "deals.approval_parts": "trigger",
    "deals.link_stands": "trigger",
    "deals.told_words_stand": "trigger",
    "deals.price_stands": "trigger",
    "deals.step_was_taken": "trigger",
    # For triggers alone: of the commitment that a row of its owner's names.
    "deals.stage_held": "a stage",
    "deals.asked_now": "yes or no",
    "deals.published_of_published": "trigger",
    "deals.movement_as_proposed": "trigger",
    "wall.widening": "trigger",
    # Credentials and kinds of institutions, whoever acts.
    "wall.is_first_admin": "yes or no",
    "wall.keeps_accounts": "trigger",
    "wall.marks": "trigger",
    "wall.members_by_two": "trigger",
    "wall.tells_no_secretariat": "trigger",
}


@pytest.fixture
def owner(committed_cast: Cast) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def catalogue(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


def test_every_table_has_a_declared_wall(catalogue: psycopg.Connection) -> None:
    declared = {model._meta.db_table for model, _ in walled_models()} | set(PACKAGE_TABLES)
    there = {name for (name,) in catalogue.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert there == declared


def test_every_model_of_ours_declares_its_wall_itself() -> None:
    ours = ("institutions", "deals", "network")
    silent = [m.__name__ for label in ours for m in apps.get_app_config(label).get_models() if "wall" not in vars(m)]
    assert silent == []


def test_every_walled_table_is_forced_and_asks_for_the_audience(catalogue: psycopg.Connection) -> None:
    for model, wall in walled_models():
        if isinstance(wall, Credentials):
            continue
        table = model._meta.db_table
        (forced,) = catalogue.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s", [table]
        ).fetchone() or (False,)
        assert forced, table
        policies = {
            (command, roles, using, check)
            for command, roles, using, check in catalogue.execute(
                "SELECT cmd, array_to_string(roles, ','), qual, with_check FROM pg_policies WHERE tablename = %s",
                [table],
            )
        }
        if isinstance(wall, Confidential):
            read = [using for command, roles, using, _ in policies if (command, roles) == ("SELECT", APP_ROLE)]
            assert len(read) == 1, table
            # In both forms in which the one rule is asked.
            assert read[0].count(f"m.audience_id = {table}.audience_id") == 2, table
            assert read[0].count("wall.principals()") == 2, table
            assert not any(command in ("ALL", "DELETE") and roles == APP_ROLE for command, roles, _, _ in policies)


def test_every_logged_table_has_its_past(catalogue: psycopg.Connection) -> None:
    """Else it would be read as it stands where it is asked for as it stood: the views come first in the search path."""
    found = {name for (name,) in catalogue.execute("SELECT viewname FROM pg_views WHERE schemaname = 'past'")}
    logged = {model._meta.db_table for model, wall in walled_models() if isinstance(wall, Confidential | Curated)}
    assert found == logged | {"institutions_event", "institutions_seal", "deals_fxrate", "deals_rateload"}
    asked = catalogue.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'past' AND c.relkind = 'v'"
        " AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)"
    ).fetchall()
    assert asked == [], "a view that sees as its owner shows all rows"


def test_the_application_has_no_right_to_delete_rows_of_institutions(catalogue: psycopg.Connection) -> None:
    for model, wall in walled_models():
        if isinstance(wall, Confidential):
            (may,) = catalogue.execute(
                "SELECT has_table_privilege(%s, %s, 'DELETE, TRUNCATE, TRIGGER, REFERENCES')",
                [APP_ROLE, model._meta.db_table],
            ).fetchone() or (True,)
            assert not may, model._meta.db_table


def test_the_functions_that_see_past_the_walls_are_the_listed_ones(catalogue: psycopg.Connection) -> None:
    network = {"network." + name for name in network_definers()}
    found: dict[str, str] = dict(
        catalogue.execute(
            "SELECT n.nspname || '.' || p.proname, array_to_string(p.proconfig, ';')"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
    )
    assert set(found) == set(DEFINERS) | network
    assert all(path and path.startswith("search_path=pg_catalog, ") for path in found.values()), found


def network_definers() -> set[str]:
    """What the network's application lists for its ledgers."""
    return set(getattr(apps.get_app_config("network"), "definers", ()))


def test_the_application_may_call_the_listed_functions_and_no_others(catalogue: psycopg.Connection) -> None:
    listed: set[str] = set()
    for config in apps.get_app_configs():
        listed |= {name.split("(")[0] for name in getattr(config, "callable_functions", ())}
    callable_ = {
        name
        for (name,) in catalogue.execute(
            "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname IN ('wall', 'journal', 'past', 'deals', 'network')"
            " AND has_function_privilege(%s, p.oid, 'EXECUTE')",
            [APP_ROLE],
        )
    }
    assert callable_ == listed


def test_a_sound_database_is_served(cast: Cast) -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("ALTER TABLE deals_size NO FORCE ROW LEVEL SECURITY", "deals_size"),
        ("ALTER TABLE deals_deal DISABLE ROW LEVEL SECURITY", "deals_deal"),
        ("DROP POLICY wall_read ON institutions_event", "institutions_event"),
    ],
)
def test_a_table_without_a_forced_policy_stops_the_start(owner: psycopg.Connection, damage: str, named: str) -> None:
    owner.execute(damage)
    with pytest.raises(UnsafeDatabase, match=named):
        refuse_unsafe_database()


def test_it_does_not_start_with_bypassrls(committed_cast: Cast) -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("ALTER ROLE orebook_app BYPASSRLS")
        try:
            with pytest.raises(UnsafeDatabase, match="BYPASSRLS"):
                refuse_unsafe_database()
        finally:
            admin.execute("ALTER ROLE orebook_app NOBYPASSRLS")


def test_python_and_the_database_agree_on_levels_and_on_everyone(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.everyone(), array_agg(wall.rank(l) ORDER BY i)"
            " FROM unnest(%s::text[]) WITH ORDINALITY u (l, i)",
            [[level.value for level in Level]],
        )
        assert cursor.fetchone() == (EVERYONE, [level.rank + 1 for level in Level])


@pytest.mark.parametrize(("role", "says"), [("DATABASE_OWNER_URL", "owns"), ("DATABASE_ADMIN_URL", "superuser")])
def test_it_does_not_start_as_owner_or_superuser(
    committed_cast: Cast, role: str, says: str, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from config.settings.database import connection as parse

    theirs = parse(os.environ[role])
    for key in ("USER", "PASSWORD"):
        monkeypatch.setitem(connection.settings_dict, key, theirs[key])
    connections.close_all()
    try:
        with pytest.raises(UnsafeDatabase, match=says):
            refuse_unsafe_database()
    finally:
        connections.close_all()
