"""What every test stands on: a database made from the migrated template, used as the application's role."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deals.models import Commitment, Tranche
from tests.cast import Cast, raise_cast
from tests.deals.allocating import offer, tranche, usd
from tests.room import IN_MEMORY
from tests.services import TEST_DATABASE

pytest_plugins = ["tests.serving"]
# These share one run of everything, which takes long to start, a registry with a row of every table, a demo, servers.
SHARING_A_RUN = (
    "tests/journeys/looks/",
    *(f"tests/journeys/test_{name}.py" for name in ("main_job", "tutorial", "life_rest", "ten_tasks")),
)
SHARING_A_MATRIX = "tests/matrix/"
SHARING_SERVERS = "tests/scaling/"
SHARING_KEYS = "tests/encrypted/"
SHARING_A_DEMO = (
    *(f"tests/deals/test_demo{which}.py" for which in ("", "_life", "_stacks")),
    "tests/network/test_iati_demo.py",
)
# Each has a registry of its own, which none of its tests changes, or reads the whole program.
SHARING_IN_A_FILE = ("tests/deals/test_api_queries.py", "tests/house/test_words.py", "tests/security/test_code.py")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Each test goes to any worker that is free, but those that share a run go to the same one, first of all."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(SHARING_A_RUN):
            return "a run"
        if nodeid.startswith(SHARING_A_MATRIX):
            return "a matrix"
        if nodeid.startswith(SHARING_SERVERS):
            return "servers"
        if nodeid.startswith(SHARING_KEYS):
            return "keys"
        if nodeid.startswith(SHARING_A_DEMO):
            return "a demo"
        return nodeid.split("::")[0] if nodeid.startswith(SHARING_IN_A_FILE) else nodeid


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end no worker waits for the other's last test of minutes."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


# The work that makes a stolen hash worthless would be most of what the tests do; that hashes are kept is tested.
configured.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test's client makes its middleware anew; static files are looked for when asked for, not listed for each.
configured.WHITENOISE_AUTOREFRESH = True


# What is counted of log-ins is each test's own.
configured.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(autouse=True)
def nothing_is_counted_yet() -> None:
    cache.clear()


def admin(statement: str) -> None:
    """Runs one statement as the cluster's administrator, outside the test database."""
    url = os.environ["DATABASE_ADMIN_URL"].replace(f"/{TEST_DATABASE}?", "/postgres?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def anew(template: str = "orebook") -> None:
    """The test database as `template` is."""
    connections.close_all()
    admin(f"DROP DATABASE IF EXISTS {TEST_DATABASE} WITH (FORCE)")
    # File by file: a small cluster that forgets on a crash has no use for the log of the copy, and is a quarter faster.
    admin(f"CREATE DATABASE {TEST_DATABASE} TEMPLATE {template} OWNER orebook_owner STRATEGY FILE_COPY")
    # A copy has the rights of a new database, not of what it was copied from.
    admin(f"REVOKE ALL ON DATABASE {TEST_DATABASE} FROM PUBLIC")
    admin(f"GRANT CONNECT ON DATABASE {TEST_DATABASE} TO orebook_app")


def leave() -> None:
    """Ends all connections to the test database; a pooler keeps its own when everybody has left."""
    connections.close_all()
    admin(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{TEST_DATABASE}'")


def keep(template: str) -> None:
    """A copy of the test database as it is now, for `anew`."""
    leave()
    admin(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")
    admin(f"CREATE DATABASE {template} TEMPLATE {TEST_DATABASE} OWNER orebook_owner STRATEGY FILE_COPY")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """The template holds the fixed cast too, so that no test has to make it."""
    with django_db_blocker.unblock():
        anew()
        raise_cast()
        keep("cast_template")


@pytest.fixture
def real_commits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests of what only real commits show: a database of their own, thrown away afterwards."""
    with django_db_blocker.unblock():
        yield
        anew("cast_template")


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast.find()


@pytest.fixture
def committed_cast(real_commits: None) -> Cast:
    return Cast.find()


@pytest.fixture
def second_factor_is_free(settings: LazySettings) -> None:
    """People are let into the web admin with a password alone: most tests are of something else."""
    settings.SECOND_FACTOR_FORCED = False


@pytest.fixture
def documents_in_memory(settings: LazySettings) -> None:
    """Files of documents are kept for this test alone."""
    settings.STORAGES = {**settings.STORAGES, "documents": IN_MEMORY}


# Of the tests of an allocation, in whichever folder they are.


@pytest.fixture
def base(cast: Cast) -> Tranche:
    """A tranche for which 155 million are sought."""
    return tranche(cast)


@pytest.fixture
def offers(cast: Cast, base: Tranche) -> tuple[Commitment, Commitment]:
    """Two offers for it, of Hanok and Rhein: together 180 million."""
    return offer(cast, base, usd(95)), offer(cast, base, usd(85), by="rolf")
