"""The mail server of the tests of digests, for faults of mail too; receivers of webhooks, and who keeps them."""

from tests.network.conftest import managers, only_who_asks, receiver, sink

__all__ = ["managers", "only_who_asks", "receiver", "sink"]
