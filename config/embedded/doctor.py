"""What is wrong with this machine, and the next command to type. Runs with the standard library alone."""

import importlib.util
import os
import shutil
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from config import bootstrap
from config.embedded import addresses, browser, places, processes
from config.embedded.errors import ServiceError
from config.embedded.runs import Run, check_port, chosen_port

# Of docker-compose.yml, where it runs with its own proxy (docs/how-to/serve-https.md).
RENEW = "docker compose exec https sh -c 'kill -USR2 1'"
RENEW_WITHIN = "docker compose --profile https up -d --force-recreate"
LEAST_DAYS = 21
MARKS = {True: "  ok   ", False: "  WRONG ", None: "  note "}


@dataclass
class Finding:
    """One thing looked at. `well` is None for what is worth knowing and not wrong; `then` is the command to type."""

    well: bool | None
    says: str
    then: str = ""


def main() -> int:
    """0 when `make run` should work, 1 when something is wrong."""
    findings = [finding for look in LOOKS for finding in look()]
    for finding in findings:
        print(MARKS[finding.well] + finding.says + (f"\n         Type: {finding.then}" if finding.then else ""))
    wrong = sum(finding.well is False for finding in findings)
    print(f"\n{wrong} things are wrong; begin with the first." if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


def _python() -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding(
        sys.version_info >= bootstrap.OLDEST,
        f"Python {version}",
        "" if sys.version_info >= bootstrap.OLDEST else "make run PYTHON=python3.12",
    )
    if bootstrap.up_to_date("run"):
        yield Finding(True, f"The environment {bootstrap.VENV} is up to date")
    elif importlib.util.find_spec("ensurepip") is None and not bootstrap.VENV.exists() and not shutil.which("uv"):
        yield Finding(False, "This Python cannot make environments", "apt-get install -y python3-venv")
    else:
        yield Finding(None, "The environment is not made yet, or not up to date; `make run` sees to it")


def _data_folder() -> Iterator[Finding]:
    data = addresses.data_folder()
    there = next(folder for folder in (data, *data.parents) if folder.exists())
    if not os.access(there, os.W_OK):
        yield Finding(False, f"{there} cannot be written to", "ORE_DATA=/some/folder make run")
        return
    yield Finding(True, f"All state is in {data}")
    home = places.Place(data).home if data.exists() else there
    free = shutil.disk_usage(home if home.exists() else there).free
    enough = free >= places.LEAST_FREE_BYTES
    yield Finding(enough, f"{free // 2**20} MB are free there", "" if enough else f"df -h {home}")
    yield from _orphans(home)


def _orphans(home: Path) -> Iterator[Finding]:
    """Databases of root that no data folder points to. Only root can tell: others do not see into its folders."""
    if os.geteuid() != 0:
        return
    for other in sorted(places.SYSTEM_FOLDER.glob("*/belongs-to")):
        folder, owner = other.parent, Path(other.read_text().strip())
        if folder == home or (owner / "services").resolve() == folder or processes.inhabitants(folder / "cluster"):
            continue
        # No command to type: a disk that is not mounted looks the same, and a removed database does not come back.
        yield Finding(None, f"{folder} holds a database of {owner}, which no longer points to it")


def _port() -> Iterator[Finding]:
    try:
        port = chosen_port()
    except ServiceError as error:
        yield Finding(False, str(error))
        return
    run = Run(addresses.data_folder(), "")
    record = run.previous()
    if record["state"] == "running" and record["address"].endswith(f":{port}") and run.taken():
        yield Finding(True, f"Orebook runs at {record['address']}")
        return
    try:
        check_port(port)
    except ServiceError as taken:
        says, _, then = str(taken).partition(" Take another one: ")
        yield Finding(False, says, then)
        return
    yield Finding(True, f"Port {port} is free")


def _sockets() -> Iterator[Finding]:
    try:
        place = places.Place(addresses.data_folder())
        if place.sockets.is_symlink() or place.sockets.exists():
            place.check_sockets()
    except ServiceError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"The private socket folder is {place.sockets}")


