"""The two worlds, made once by each process that looks at them."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import conftest
from tests.cast import Cast
from tests.worlds.comparing import Worlds, make_worlds


@pytest.fixture(scope="session")
def kept_worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Worlds:
    with django_db_blocker.unblock():
        made = make_worlds(Cast.find())
        conftest.anew("cast_template")
        return made


@pytest.fixture
def worlds(kept_worlds: Worlds, django_db_blocker: DjangoDbBlocker) -> Iterator[Worlds]:
    """Leaves the database as other tests want to find it."""
    with django_db_blocker.unblock():
        yield kept_worlds
        conftest.anew("cast_template")
