"""Raises the walls: turns the declarations on the models into policies, triggers and grants.

Run by the tables' owner after every migration, in one transaction, and always as a whole, so that what stands in the
database is what stands in the models (docs/decisions/0002). A table that nobody declared keeps no grant at all.
"""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import connections, models

from institutions.isolation.levels import EVERYONE, EVERYONE_AUDIENCE
from institutions.isolation.past import views
from institutions.isolation.taking import taken
from institutions.isolation.walls import FIXED, PACKAGE_TABLES, Confidential, Credentials, Curated, Machinery, Wall

APP_ROLE = "orebook_app"
OWNER_ROLE = "orebook_owner"
# Functions live apart from tables; each application that has some names its schema after itself.
SCHEMAS = ("wall", "journal", "past", "deals", "network")
_schemas = ", ".join(SCHEMAS)


def _among(audience: str, principals: str) -> str:
    """Whether one of them is in the audience now, as FROM … WHERE. The time is the statement's, so that a long
    transaction does not outlive a revoked right."""
    return (
        f"FROM institutions_audiencemember m WHERE m.audience_id = {audience}"
        f" AND m.principal = ANY ((SELECT {principals})::uuid[]) AND m.starts <= statement_timestamp()"
        " AND m.ends > statement_timestamp()"
    )


def told(audience: str) -> str:
    """The one rule (domain §5): the row's audience contains one of the asker's principals.

    The same rule in two forms, for speed alone (docs/decisions/0028). Of who is in few audiences, PostgreSQL may look
    all of them up once and hash them, which pays where many rows are passed over; of who is in very many, each row's is
    looked up, which it cannot hash.
    """
    member = _among(audience, "wall.principals()")
    return (
        f"CASE WHEN (SELECT wall.sees_much()) THEN (SELECT true {member} LIMIT 1) IS TRUE"
        f" ELSE EXISTS (SELECT {member}) END"
    )


def told_to_itself(audience: str) -> str:
    """Whoever sees a row of its institution only as one of the network, since a deal team stands between, does not
    write it. Asked of single rows: never hashed."""
    return f"(SELECT true {_among(audience, 'wall.myself()')} LIMIT 1) IS TRUE"


MINE = "owner_id = (SELECT wall.me())"


def walled_models() -> Iterator[tuple[type[models.Model], Wall]]:
    """Every model of ours with its declaration."""
    for model in apps.get_models():
        declared = model.__dict__.get("wall")
        if declared is not None:
            yield model, declared


def sql_files() -> Iterator[Path]:
    """The hand-written functions, in the order in which they build on each other."""
    for config in apps.get_app_configs():
        for folder in getattr(config, "sql_folders", ()):
            yield from sorted((Path(config.path) / folder).glob("*.sql"))


def raise_walls(using: str) -> None:
    """States all functions, policies, triggers and grants anew. Must run as the tables' owner."""
    with taken(using, "public", "past"), connections[using].cursor() as cursor:
        # SQL functions name tables and each other in any order.
        cursor.execute("SET LOCAL check_function_bodies = off")
        for schema in SCHEMAS:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        # Before its policy is away: without one the owner sees no row either.
        cursor.execute("SELECT coalesce((SELECT shift FROM institutions_epoch ORDER BY number DESC LIMIT 1), 0)")
        (shift,) = cursor.fetchone()
        cursor.execute(_drop_all())
        # Known when the functions are made, so that no event asks for it.
        cursor.execute(
            f"CREATE FUNCTION journal.shift() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT {int(shift)}::bigint'"
        )
        for file in sql_files():
            cursor.execute(file.read_text())
        for config in apps.get_app_configs():
            for function in getattr(config, "generated_sql", tuple)():
                cursor.execute(function)
        for statement in statements():
            cursor.execute(statement)
        for statement in views(walled_models()):
            cursor.execute(statement)
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA past TO {APP_ROLE}")
        for config in apps.get_app_configs():
            # Only now do policies let the owner see the rows.
            for filling in getattr(config, "filled", tuple)():
                cursor.execute(filling)


def lower_past(using: str) -> None:
    """Takes the views of the past away before tables change under them: whoever asks for it meanwhile gets an error."""
    with taken(using, "past"), connections[using].cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS past CASCADE")