def _services() -> Iterator[Finding]:
    if importlib.util.find_spec("psycopg") is None:
        return
    from config.embedded.broker import Broker
    from config.embedded.postgres import Postgres

    data = addresses.data_folder()
    if os.environ.get("DATABASE_URL"):
        yield Finding(None, "DATABASE_URL is set: the embedded PostgreSQL is not used")
        yield from _roles(os.environ["DATABASE_URL"])
        return
    should_run = Run(data, "").taken()
    for name, running in (("PostgreSQL", Postgres(data).running()), ("The broker", Broker(data).running())):
        if running or not should_run:
            yield Finding(
                running or None, f"{name} {'runs' if running else 'does not run'}", "" if running else "make run"
            )
        else:
            yield Finding(False, f"{name} does not run, though `make run` does", f"tail {data / 'log'}/*.log")
    if Postgres(data).running():
        yield from _roles(addresses.database_url("app"))


def _roles(url: str) -> Iterator[Finding]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            found = connection.execute(
                "SELECT current_user, rolsuper, rolbypassrls,"
                " (SELECT count(*) FROM pg_tables WHERE tableowner = rolname),"
                " (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        yield Finding(False, f"The application cannot connect to the database: {str(error).strip()}", "make run")
        return
    name, superuser, bypasses, owns, member = found or ("nobody", False, False, 0, 0)
    problems = [
        says
        for wrong, says in (
            (superuser, "is a superuser"),
            (bypasses, "bypasses row security"),
            (owns, "owns tables"),
            (member, "is a member of other roles"),
        )
        if wrong
    ]
    yield Finding(
        not problems,
        f"The application's role {name} "
        + (" and ".join(problems) if problems else "has no more rights than it needs"),
        "python -m config.embedded.roles" if problems else "",
    )


def _https() -> Iterator[Finding]:
    """What browsers and partner systems find at the registry's own address."""
    address = urlsplit(os.environ.get("ORE_PUBLIC_URL", ""))
    if address.scheme == "https" and address.hostname:
        yield _shown(address.hostname, address.port or 443, ssl.create_default_context(), RENEW)


def _within() -> Iterator[Finding]:
    """What Redis shows, which starts with all others within and shows what it started with."""
    address = urlsplit(os.environ.get("REDIS_URL", ""))
    asked = dict(parse_qsl(address.query))
    if address.scheme != "rediss" or not address.hostname or "ssl_certfile" not in asked:
        return
    try:
        context = ssl.create_default_context(cafile=asked["ssl_ca_certs"])
        context.load_cert_chain(asked["ssl_certfile"], asked["ssl_keyfile"])
    except (OSError, KeyError) as error:
        yield Finding(False, f"The certificates within cannot be read: {error}", RENEW_WITHIN)
        return
    yield _shown(address.hostname, address.port or 6379, context, RENEW_WITHIN)


def _shown(name: str, port: int, context: ssl.SSLContext, then: str) -> Finding:
    try:
        with (
            socket.create_connection((name, port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=name) as there,
        ):
            ends = ssl.cert_time_to_seconds(str((there.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        return Finding(False, f"The certificate of {name} is not trusted: {error.verify_message}", then)
    except OSError as error:
        return Finding(None, f"Nothing answers over TLS at {name}:{port} from here ({error})")
    return _lasting(f"The certificate of {name} is trusted; it lasts", ends, then)


def _lasting(says: str, ends: float, then: str) -> Finding:
    days = int((ends - time.time()) // 86_400)
    return Finding(days >= LEAST_DAYS, f"{says} {days} days", "" if days >= LEAST_DAYS else then)


def _browser() -> Iterator[Finding]:
    try:
        yield Finding(True, f"The tests' browser is {browser.browser_path()}")
    except browser.NoBrowser:
        yield Finding(None, "There is no browser for the tests; `make test` fetches one")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _data_folder,
    _port,
    _sockets,
    _services,
    _https,
    _within,
    _browser,
)

if __name__ == "__main__":
    sys.exit(main())
