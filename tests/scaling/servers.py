"""A primary with a standby, PgBouncer and HAProxy: real servers, with the configuration that docker-compose.yml has."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.embedded import processes
from config.embedded.files import write_private
from config.embedded.places import Place
from config.embedded.postgres import Postgres
from config.embedded.roles import APP
from tests.ports import free_port, takes_calls

ROOT = Path(__file__).resolve().parents[2]
CONFIGS: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["configs"]
PATIENCE = 60
# The first PgBouncer that keeps prepared statements apart.
KEEPS = (1, 21)
# What a cluster needs that another follows.
FOLLOWED = {"wal_level": "replica", "max_wal_senders": "4"}


def found(program: str) -> str | None:
    """Where it is; None where the machine has none."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def needs(program: str) -> str:
    """Where it is. Where the machine has none, the check is left out, and the run says so."""
    where = found(program)
    if where is None:
        pytest.skip(f"LEFT OUT: this machine has no {program}. Install it (apt-get install {program}) and run again.")
    return where


@contextmanager
def following(primary: Postgres, folder: Path) -> Iterator[Postgres]:
    """A standby of the primary, which must be FOLLOWED."""
    standby = Postgres(folder, durable=False, settings=FOLLOWED | {"hot_standby": "on"})
    standby.place.prepare()
    write_private(standby.place.home / "passwords.json", (primary.place.home / "passwords.json").read_text())
    making = standby.cluster.with_name("copy")
    making.mkdir(mode=0o700)
    standby.place.own(making)
    command = [primary.binary("pg_basebackup"), "--pgdata", str(making), "--wal-method", "stream"]
    command += ["--write-recovery-conf", "--checkpoint", "fast", "--dbname", primary.url("admin", "postgres")]
    subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=120, **standby.place.run_as)
    shutil.rmtree(standby.cluster, ignore_errors=True)
    making.rename(standby.cluster)
    standby.start()
    try:
        yield standby
    finally:
        standby.stop()
        for left in (standby.place.sockets, standby.place.home):
            shutil.rmtree(left, ignore_errors=True)


def version_of(pgbouncer: str) -> tuple[int, int]:
    told = subprocess.run([pgbouncer, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.findall(r"(\d+)\.(\d+)", told)[0]
    return int(major), int(minor)


@contextmanager
def pooled(postgres: Postgres, database: str, folder: Path, *, size: int) -> Iterator[tuple[str, bool]]:
    """PgBouncer before a cluster: the address of the application's role through it, and whether it keeps prepared
    statements apart. `size`: on how many of PostgreSQL's connections."""
    keeps = version_of(needs("pgbouncer")) >= KEEPS
    password = postgres.passwords()["app"]
    # The embedded PostgreSQL knows no TLS (tests/encrypted asks one that does).
    told = re.sub(r"^(client|server)_tls_.*\n", "", CONFIGS["pgbouncer"]["content"], flags=re.M)
    told = told.replace("[databases]\norebook =", f"[databases]\n{database} =").replace("=orebook\n", f"={database}\n")
    told = re.sub(r"default_pool_size = \d+", f"default_pool_size = {size}", told)
    with pooling(told, f"host={postgres.place.sockets}", password, folder, postgres.place) as port:
        yield f"postgresql://{APP}:{password}@127.0.0.1:{port}/{database}", keeps


@contextmanager
def pooling(told: str, server: str, password: str, folder: Path, place: Place) -> Iterator[int]:
    """PgBouncer with these settings, which are docker-compose.yml's, before a server of this machine; its port."""
    program, port = needs("pgbouncer"), free_port()
    if version_of(program) < KEEPS:
        told = re.sub(r"^max_prepared_statements.*\n", "", told, flags=re.M)
    told = told.replace("host=postgres port=5432", server).replace("6432", str(port))
    told = told.replace("listen_addr = *", "listen_addr = localhost")
    told = told.replace("/etc/pgbouncer/userlist.txt", str(folder / "users.txt"))
    (folder / "users.txt").write_text(f'"{APP}" "{password}"\n')
    (folder / "pgbouncer.ini").write_text(f"{told}unix_socket_dir =\n")
    # It refuses to run as root, as PostgreSQL does.
    for path in (folder, folder / "users.txt", folder / "pgbouncer.ini"):
        place.own(path)
    command = [program, str(folder / "pgbouncer.ini")]
    with running(command, port, folder / "pgbouncer.log", cwd="/", **place.run_as):
        yield port


@contextmanager
def proxied(ports: Mapping[str, int], folder: Path) -> Iterator[int]:
    """HAProxy before web servers, by the names that it knows them under; its port."""
    program, port = needs("haproxy"), free_port()
    told: str = CONFIGS["haproxy"]["content"] + CONFIGS["haproxy-plain"]["content"]
    # The web servers of these checks speak in the clear (tests/encrypted has them as they are).
    told = re.sub(r"^ *default-server ssl .*\n| verifyhost \S+", "", told, flags=re.M)
    told = told.replace("bind :8080", f"bind 127.0.0.1:{port}")
    for name, at in ports.items():
        told = re.sub(rf"\b{name}:8000", f"127.0.0.1:{at}", told)
    (folder / "haproxy.cfg").write_text(told)
    with running([program, "-f", str(folder / "haproxy.cfg")], port, folder / "haproxy.log"):
        yield port


@contextmanager
def running(command: list[str], port: int, log: Path, **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens on a port of this machine, ended afterwards."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, preexec_fn=processes.tie_to_parent(signal.SIGTERM), **how
        )
    try:
        listens = processes.wait_until(lambda: process.poll() is not None or takes_calls(port), PATIENCE)
        assert listens, f"{command[0]} does not listen"
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits for it, at most so long."""
    assert processes.wait_until(condition, seconds), f"not within {seconds} s: {what}"
