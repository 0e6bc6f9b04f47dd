"""The data folder of tests that start and kill services of their own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import places, services


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, whose services are stopped and whose files outside of it are removed afterwards."""
    folder = tmp_path / "data"
    yield folder
    services.down(folder)
    place = places.Place(folder)
    for left in (place.sockets, place.home):
        shutil.rmtree(left, ignore_errors=True)
