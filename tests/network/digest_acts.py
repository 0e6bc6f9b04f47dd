"""Acts and looks that the tests of digests share, and a real SMTP server on this machine."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import psycopg
from aiosmtpd.controller import Controller

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.delivering import Outcome, deliver
from network.models import Cadence, Carries, Topic, TopicPreference
from network.services.following import follow
from network.services.mail_policy import set_policy
from network.services.preferences import prefer
from tests.cast import Cast
from tests.ports import free_port


@dataclass
class Sink:
    """An SMTP server that keeps what it accepted. `answer` is what it says to the message; `heard` is called before.

    To domains in `breaks` it closes the line; `broken` are the recipients where it did.
    """

    port: int
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    answer: str = "250 kept"
    refused: str = ""
    breaks: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    heard: Callable[[], None] | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refused:
            return self.refused
        if address.partition("@")[2] in self.breaks:
            self.broken.append(address)
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        if self.heard:
            self.heard()
        return self.answer

    @property
    def readers(self) -> list[str]:
        """The names of those who got mail: one recipient each."""
        return sorted(address.split("@")[0] for recipients, _ in self.mails for address in recipients)

    def to(self, who: str) -> EmailMessage:
        """The only mail that `who` got."""
        (found,) = [mail for recipients, mail in self.mails if recipients[0].startswith(f"{who}@")]
        return found

    def text(self, who: str) -> str:
        return body(self.to(who), "plain")


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def running_sink() -> Iterator[Sink]:
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def everyone_follows(cast: Cast) -> None:
    """Everybody follows the deal, also those from whom it is hidden: as if each had seen it once."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        # The trigger asks with the rights of whoever acts; the owner sees every deal.
        owner.execute(
            "INSERT INTO network_follow (id, person_id, deal_id)"
            " SELECT gen_random_uuid(), id, %s FROM institutions_staff",
            [cast.deal.pk],
        )
        owner.execute("UPDATE network_topicpreference SET cadence = 'daily' WHERE topic = 'deals'")


def has_waited_long(*people: Staff) -> None:
    """They joined years ago, so that a digest is due whatever the hour is now."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        keys = [person.pk for person in people]
        owner.execute("UPDATE institutions_staff SET joined_at = '2020-01-01' WHERE id = ANY(%s)", [keys])
        owner.execute("DELETE FROM network_topicpreference WHERE person_id = ANY(%s)", [keys])


def nobody_wants_mail(cast: Cast) -> None:
    """Until somebody says otherwise: tests of followed deals are of nothing else."""
    for person in cast.people.values():
        with acting_as(person):
            TopicPreference.objects.bulk_create(
                TopicPreference(person=person, topic=topic, cadence=Cadence.NOTHING) for topic in Topic
            )


def follows_deal(cast: Cast, *people: str) -> None:
    """They follow the deal and hear of it daily."""
    for who in people:
        with acting_as(cast.people[who]):
            follow(by=cast.people[who], deal=cast.deal.pk)
            prefer(by=cast.people[who], cadences={Topic.DEALS: Cadence.DAILY})


def mail_carries(cast: Cast, carries: Carries, *officers: str, cap: Carries = Carries.FULL) -> None:
    """The officers' institutions let mail carry so much."""
    for who in officers:
        with acting_as(cast.people[who]):
            set_policy(by=cast.people[who], carries=carries, cap=cap)


OFFICERS = ("ada", "mina", "rolf", "sora", "marc", "finn", "cora", "dora")


def send_now(at: datetime | None = None) -> list[Outcome]:
    """Makes and sends a digest to everyone who follows something."""
    outcomes = [deliver(digest, at) for digest in ledger.make_now(at)]
    return [outcome for outcome in outcomes if outcome]
