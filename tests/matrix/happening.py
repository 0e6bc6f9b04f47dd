"""What happens to the registry while a mutant stands: who is let in anew, who goes, and what is told further or less.

Done by the administrator, past the policies and past four eyes, but through every trigger that keeps who sees what.
"""

from collections.abc import Iterator

import psycopg

from tests.matrix.database import TABLES, run
from tests.matrix.seeing import alone

# These keep from one person what two do, or hold the deals' own rules, and are tested elsewhere.
_SET_ASIDE = {
    "deals_deal": ("wall_10_widening",),
    "institutions_grant": ("wall_04_told", "wall_05_grant", "wall_15_consent"),
    "deals_party": ("wall_12_two_persons",),
    "deals_dealrole": ("wall_12_two_persons",),
    "deals_transfer": ("wall_12_two_persons", "wall_90_reserves"),
    "institutions_dealteam": ("wall_05_team",),
    "institutions_teammember": ("wall_05_member",),
}
_KEEPS = ("wall_20_place", "journal_50_record")


def _bank(slug: str) -> str:
    return f"(SELECT id FROM institutions_institution WHERE slug = '{slug}')"


def _person(who: str) -> str:
    return f"(SELECT id FROM institutions_staff WHERE email LIKE '{who}@%')"


def _coordinator(slug: str, state: str) -> str:
    return (
        "INSERT INTO deals_dealrole (id, owner_id, level, demo, deal_id, institution_id, role, since, state, origin)"
        f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, {_bank(slug)}, role, current_date, '{state}',"
        " origin FROM deals_dealrole WHERE role = 'coordinator' AND state = 'confirmed' LIMIT 1"
    )


