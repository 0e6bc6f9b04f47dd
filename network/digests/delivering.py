"""Delivers digests: taken from the ledger, made as their recipient with the rights of now, sent, marked."""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from socket import gaierror
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.composing import compose
from network.digests.message import NoAddress, message_for
from network.digests.scope import scope_of
from network.digests.selection import news_for
from network.digests.unsubscribing import address
from network.models import DigestStatus, Mails

logger = logging.getLogger(__name__)

# The next ring comes within a minute.
TURN_SECONDS = 50
LOOK_SECONDS = 0.2
_BROKEN_LINE = (TimeoutError, ConnectionError, gaierror, SMTPServerDisconnected, SMTPConnectError)
_NO_SUCH_ADDRESS = re.compile(rb"5\.1\.\d{1,3}")
# After each failed attempt, the last one again and again. What can't be made is parked after that, and what it would
# have told comes with the next one. What can't be handed over is not: a server may have taken it before the line broke,
# and only under its own id is it known again.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))


@dataclass(frozen=True)
class Outcome:
    """What became of a digest: `pending` when it is tried again later. `person` only where mail went out; `broke` where
    no server took anything."""

    status: DigestStatus
    person: Staff | None = None
    error: str = ""
    broke: bool = False


def deliver_lane(digests: Sequence[UUID]) -> None:
    """Delivers digests to one domain, one after the other, until its turn is over or its server breaks the line.

    What is left comes with the next ring, and the other domains' mail is held up by none of it.
    """
    until = time.monotonic() + TURN_SECONDS
    for digest in digests:
        outcome = deliver(digest)
        if (outcome and outcome.broke) or time.monotonic() > until:
            return


def deliver(digest: UUID, at: datetime | None = None) -> Outcome | None:
    """Delivers one digest, or does nothing when it is not due or another's. Safe to call twice."""
    lease = ledger.lease(digest, at)
    if lease is None:
        return None
    try:
        return _deliver(lease, at)
    except Exception as error:  # Whatever it is, the others' digests go on, and the ledger says what it was.
        poison = lease.attempt > len(PAUSES) and not isinstance(error, OSError | OperationalError | InterfaceError)
        return _failed(lease, error, at, parked=poison or isinstance(error, NoAddress))


def see_through(digest: UUID) -> Outcome:
    """Delivers one digest, and where somebody else is at it waits until they are done, three minutes at most.

    What they left undone is taken up, so that whoever asks hears what became of it, whoever sent it.
    """
    while True:
        outcome = deliver(digest)
        if outcome:
            return outcome
        found = ledger.standing(digest)
        if found is None:
            return Outcome(DigestStatus.EMPTY)
        if found.status is DigestStatus.DONE:
            person = Staff.objects.filter(pk=found.person).first()
            return Outcome(found.status if person else DigestStatus.EMPTY, person)
        if not found.goes_on:
            return Outcome(found.status, error=found.error)
        time.sleep(LOOK_SECONDS)


def _deliver(lease: ledger.Lease, at: datetime | None) -> Outcome:
    # Looked up now: whoever left, moved or changed the address since has the rights and the address of now.
    person = Staff.objects.filter(pk=lease.person, is_active=True).first()
    message = _message(person, lease) if person else None
    if person is None or message is None:
        ledger.mark(lease, DigestStatus.EMPTY, at=at)
        return Outcome(DigestStatus.EMPTY)
    try:
        message.send()
    except Exception as error:
        return _failed(lease, error, at, parked=_refused(error))
    # Dying here, it is sent once more under the same Message-ID: mail cannot be had without that.
    ledger.mark(lease, DigestStatus.DONE, at=at, subject=str(message.subject))
    return Outcome(DigestStatus.DONE, person)


def _message(person: Staff, lease: ledger.Lease) -> EmailMultiAlternatives | None:
    # Warnings to a functional mailbox are not switched off there.
    stop = "" if person.mailbox else address(person.pk, Mails.AT_ONCE if lease.at_once else Mails.DIGEST)
    with acting_as(person):
        letter = compose(person, news_for(person, scope_of(lease.digest, lease.to)), stop)
    return message_for(person, lease.digest, letter, stop) if letter else None


def _failed(lease: ledger.Lease, error: Exception, at: datetime | None, *, parked: bool) -> Outcome:
    code = type(error).__name__
    # The id and the kind of error: messages of servers and of the database may quote what they refused.
    logger.warning("digest %s failed at attempt %s: %s", lease.digest, lease.attempt, code)
    if isinstance(error, SMTPRecipientsRefused):
        for address, (_, said) in error.recipients.items():
            # There is no such address (RFC 3463: 5.1.x). A full mailbox, a policy or a relay that is closed may pass.
            if found := _NO_SUCH_ADDRESS.match(said):
                ledger.refuse_address(lease.digest, address, found[0].decode(), at)
    if parked:
        ledger.mark(lease, DigestStatus.PARKED, at=at, error=code)
        return Outcome(DigestStatus.PARKED, error=code)
    pause = PAUSES[min(lease.attempt, len(PAUSES)) - 1]
    ledger.mark(lease, DigestStatus.PENDING, at=at, pause=pause, error=code)
    return Outcome(DigestStatus.PENDING, error=code, broke=isinstance(error, _BROKEN_LINE))


def _refused(error: Exception) -> bool:
    """Whether the server said for good that it does not take it: no such mailbox, or not this mail."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= 500
