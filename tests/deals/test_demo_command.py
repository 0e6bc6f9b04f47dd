"""`manage.py demo` where it must not run, has not run, or was broken off."""

import os
from io import StringIO

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from deals.demo import load, nolans
from institutions.isolation.session import acting_as
from institutions.models import Institution, Standing

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def demo_wanted(settings: LazySettings) -> None:
    settings.FICTIONAL = True


def counted(table: str) -> int:
    """The fictional rows of a table, counted as its owner."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        [(count,)] = connection.execute(f"SELECT count(*) FROM {table} WHERE demo").fetchall()
    return int(count)


def test_a_load_that_broke_off_goes_on_where_it_stopped(real_commits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(nolans, "wall_off_kexim", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_command("demo", stdout=StringIO())
    assert not load.is_loaded()
    assert (counted("deals_deal"), counted("deals_commitment")) == (1, 0)
    call_command("demo", "--once", stdout=StringIO())
    assert load.is_loaded()
    letters = sum(len(package.letters) for package in load.PACKAGES)
    assert (counted("deals_deal"), counted("deals_commitment")) == (len(load.PACKAGES), letters)


@pytest.mark.parametrize("options", [(), ("--once",), ("--logins",)])
def test_it_refuses_where_no_demo_is_wanted(settings: LazySettings, options: tuple[str, ...]) -> None:
    settings.FICTIONAL = False
    with pytest.raises(CommandError, match="no demo and no sandbox"):
        call_command("demo", *options)


def test_log_ins_before_the_load_say_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("demo", "--logins")


def test_the_first_secretariat_is_founded_with_the_schema(db: None) -> None:
    with acting_as(None):
        founded = Institution.objects.get(slug="secretariat")
        assert founded.name == "Network Secretariat"
        # Its row stands where everyone may read of it, although it is older than the walls.
        assert Standing.objects.filter(row_id=founded.pk).exists()
