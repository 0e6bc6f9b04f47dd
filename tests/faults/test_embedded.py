"""The embedded services under the accidents of a developer's machine."""

import json
import os
import signal
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import places, processes, services
from config.embedded.broker import Broker
from config.embedded.errors import ServiceError
from config.embedded.postgres import Postgres
from tests.factories.services import data

pytestmark = pytest.mark.slow

__all__ = ["data"]


def postmaster(postgres: Postgres) -> int:
    return int((postgres.cluster / "postmaster.pid").read_text().splitlines()[0])


def write_a_row(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url("admin", "postgres")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")


def read_the_row(postgres: Postgres) -> object:
    with psycopg.connect(postgres.url("admin", "postgres")) as connection:
        return connection.execute("SELECT word FROM kept").fetchone()


def test_rows_survive_a_killed_server(data: Path) -> None:
    postgres = Postgres(data)
    postgres.start()
    write_a_row(postgres)

    os.kill(postmaster(postgres), signal.SIGKILL)
    postgres.start()

    assert read_the_row(postgres) == ("still here",)


def test_rows_survive_an_orderly_stop(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    postgres.start()
    write_a_row(postgres)

    postgres.stop()
    assert not postgres.running()
    postgres.start()

    assert read_the_row(postgres) == ("still here",)


def test_a_lock_that_names_a_stranger_is_no_obstacle(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    postgres.start()
    postgres.stop()
    # As after a restart of the machine: the number belongs to somebody else by now.
    lock = postgres.cluster / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{postgres.cluster}\n0\n5432\n{postgres.place.sockets}\n\n0 0\nready\n")
    postgres.place.own(lock)

    postgres.start()

    assert postmaster(postgres) != os.getpid()
    assert postgres.running()


def test_a_data_folder_whose_making_was_cut_off_is_made_again(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    postgres.place.prepare()
    half = postgres.place.home / "cluster.new"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    postgres.start()

    assert postgres.running()
    assert not half.exists()


def test_files_that_are_no_database_are_left_alone(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    postgres.place.prepare()
    postgres.cluster.mkdir()
    (postgres.cluster / "thesis.txt").write_text("years of work")

    with pytest.raises(ServiceError, match=r"not a PostgreSQL data folder.*mv "):
        postgres.start()

    assert (postgres.cluster / "thesis.txt").read_text() == "years of work"


def test_a_database_of_another_version_is_left_alone(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    postgres.place.prepare()
    postgres.cluster.mkdir()
    (postgres.cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServiceError, match=r"made by PostgreSQL 17 and this is 18.*ORE_DATA="):
        postgres.start()


@pytest.mark.parametrize("service", [Postgres, Broker])
def test_a_foreign_process_on_the_socket_is_refused(data: Path, service: type[Postgres] | type[Broker]) -> None:
    ours = service(data)
    ours.place.prepare()
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(ours.socket_path))
        foreign.listen()

        with pytest.raises(ServiceError, match=r"Another process listens on .*ORE_DATA="):
            ours.start()


def test_a_socket_folder_that_others_may_enter_is_refused(data: Path) -> None:
    postgres = Postgres(data)
    postgres.place.prepare()
    postgres.place.sockets.chmod(0o777)

    with pytest.raises(ServiceError, match=r"private socket folder and is not.*ls -ld"):
        postgres.start()


def test_a_full_disk_is_named_before_anything_is_written(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LEAST_FREE_BYTES", 2**60)

    with pytest.raises(ServiceError, match=r"only \d+ MB free .*ORE_DATA="):
        Postgres(data).start()

    assert not Postgres(data).cluster.exists()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ServiceError, match=r"Cannot .*file.*ORE_DATA="):
        Postgres(tmp_path / "file" / "data").start()


def test_two_who_start_at_once_share_one_server(data: Path) -> None:
    # The pool is left only after the questions: a server ends with the thread that started it.
    with ThreadPoolExecutor(2) as pool:
        both = [Postgres(data, durable=False) for _ in range(2)]
        list(pool.map(Postgres.start, both))

        assert len({postmaster(postgres) for postgres in both}) == 1
        assert len(processes.inhabitants(both[0].cluster)) > 1
        Postgres(data).stop()


def test_what_the_broker_was_told_survives_its_kill(data: Path) -> None:
    broker = Broker(data)
    broker.start()
    with redis.Redis(unix_socket_path=str(broker.socket_path)) as client:
        for number in range(100):
            client.rpush("items", number)
        pid = int(client.info("server")["process_id"])

    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.alive(pid), 10)
    broker.start()

    with redis.Redis(unix_socket_path=str(broker.socket_path)) as client:
        assert client.llen("items") == 100


def test_addresses_are_for_one_reader_and_the_roles_can_do_no_more_than_they_should(data: Path) -> None:
    services.up(data, durable=False)

    file = data / "services.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    urls = json.loads(file.read_text())["database"]
    with psycopg.connect(urls["admin"]) as admin:
        roles = admin.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit FROM pg_roles"
            " WHERE rolname LIKE 'orebook%' ORDER BY rolname"
        ).fetchall()
        assert roles == [("orebook_app", *[False] * 5), ("orebook_owner", *[False] * 5)]
        assert admin.execute("SHOW listen_addresses").fetchone() == ("",)
        assert admin.execute("SELECT datcollate, datlocale FROM pg_database WHERE datname = 'orebook'").fetchone() == (
            "C",
            "C.UTF-8",
        )
    with psycopg.connect(urls["owner"]) as owner:
        owner.execute("CREATE TABLE secret (amount numeric)")
    with psycopg.connect(urls["app"], autocommit=True) as app:
        assert app.execute("SHOW transaction_timeout").fetchone() == ("1min",)
        for forbidden in (
            "SET ROLE orebook_owner",
            "SET ROLE postgres",
            "SELECT * FROM secret",
            "CREATE TABLE mine (i int)",
            "CREATE TEMP TABLE mine (i int)",
            "CREATE SCHEMA mine",
            "CREATE DATABASE mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_a_wrong_password_is_refused(data: Path) -> None:
    services.up(data, durable=False)
    postgres = Postgres(data)
    wrong = postgres.url("app").replace(postgres.passwords()["app"], "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_starting_again_keeps_secrets_and_passwords(data: Path) -> None:
    services.up(data, durable=False)
    before = (data / "services.json").read_text()
    services.down(data)

    services.up(data, durable=False)

    assert (data / "services.json").read_text() == before