def statements() -> Iterator[str]:
    """All that follows from the declarations, as SQL."""
    yield f"GRANT USAGE ON SCHEMA {_schemas} TO {APP_ROLE}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {_schemas} FROM PUBLIC"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {_schemas} FROM {APP_ROLE}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, journal FROM {APP_ROLE}"
    for function in _callables():
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {APP_ROLE}"
    for table, rights in PACKAGE_TABLES.items():
        yield f"GRANT {rights} ON {table} TO {APP_ROLE}"
    for model, wall in walled_models():
        yield from _table(model, wall)
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}"
    yield from _everyone()


def _callables() -> Iterator[str]:
    """What the application may call, as each app lists it; every other function is for triggers alone."""
    for config in apps.get_app_configs():
        yield from getattr(config, "callable_functions", ())


def _drop_all() -> str:
    """Policies, triggers and functions of ours, whatever an earlier version called them.

    Nobody reads in between: the tables are locked until the transaction ends.
    """
    schemas = ", ".join(f"'{schema}'" for schema in SCHEMAS)
    return f"""
        DO $$ DECLARE x record; BEGIN
            FOR x IN SELECT tablename, policyname FROM pg_policies
                     WHERE schemaname = 'public' AND policyname LIKE 'wall%' LOOP
                EXECUTE format('DROP POLICY %I ON %I', x.policyname, x.tablename);
            END LOOP;
            FOR x IN SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                     WHERE NOT t.tgisinternal AND (t.tgname LIKE 'wall%' OR t.tgname LIKE 'journal%') LOOP
                EXECUTE format('DROP TRIGGER %I ON %I', x.tgname, x.relname);
            END LOOP;
            FOR x IN SELECT p.oid::regprocedure AS signature
                     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ({schemas}) LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', x.signature);
            END LOOP;
        END $$
    """


def _table(model: type[models.Model], wall: Wall) -> Iterator[str]:
    table = model._meta.db_table
    if isinstance(wall, Credentials):
        yield f"GRANT {wall.rights} ON {table} TO {APP_ROLE}"
        yield from _extra_triggers(table)
        return
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    # FORCE binds the owner too; migrations and the definer functions need to see what they keep.
    yield f"CREATE POLICY wall_owner ON {table} TO {OWNER_ROLE} USING (true) WITH CHECK (true)"
    match wall:
        case Confidential():
            yield from _confidential(model, wall)
        case Curated():
            yield from _curated(table)
        case Machinery():
            yield from _machinery(table, wall)
    yield from _extra_triggers(table)


def _confidential(model: type[models.Model], wall: Confidential) -> Iterator[str]:
    table = model._meta.db_table
    visible, own = told(f"{table}.audience_id"), told_to_itself(f"{table}.audience_id")
    write = [MINE, own]
    once: list[str] = []
    for parent in wall.parents:
        mine = f" AND p.owner_id = {table}.owner_id" if parent.mine else ""
        # Where a row stands is visible to whom the row is; a policy can't ask its own table.
        (once if parent.once else write).append(
            f"({table}.{parent.column} IS NULL OR EXISTS"
            f" (SELECT FROM institutions_standing p WHERE p.row_id = {table}.{parent.column}{mine}))"
        )
    if wall.published:
        write.append("(origin = 'registered' OR (SELECT wall.is_curator()))")
    check, first = " AND ".join(write), " AND ".join([*write, *once])
    yield f"CREATE POLICY wall_read ON {table} FOR SELECT TO {APP_ROLE} USING ({visible})"
    yield f"CREATE POLICY wall_insert ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({first})"
    yield (
        f"CREATE POLICY wall_update ON {table} FOR UPDATE TO {APP_ROLE} USING ({MINE} AND {own}) WITH CHECK ({check})"
    )
    fixed = {*FIXED, *wall.fixed, wall.addressed}
    changeable = [f.column for f in model._meta.concrete_fields if f.column not in fixed]
    columns = ", ".join(f'"{column}"' for column in changeable)
    yield f"GRANT SELECT, INSERT{f', UPDATE ({columns})' if columns else ''} ON {table} TO {APP_ROLE}"
    places = (wall.deal, wall.network, wall.addressed, "while_in_deal" if wall.while_in_deal else "", wall.until)
    arguments = ", ".join(f"'{place}'" for place in places)
    yield _trigger(table, "wall_20_place", "BEFORE INSERT OR UPDATE", f"wall.place({arguments})")
    if wall.four_eyes:
        yield _trigger(table, "wall_10_widening", "BEFORE INSERT OR UPDATE OF level", "wall.widening()")
    if wall.two_persons:
        called = ", ".join(f"'{argument}'" for argument in (wall.two_persons, *wall.alone))
        yield _trigger(table, "wall_12_two_persons", "BEFORE INSERT OR UPDATE", f"wall.two_persons({called})")
    yield from _logged(table)
    yield _audience_of_owner(table)
    # The order of lists: without it the first page of a long one sorts all that its asker sees.
    yield f"CREATE INDEX IF NOT EXISTS {table}_pages ON {table} (told_at, id)"


