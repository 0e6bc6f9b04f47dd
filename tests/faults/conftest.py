"""The mail server of the tests of digests, for faults of mail too."""

from tests.network.conftest import sink

__all__ = ["sink"]