WATTLE = "(SELECT id FROM deals_deal WHERE slug = 'wattle')"
_OF_HANOK = f"owner_id = {_bank('hanok')} AND deal_id = {WATTLE}"
_TEAM = f"(SELECT id FROM institutions_dealteam WHERE {_OF_HANOK})"
# Written once more as they stand: whoever is let in by them is let in as the mutant says.
AGAIN = (
    "SELECT wall.sync(id) FROM institutions_audience ORDER BY id",
    "UPDATE deals_party SET nda_version = nda_version",
    "UPDATE deals_dealrole SET until = until",
)
ACTS = (
    # While there are coordinators to whom what rests on a consent is told.
    # Its owner says that a document is shown without an end, the day after its consent's last.
    "DO $$ BEGIN UPDATE deals_sponsorconsent SET until = current_date - 1 WHERE until IS NOT NULL;"
    " UPDATE deals_document SET shown_until = NULL WHERE consent_id IS NOT NULL; END $$",
    "UPDATE deals_sponsorconsent SET ended_at = now() WHERE ended_at IS NULL",
    f"UPDATE deals_party SET left_on = current_date WHERE institution_id = {_bank('teal')}",
    f"UPDATE deals_party SET nda_expires_on = current_date WHERE institution_id = {_bank('plover')}",
    "INSERT INTO deals_partyreply (id, owner_id, level, demo, deal_id, party_id, answer, note)"
    " SELECT gen_random_uuid(), institution_id, 'lead', false, deal_id, id, 'left', '' FROM deals_party"
    f" WHERE institution_id = {_bank('swan')}",
    # Its registrar writes the row of who left once more.
    f"UPDATE deals_party SET nda_version = nda_version WHERE institution_id = {_bank('swan')}",
    # Austral stays the registrar.
    "UPDATE deals_dealrole SET until = current_date WHERE role = 'coordinator'"
    f" AND institution_id IN ({_bank('eider')}, {_bank('austral')})",
    f"UPDATE deals_party SET state = 'confirmed' WHERE institution_id = {_bank('stork')}",
    # A later coordinator; and one whom a second person has yet to confirm.
    _coordinator("swift", "confirmed"),
    _coordinator("lark", "prepared"),
    "UPDATE deals_transfer SET state = 'confirmed' WHERE state = 'prepared'",
    f"UPDATE institutions_grant SET ends = now() WHERE institution_id IN ({_bank('corner')}, {_bank('wren')})",
    "INSERT INTO institutions_grant (id, owner_id, level, demo, deal_id, row_id, institution_id, starts, ends)"
    f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, id, {_bank('robin')}, now(), 'infinity'"
    f" FROM deals_commitment WHERE {_OF_HANOK} AND level <> 'public'",
    # The secretariat is named too, and is told nothing by it.
    "INSERT INTO institutions_grant (id, owner_id, level, demo, deal_id, row_id, institution_id, starts, ends)"
    f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, id, {_bank('desk')}, now(), 'infinity'"
    f" FROM deals_commitment WHERE {_OF_HANOK} AND level <> 'public'",
    f"UPDATE institutions_teammember SET ends = now() WHERE person_id = {_person('joon')} AND ends > now()",
    "INSERT INTO institutions_teammember (id, owner_id, level, demo, deal_id, team_id, person_id, starts, ends)"
    f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, id, {_person('dami')}, now(), 'infinity'"
    f" FROM institutions_dealteam WHERE {_OF_HANOK}",
    f"UPDATE institutions_dealteam SET ended_at = now() WHERE owner_id = {_bank('maple')}",
    "INSERT INTO institutions_consent (id, owner_id, level, demo, deal_id, institution_id)"
    f" VALUES (gen_random_uuid(), {_bank('hanok')}, 'own', false, {WATTLE}, {_bank('crane')})",
    f"UPDATE institutions_client SET institution_id = {_bank('rhein')}, responsible_id = {_person('rolf')}"
    " WHERE name = 'hanok''s system'",
    f"UPDATE institutions_staff SET institution_id = {_bank('rhein')} WHERE id = {_person('mina')}",
    # A deal whose audience was prepared as if it were another network's.
    "DO $$ DECLARE fresh uuid := gen_random_uuid(); BEGIN"
    " INSERT INTO institutions_circle (deal_id, network_id, generation)"
    " SELECT fresh, id, 0 FROM institutions_network WHERE code = 'lone';"
    f" PERFORM wall.audience_for({_bank('hanok')}, fresh, NULL, 'network', NULL);"
    " INSERT INTO deals_deal SELECT (jsonb_populate_record(NULL::deals_deal, to_jsonb(d) || jsonb_build_object("
    "'id', fresh, 'slug', 'birch', 'level', 'network'))).* FROM deals_deal d WHERE slug = 'acacia';"
    " EXCEPTION WHEN raise_exception OR insufficient_privilege THEN NULL; END $$",
    f"UPDATE institutions_membership SET until = current_date WHERE institution_id = {_bank('fjord')}",
    # Told less, told further, and told for the first time.
    "UPDATE deals_size SET level = 'own' WHERE level = 'parties'",
    f"UPDATE deals_tranche SET level = 'lead' WHERE deal_id = {WATTLE}",
    "UPDATE deals_question SET level = 'lead' WHERE level = 'own'",
    "UPDATE deals_condition SET level = 'lead' WHERE level = 'own' AND origin = 'registered'",
)
# Walled off for one person alone: whoever was told as an institution is told no more.
WALL_OFF = (
    "INSERT INTO institutions_dealteam (id, owner_id, level, demo, deal_id) SELECT gen_random_uuid(),"
    f" {_bank('rhein')}, 'own', false, {WATTLE}",
    "INSERT INTO institutions_teammember (id, owner_id, level, demo, deal_id, team_id, person_id, starts, ends)"
    f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, id, {_person('rita')}, now(), 'infinity'"
    f" FROM institutions_dealteam WHERE owner_id = {_bank('rhein')}",
    # Hanok has another team in the place of its first.
    f"UPDATE institutions_dealteam SET ended_at = now() WHERE {_OF_HANOK}",
    "INSERT INTO institutions_dealteam (id, owner_id, level, demo, deal_id) SELECT gen_random_uuid(),"
    f" {_bank('hanok')}, 'own', false, {WATTLE}",
    "INSERT INTO institutions_teammember (id, owner_id, level, demo, deal_id, team_id, person_id, starts, ends)"
    f" SELECT gen_random_uuid(), owner_id, 'own', false, deal_id, id, {_person('joon')}, now(), 'infinity'"
    f" FROM institutions_dealteam WHERE {_OF_HANOK} AND ended_at IS NULL",
)
# Taken down again: all of the bank are told.
TAKE_DOWN = (f"UPDATE institutions_dealteam SET ended_at = now() WHERE owner_id = {_bank('rhein')}",)


NAMES = ("written again", "people come and go", "teams take the place of others", "a wall comes down")


def make_way(connection: psycopg.Connection) -> None:
    for table, triggers in _SET_ASIDE.items():
        for name in triggers:
            run(connection, f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    for table in ("deals_size", "deals_tranche", "deals_question", "deals_condition"):
        alone(connection, table, *_KEEPS)


def happens(connection: psycopg.Connection, *, each: bool) -> Iterator[str]:
    """Does one after the other, and says what was done: whoever then looks must see what is right.

    `each`: after each act, since the next may put right what this one left wrong.
    """
    make_way(connection)
    for name, statements in zip(NAMES, (AGAIN, ACTS, WALL_OFF, TAKE_DOWN), strict=True):
        for number, statement in enumerate(statements, 1):
            run(connection, statement)
            if number == len(statements) or (each and statements is ACTS):
                yield f"{name}, {number}"
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE")
    run(connection, "SET CONSTRAINTS ALL DEFERRED")


assert set(_SET_ASIDE) <= {*TABLES}