def _audience_of_owner(table: str) -> str:
    """A row's audience is its owner's: held as a foreign key, added once."""
    name = f"{table}_audience_of_owner"
    return f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}') THEN
                ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (audience_id, owner_id)
                    REFERENCES institutions_audience (id, owner_id) DEFERRABLE INITIALLY DEFERRED;
            END IF;
        END $$
    """


def _curated(table: str) -> Iterator[str]:
    curator = "(SELECT wall.is_curator())"
    yield f"CREATE POLICY wall_read ON {table} FOR SELECT TO {APP_ROLE} USING (true)"
    yield f"CREATE POLICY wall_insert ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({curator})"
    yield f"CREATE POLICY wall_update ON {table} FOR UPDATE TO {APP_ROLE} USING ({curator}) WITH CHECK ({curator})"
    yield f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP_ROLE}"
    yield from _logged(table)


def _machinery(table: str, wall: Machinery) -> Iterator[str]:
    read = wall.read.replace("{told}", told(f"{table}.{wall.audience}"))
    yield f"CREATE POLICY wall_read ON {table} FOR SELECT TO {APP_ROLE} USING ({read})"
    if wall.write:
        yield f"CREATE POLICY wall_insert ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({wall.write})"
        yield (
            f"CREATE POLICY wall_update ON {table} FOR UPDATE TO {APP_ROLE}"
            f" USING ({wall.write}) WITH CHECK ({wall.write})"
        )
    if wall.rights:
        yield f"GRANT {', '.join(wall.rights)} ON {table} TO {APP_ROLE}"


def _logged(table: str) -> Iterator[str]:
    yield _trigger(table, "journal_50_record", "AFTER INSERT OR UPDATE", "journal.record()")
    yield _trigger(table, "journal_99_never", "BEFORE DELETE", "journal.never()")


def _trigger(table: str, name: str, when: str, call: str) -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {call}"


def _extra_triggers(table: str) -> Iterator[str]:
    for config in apps.get_app_configs():
        yield from getattr(config, "extra_triggers", {}).get(table, ())


def _everyone() -> Iterator[str]:
    """The audience of reference rows."""
    yield (
        "INSERT INTO institutions_audience (id, level, generation)"
        f" VALUES ('{EVERYONE_AUDIENCE}', 'public', 0) ON CONFLICT DO NOTHING"
    )
    yield (
        "INSERT INTO institutions_audiencemember (audience_id, principal, starts, ends, phase)"
        f" SELECT '{EVERYONE_AUDIENCE}', '{EVERYONE}', '-infinity', 'infinity', 'in'"
        f" WHERE NOT EXISTS (SELECT FROM institutions_audiencemember WHERE audience_id = '{EVERYONE_AUDIENCE}')"
    )
    # The first secretariat is founded by a migration, before there are triggers that would note where its row stands.
    yield (
        'INSERT INTO institutions_standing (row_id, "table", audience_id)'
        f" SELECT id, 'institutions_institution', '{EVERYONE_AUDIENCE}' FROM institutions_institution"
        " ON CONFLICT DO NOTHING"
    )
    # So that it has a past, too: it stands in the log from the day on which it was founded.
    yield (
        "INSERT INTO institutions_event"
        ' (id, xact, seq, effective_on, actor, "table", row_id, action, after, audience_id)'
        " SELECT gen_random_uuid(), journal.xact(), nextval('journal.seq'), current_date,"
        " 'system:owner', 'institutions_institution', i.id, 'created', to_jsonb(i),"
        f" '{EVERYONE_AUDIENCE}' FROM institutions_institution i"
        " WHERE NOT EXISTS (SELECT FROM institutions_event e WHERE e.row_id = i.id)"
    )
    yield "INSERT INTO institutions_epoch (number, began_at) VALUES (1, now()) ON CONFLICT DO NOTHING"
