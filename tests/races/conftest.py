"""The people who keep their institutions' webhooks."""

from tests.network.conftest import managers

__all__ = ["managers"]
