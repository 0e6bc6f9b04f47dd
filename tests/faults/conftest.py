"""The mail server of the tests of digests, for faults of mail too; receivers of webhooks, and who keeps them."""

from tests.network.conftest import managers, receiver, sink

__all__ = ["managers", "receiver", "sink"]
