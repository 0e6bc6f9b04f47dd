"""What PostgreSQL knows of all rows is closed to the application: counts, sizes, sessions, locks."""

import os

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast

CLOSED = (
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_all_indexes",
    "SELECT * FROM pg_statio_user_tables",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stat_database",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_locks",
    "SELECT * FROM pg_sequences",
    "SELECT reltuples FROM pg_class WHERE relname = 'deals_commitment'",
    "SELECT relpages FROM pg_class WHERE relname = 'deals_commitment'",
    "SELECT relpages, relallvisible FROM pg_class",
    "SELECT pg_stat_get_live_tuples('deals_commitment'::regclass)",
    "SELECT pg_stat_get_tuples_inserted('deals_commitment'::regclass)",
    "SELECT pg_relation_size('deals_commitment')",
    "SELECT pg_total_relation_size('deals_commitment')",
    "SELECT pg_database_size(current_database())",
    "SELECT pg_current_wal_lsn()",
    # By way of others.
    "SET ROLE orebook_owner",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER TABLE deals_size DISABLE ROW LEVEL SECURITY",
    "TRUNCATE deals_size",
    "CREATE TABLE public.mine (id int)",
    "CREATE TEMP TABLE mine (id int)",
    "COPY deals_size TO PROGRAM 'cat'",
)


@pytest.mark.parametrize("asked", CLOSED)
def test_the_application_is_refused(cast: Cast, asked: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asked)


def test_no_view_or_function_of_statistics_was_forgotten(django_db_setup: None) -> None:
    """Of those that count rows or blocks, by name, in the PostgreSQL that runs here."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        views = owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'v'"
            " AND relname LIKE 'pg\\_stat%' AND has_table_privilege('orebook_app', oid, 'SELECT')"
        ).fetchall()
        functions = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
            " AND (proname LIKE 'pg\\_stat\\_get%' OR proname LIKE 'pg\\_%\\_size')"
            " AND has_function_privilege('orebook_app', oid, 'EXECUTE')"
        ).fetchall()
    assert views == []
    assert {name for (name,) in functions} <= {"pg_column_size"}
