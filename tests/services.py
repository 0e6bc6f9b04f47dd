"""The services of the tests: a PostgreSQL and a broker per worker, copied from one cluster that was migrated once.

Loaded as a plugin before Django's settings, which read the addresses. The feed's horizon is of a whole cluster, so
workers must not share one: another's open transaction would hold up the feed here.
"""

import fcntl
import gc
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from config.embedded import services
from config.embedded.broker import Broker
from config.embedded.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
HOME = Path(os.environ.get("ORE_TEST_DATA", ROOT / "var" / "test"))
# Databases are copied and dropped some hundred times, a thousand files each: on a disk that is a fifth of the suite.
MEMORY = Path("/dev/shm")
LEAST_MEMORY = 3 * 2**30
# What decides the schema: when any of it changes, the template is made anew.
SCHEMA = (
    "*/migrations/*.py",
    "*/sql/*.sql",
    "*/*/sql/*.sql",
    "*/models/*.py",
    "*/isolation/*.py",
    "*/apps.py",
    "deals/lifecycle/*.py",
    "deals/*.py",
    "institutions/triggers.py",
    "config/embedded/roles.py",
    "config/management/commands/migrate.py",
    "requirements-dev.txt",
)
TEST_DATABASE = "orebook_test"


def _schema_hash() -> str:
    files = sorted({file for pattern in SCHEMA for file in ROOT.glob(pattern) if "var" not in file.parts[:-1]})
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return total.hexdigest()[:16]


def _template() -> Path:
    """The folder of a stopped, migrated cluster; one for each schema, made by the first run that needs it."""
    HOME.mkdir(parents=True, exist_ok=True)
    data = HOME / f"template-{_schema_hash()}"
    with open(HOME / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (data / "migrated").is_file():
            return data
        _remove(data)
        for old in HOME.glob("template-*"):
            _remove(old)
        services.up(data, durable=False)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_"))}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0"],
            cwd=ROOT,
            env=environment | {"ORE_DATA": str(data)},
            check=True,
        )
        services.down(data)
        (data / "migrated").touch()
    return data


def _run() -> Path:
    """A folder for this run's clusters: in memory where there is plenty, else beside the template."""
    name = f"orebook-{os.geteuid()}-run-"
    try:
        for left in MEMORY.glob(f"{name}*"):
            # Of a run that was killed: its folder would fill the memory until the next start of the machine.
            if (pid := re.search(r"-run-(\d+)-", left.name)) and not Path(f"/proc/{pid[1]}").exists():
                for data in left.iterdir():
                    _remove(data)
                shutil.rmtree(left, ignore_errors=True)
        if shutil.disk_usage(MEMORY).free < LEAST_MEMORY:
            raise OSError
        run = Path(tempfile.mkdtemp(prefix=f"{name}{os.getpid()}-", dir=MEMORY))
    except OSError:
        return HOME / f"run-{os.getpid()}"
    # The servers of a run by root are another user's, who must pass through.
    run.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return run


def _remove(data: Path) -> None:
    """A data folder with its services, wherever they keep their files."""
    if data.exists():
        services.down(data)
        place = Postgres(data).place
        shutil.rmtree(place.home, ignore_errors=True)
        shutil.rmtree(place.sockets, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def _copy(template: Path) -> Path:
    """A cluster of this worker's own, not yet started."""
    data = RUN / (WORKER or "main")
    target = settle(data, template)
    (data / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing.
    services.write_addresses(data, target, Broker(data))
    return data


def settle(data: Path, template: Path | None = None) -> Postgres:
    """A cluster in `data` whose schema is made, and nothing in it; not started."""
    source = Postgres(template or Path(os.environ["ORE_TEST_TEMPLATE"]))
    target = Postgres(data)
    target.place.prepare()
    shutil.rmtree(target.cluster, ignore_errors=True)
    # cp keeps owners and modes, and is several times faster than Python here.
    subprocess.run(["cp", "-a", str(source.cluster), str(target.cluster)], check=True)
    shutil.copy2(source.place.home / "passwords.json", target.place.home / "passwords.json")
    return target


def _use(data: Path) -> None:
    postgres = Postgres(data)
    os.environ["ORE_DATA"] = str(data)
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner"), ("DATABASE_ADMIN_URL", "admin")):
        os.environ[name] = postgres.url(role, TEST_DATABASE)
    os.environ.pop("REDIS_URL", None)


# The controller of a parallel run only makes the template; its workers start what they need.
if not WORKER:
    os.environ |= {"ORE_TEST_TEMPLATE": str(_template()), "ORE_TEST_RUN": str(_run())}
RUN = Path(os.environ["ORE_TEST_RUN"])
DATA = _copy(Path(os.environ["ORE_TEST_TEMPLATE"]))
_use(DATA)
if os.environ.get("ORE_BEHIND") == "1":
    # Only now: what it needs reads docker-compose.yml.
    from tests.behind import put_behind

    put_behind(DATA, TEST_DATABASE)


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for garbage again and again is a twentieth of the suite."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    if WORKER or not config.getoption("numprocesses", None):
        services.up(DATA, durable=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    _remove(DATA)
    if not WORKER:
        shutil.rmtree(RUN, ignore_errors=True)
