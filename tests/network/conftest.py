"""A mail server for whoever sends."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.network.digest_acts import Sink, running_sink


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real SMTP server, which mail goes to."""
    for running in running_sink():
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running
