"""One installation for all tests of this folder, which run one after the other."""

from collections.abc import Iterator

import pytest

from tests.scaling.installation import Installation, installed


@pytest.fixture(scope="session")
def scaled() -> Iterator[Installation]:
    with installed() as found:
        yield found
