"""The mail server of the tests of digests, for faults of mail too; receivers of webhooks, and who keeps them."""

import shutil
from collections.abc import Iterator

import pytest

from config.embedded import services
from config.embedded.places import Place
from tests.elsewhere import Elsewhere
from tests.network.conftest import managers, only_who_asks, receiver, sink

__all__ = ["managers", "only_who_asks", "receiver", "sink"]


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    data = tmp_path_factory.mktemp("elsewhere")
    for folder in (data, *data.parents[:2]):
        folder.chmod(0o711)
    services.up(data, durable=False)
    yield Elsewhere(data)
    services.down(data)
    shutil.rmtree(Place(data).home, ignore_errors=True)
