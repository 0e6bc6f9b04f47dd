"""The whole demo network as one IATI file."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from pytest_django import DjangoDbBlocker

from deals.models import Commitment
from deals.selectors.activities import ACTIVITIES
from institutions.isolation.session import acting_as
from network.export.activities import answer
from network.iati import codes
from tests.demo import Demo, loaded
from tests.network.iati_files import read, transactions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    with loaded(django_db_blocker) as network:
        yield network


def test_all_that_is_public_is_valid_and_nothing_else_is_there(demo: Demo) -> None:
    # Somebody who sees far more.
    officer = demo.person("officer@edc")
    response = answer(ACTIVITIES.rows, lambda: officer)
    found = read(response.getvalue())
    with acting_as(None):
        public = set(Commitment.objects.exclude(replaced_by__isnull=False).values_list("pk", flat=True))
    assert set(found) == {str(key) for key in public}
    assert len(found) > 100
    told = [each for activity in found.values() for each in transactions(activity)]
    assert {kind for kind, *_ in told} >= {codes.PLEDGE, codes.COMMITMENT, codes.GUARANTEE}
    assert all(Decimal(amount) for _, amount, _ in told)
