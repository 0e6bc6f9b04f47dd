"""A mail server for whoever sends, and receivers of webhooks."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import PASSWORD, Cast
from tests.network.digest_acts import Sink, nobody_wants_mail, running_sink
from tests.network.receivers import Receiver, receiving


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real SMTP server, which mail goes to."""
    for running in running_sink():
        settings.EMAIL_BACKEND = "network.digests.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.fixture
def only_who_asks(request: pytest.FixtureRequest) -> None:
    """Nobody gets mail who did not ask for it."""
    nobody_wants_mail(request.getfixturevalue("committed_cast" if "committed_cast" in request.fixturenames else "cast"))


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver of webhooks on this machine, which the settings let in."""
    settings.WEBHOOK_LOOPBACK = True
    with receiving() as running:
        yield running


@pytest.fixture
def managers(committed_cast: Cast) -> Cast:
    """The cast with admins, who keep their institutions' webhooks: `root` of Rhein, `anna`, `hana` of Hanok."""
    for who, bank in (("root", "rhein"), ("anna", "austral"), ("hana", "hanok")):
        with acting_as(None):
            committed_cast.people[who] = Staff.objects.create_user(
                f"{who}@{bank}.example", PASSWORD, institution=committed_cast.bank(bank),
                role="institution_admin", name=who.title(),
            )  # fmt: skip
    return committed_cast
