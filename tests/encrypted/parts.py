"""The services of docker-compose.yml as it encrypts them: real servers, with its own arguments and files."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
import yaml

from config.embedded import processes
from config.embedded.places import Place
from tests.ports import free_port
from tests.scaling.servers import CONFIGS, PATIENCE, ROOT, needs, pooling, running

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PASSWORD = "every-ounce-counts"  # of clusters that live as long as a test


@dataclass(frozen=True)
class Within:
    """The folder of all certificates."""

    folder: Path

    def keep_for(self, user: int, *parties: str) -> None:
        """Gives keys to the user as which a server runs here: its own number is none of this machine's."""
        if os.geteuid() == 0:
            for party in parties or (path.name for path in self.folder.iterdir()):
                for file in (self.folder / party).iterdir():
                    os.chown(file, user, -1)

    def of(self, party: str, text: str) -> str:
        """What docker-compose.yml says with its folders, as they are here."""
        return re.sub(r"/tls(-\w+)?/", lambda found: f"{self.folder}/{(found[1] or f'-{party}')[1:]}/", text)

    def url(self, service: str, variable: str, port: int) -> str:
        """An address as the service has it, at a port of this machine."""
        text = re.sub(r"\$\{\w*PASSWORD[^}]*\}", PASSWORD, SERVICES[service]["environment"][variable])
        text = re.sub(r"\$\{ORE_DATABASE_AT[^}]*\}|postgres:5432|redis:6379", f"localhost:{port}", text)
        text = re.sub(r"\$\{ORE_DATABASE_TLS:-([^}]*)\}", r"\1", text)
        return self.of("app", text)


@contextmanager
def postgres(within: Within, folder: Path) -> Iterator[int]:
    """A PostgreSQL that can speak TLS, Debian's, with the arguments of docker-compose.yml; its port."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not programs:
        pytest.skip("LEFT OUT: this machine has no PostgreSQL of Debian's. Install it (apt-get install postgresql).")
    program, place, port = programs[-1], Place(folder), free_port()
    folder.mkdir(mode=0o755)
    place.own(folder)
    (folder / "password").write_text(PASSWORD)
    (folder / "who").write_text(CONFIGS["who-may-connect"]["content"])
    within.keep_for(place.uid, "postgres")
    cluster, as_it = folder / "cluster", place.run_as
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    # The locale's provider is newer than some of Debian's.
    made = [str(program.with_name("initdb")), "-D", str(cluster), "-U", "postgres"]
    made.append(f"--pwfile={folder / 'password'}")
    subprocess.run([*made, *(a for a in arguments if "auth" in a)], cwd="/", check=True, capture_output=True, **as_it)
    told = [within.of("postgres", argument) for argument in SERVICES["postgres"]["command"][1:]]
    told = [re.sub(r"hba_file=.*", f"hba_file={folder / 'who'}", argument) for argument in told]
    command = [str(program), "-D", str(cluster), "-k", str(folder), "-p", str(port), "-cfsync=off", *told]
    asks = [str(program.with_name("pg_isready")), "-q", "-h", str(folder), "-p", str(port)]
    with running(command, port, folder / "log", cwd="/", **as_it):
        assert processes.wait_until(lambda: subprocess.run(asks).returncode == 0, PATIENCE)
        with psycopg.connect(
            host=str(folder), port=port, user="postgres", password=PASSWORD, autocommit=True
        ) as within_it:
            for role in ("orebook_app", "orebook_owner"):
                within_it.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            within_it.execute("CREATE DATABASE orebook")
        yield port


@contextmanager
def pgbouncer(within: Within, database: int, folder: Path) -> Iterator[int]:
    """PgBouncer before it; its port."""
    place = Place(folder)
    folder.mkdir(mode=0o755)
    within.keep_for(place.uid, "pgbouncer")
    told = within.of("pgbouncer", CONFIGS["pgbouncer"]["content"])
    with pooling(told, f"host=localhost port={database}", PASSWORD, folder, place) as port:
        yield port


@contextmanager
def redis(within: Within, folder: Path) -> Iterator[int]:
    """Redis as it is started; its port."""
    program, port = needs("redis-server"), free_port()
    folder.mkdir()
    shell = within.of("redis", SERVICES["redis"]["command"][-1]).replace("$$", "$").replace("6379", str(port))
    shell = shell.replace("redis-server", program, 1)
    with running(["sh", "-c", shell], port, folder / "log", cwd=folder, env=os.environ | {"REDISCLI_AUTH": PASSWORD}):
        yield port


@contextmanager
def web(within: Within, folder: Path, **environment: str) -> Iterator[int]:
    """A web server as it is started, over the database of the tests; its port."""
    port = free_port()
    (folder / "data").mkdir(parents=True)
    told = [within.of("app", argument) for argument in SERVICES["web"]["command"]]
    told = [argument.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for argument in told]
    about = os.environ | {"ORE_DEMO": "", "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")} | environment
    # By itself gunicorn believes whoever is on its own machine, and a container's proxy is not.
    about |= {"FORWARDED_ALLOW_IPS": "192.0.2.1", "ORE_PROXIED": SERVICES["web"]["environment"]["ORE_PROXIED"]}
    command = [sys.executable, "-m", *told]
    with running(command, port, folder / "log", cwd=ROOT, env=about):
        yield port


@contextmanager
def https(within: Within, certificates: Path, web_port: int, folder: Path) -> Iterator[tuple[int, int, int]]:
    """HAProxy as it ends TLS with the certificates in a folder: its ports for https and http, and its process."""
    ports = free_port(), free_port()
    told = _told(within, "haproxy-https", web_port).replace("crt /tls ", f"crt {certificates} ")
    told = told.replace("bind :8443", f"bind 127.0.0.1:{ports[0]}").replace("bind :8080", f"bind 127.0.0.1:{ports[1]}")
    with _haproxy(told, ports[0], folder) as process:
        yield (*ports, process.pid)


@contextmanager
def plain(within: Within, web_port: int, folder: Path) -> Iterator[int]:
    """HAProxy as it serves this machine alone; its port."""
    port = free_port()
    told = _told(within, "haproxy-plain", web_port).replace("bind :8080", f"bind 127.0.0.1:{port}")
    with _haproxy(told, port, folder):
        yield port


def _told(within: Within, front: str, web_port: int) -> str:
    told = (CONFIGS["haproxy"]["content"] + CONFIGS[front]["content"]).replace("/tls-within/", "/tls-proxy/")
    return re.sub(r"\bweb(-2)?:8000", f"127.0.0.1:{web_port}", within.of("proxy", told))


@contextmanager
def _haproxy(told: str, port: int, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    program = needs("haproxy")
    folder.mkdir()
    (folder / "haproxy.cfg").write_text(told)
    with running([program, "-W", "-db", "-f", str(folder / "haproxy.cfg")], port, folder / "log") as process:
        yield process


def but(address: str, **changes: str | None) -> str:
    """The address with other parameters, or without."""
    start, _, query = address.partition("?")
    given = dict(pair.split("=", 1) for pair in query.split("&")) | changes
    return f"{start}?{urlencode({name: value for name, value in given.items() if value is not None}, safe='/')}"
