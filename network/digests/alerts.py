"""Mails at once: looked for as their reader each minute, and made only where there is something to tell.

A row that was made for everybody at every change would tell when something hidden happened; so nothing is written but
how far was looked.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.delivering import Outcome, deliver
from network.digests.scope import Scope, scope_once
from network.digests.selection import news_for
from network.models import AlertMark

# What happens within this time of the first change is told in the same mail.
GATHERED = timedelta(minutes=3)


def alert(person: UUID, at: datetime | None = None) -> Outcome | None:
    """Sends what this person is to be told at once, if there is anything and the first of it is some minutes old."""
    who = Staff.objects.filter(pk=person, is_active=True).first()
    if who is None:
        return None
    with acting_as(who):
        digest = _made(who, at)
    return deliver(digest, at) if digest else None


def _made(who: Staff, at: datetime | None) -> UUID | None:
    scope = scope_once(who.pk)
    since = news_for(who, scope).since
    if since is None:
        _looked_through(who, scope)
        return None
    if since > (at or datetime.now(UTC)) - GATHERED:
        return None
    return ledger.make_once(at)


def _looked_through(who: Staff, scope: Scope) -> None:
    AlertMark.objects.bulk_create(
        [AlertMark(person=who, topic=topic, xact=scope.to.xact) for topic in sorted(scope.covered)],
        update_conflicts=True,
        unique_fields=["person", "topic"],
        update_fields=["xact"],
    )
