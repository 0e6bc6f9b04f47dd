"""The database and its two roles, on the embedded server or a real one: `python -m config.embedded.roles`."""

import os
import sys
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

OWNER = "orebook_owner"
APP = "orebook_app"
EXTENSIONS = ("pg_trgm", "btree_gist")
# NOINHERIT: even a role that is granted by mistake later must be asked for by name.
ATTRIBUTES = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT")
APP_SETTINGS = {
    # A forgotten transaction holds locks and keeps the feed of events back.
    "transaction_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    # A statement that comes again is not planned again. With a dozen policies in it, planning takes five times as long
    # as running it; and a plan that does not know what is asked for can't be better for one asker than for another.
    "plan_cache_mode": "force_generic_plan",
}
# Statistics, sizes, locks, sessions and the log's position tell how many rows are hidden and how busy others are. They
# are everybody's by default; afterwards the superuser's alone.
STATISTICS = """
    DO $$
    DECLARE one text;
    BEGIN
        FOR one IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace
                   AND c.relkind = 'v' AND c.relname ~ '^pg_(stat|locks|sequences|cursors|prepared|shmem|wal|aios)' LOOP
            EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', one);
        END LOOP;
        FOR one IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
                   AND p.proname ~ ('^pg_(stat_get_|lock_status|blocking_pids|current_wal|last_|walfile|sequence_last|'
                                    '(relation|table|indexes|total_relation|database|tablespace)_size)') LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
        END LOOP;
        -- Of tables themselves everything but the counts, which tools that read the schema don't need.
        REVOKE ALL ON pg_class FROM PUBLIC;
        SELECT string_agg(quote_ident(attname), ', ') INTO one FROM pg_attribute
        WHERE attrelid = 'pg_class'::regclass AND NOT attisdropped
          AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen');
        EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', one);
    END $$
"""


def make_roles(admin_url: str, owner_password: str, app_password: str, database: str = "orebook") -> None:
    """Make the roles and the database as they should be; safe to repeat.

    `admin_url` is a superuser's. The application's role gets no table here: grants follow each migration.
    """
    with psycopg.connect(admin_url, dbname="postgres", autocommit=True) as connection:
        for role, password in ((OWNER, owner_password), (APP, app_password)):
            known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount
            verb = sql.SQL("ALTER" if known else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                    verb, sql.Identifier(role), ATTRIBUTES, sql.Literal(password)
                )
            )
        for setting, value in APP_SETTINGS.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(APP), sql.Identifier(setting), sql.Literal(value)
                )
            )
        _leave_all_roles(connection)
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        named = {"db": sql.Identifier(database), "owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
        for statement in (
            "ALTER DATABASE {db} OWNER TO {owner}",
            "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {db} TO {app}",
        ):
            connection.execute(sql.SQL(statement).format(**named))
    with psycopg.connect(admin_url, dbname=database) as connection:
        for statement in (
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
            "GRANT USAGE ON SCHEMA public TO {app}",
        ):
            connection.execute(sql.SQL(statement).format(**named))
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        connection.execute(STATISTICS)
        # The owner reads all rows anyway, and pg_dump asks for these.
        for statement in (
            "GRANT SELECT ON pg_class, pg_sequences TO {owner}",
            "GRANT EXECUTE ON FUNCTION pg_sequence_last_value(regclass) TO {owner}",
        ):
            connection.execute(sql.SQL(statement).format(**named))


def _leave_all_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The application's role is a member of none: a role it could switch to would widen what it may do."""
    granted = connection.execute(
        "SELECT of.rolname FROM pg_auth_members m JOIN pg_roles of ON of.oid = m.roleid "
        "JOIN pg_roles who ON who.oid = m.member WHERE who.rolname = %s",
        [APP],
    ).fetchall()
    for (role,) in granted:
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(str(role)), sql.Identifier(APP)))


def main() -> int:
    """Make the roles that DATABASE_OWNER_URL and DATABASE_URL name, as the superuser of DATABASE_ADMIN_URL."""
    try:
        admin = os.environ["DATABASE_ADMIN_URL"]
        owner, app = (urlsplit(os.environ[name]) for name in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    except KeyError as missing:
        print(f"Set {missing.args[0]}: a PostgreSQL URL with its password.", file=sys.stderr)
        return 1
    if (owner.username, app.username) != (OWNER, APP) or not owner.password or not app.password:
        print(f"DATABASE_OWNER_URL must name {OWNER} and DATABASE_URL {APP}, each with a password.", file=sys.stderr)
        return 1
    try:
        make_roles(admin, unquote(owner.password), unquote(app.password), unquote(app.path.lstrip("/")) or "orebook")
    except psycopg.OperationalError as error:
        print(f"No connection as the server's superuser: {error} Check DATABASE_ADMIN_URL.", file=sys.stderr)
        return 1
    print(f"Roles {OWNER} and {APP} are as they should be.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
