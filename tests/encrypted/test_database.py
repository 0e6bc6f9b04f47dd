"""PostgreSQL, and PgBouncer before it, as docker-compose.yml starts them: over TLS, with the role's own certificate."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from config.certificates import Authority
from config.settings.database import connection
from tests.encrypted.parts import Within, but, pgbouncer, postgres

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
HOW = "SELECT version, client_dn, current_user FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE pid = "


@pytest.fixture(scope="session")
def port(within: Within) -> Iterator[int]:
    with postgres(within, within.folder / "running-postgres") as found:
        yield found


@pytest.mark.parametrize(
    ("service", "variable", "role"),
    [("web", "DATABASE_URL", "orebook_app"), ("migrate", "DATABASE_OWNER_URL", "orebook_owner"),
     ("migrate", "DATABASE_ADMIN_URL", "postgres")],
)  # fmt: skip
def test_each_role_comes_encrypted_and_shows_who_it_is(
    within: Within, port: int, db: None, service: str, variable: str, role: str
) -> None:
    there = ConnectionHandler({"default": connection(within.url(service, variable, port))})["default"]
    with there.cursor() as cursor:
        cursor.execute(f"{HOW} pg_backend_pid()")
        assert cursor.fetchone() == ("TLSv1.3", f"/CN={role}", role)
    there.close()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sslmode": "disable"}, "no encryption"),
        ({"sslcert": "/nowhere"}, "requires a valid client certificate"),
        ({"sslcert": "owner/orebook_owner.crt", "sslkey": "owner/orebook_owner.key"}, "authentication failed"),
        ({"sslcert": "other/app.pem", "sslkey": "other/app.key"}, "unknown ca"),
        ({"sslrootcert": "other/ca.pem"}, "certificate verify failed"),
    ],
    ids=["in the clear", "no certificate", "another role's", "of another authority", "a server of another authority"],
)
def test_nobody_else_comes_in_with_the_password(
    within: Within, port: int, tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    certificate, key = Authority(tmp_path / "other").sign("orebook_app")
    (tmp_path / "owner").symlink_to(within.folder / "owner")
    for name, text in (("app.pem", certificate), ("app.key", key)):
        (tmp_path / "other" / name).write_bytes(text)
        (tmp_path / "other" / name).chmod(0o400)
    address = within.url("web", "DATABASE_URL", port)
    psycopg.connect(address).close()
    wrong = {name: str(tmp_path / value) if "/" in value else value for name, value in changes.items()}
    with pytest.raises(psycopg.OperationalError, match=says):
        psycopg.connect(but(address, **wrong))


def test_through_the_pooler_both_ways_are_encrypted_and_shown(within: Within, port: int) -> None:
    with pgbouncer(within, port, within.folder / "running-pgbouncer") as pooled:
        address = within.url("web", "DATABASE_URL", pooled)
        with psycopg.connect(address, prepare_threshold=None) as there:
            assert there.execute(f"{HOW} pg_backend_pid()").fetchone() == (
                "TLSv1.3", "/CN=orebook_app", "orebook_app",
            )  # fmt: skip
        for changes in ({"sslmode": "disable"}, {"sslcert": "/nowhere"}):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(but(address, **changes), connect_timeout=10).execute("SELECT 1")
