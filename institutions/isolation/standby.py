"""Reading from a standby, where one is named: only from one that has all that the primary had committed when asked.

A right that was taken away is a commit like any other: nothing older than the latest change of rights is ever served.
What cannot be shown to be as new in a moment is read from the primary.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from institutions.isolation.session import acting, as_before

logger = logging.getLogger("orebook.standby")

ALIAS = "standby"
# A standby beside its primary is milliseconds behind; whoever waits longer for it had better asked the primary.
PATIENCE = 0.3
EACH = 0.01
# After one that did not answer it is left alone for so long: no request waits for it twice.
AWAY_SECONDS = 10.0
_away_until = 0.0


@contextmanager
def on_standby() -> Iterator[None]:
    """What is asked within, in transactions of its own, is read from the standby, or else from the primary.

    Nothing can be written within, and whatever is lazy must be read before it ends.
    """
    if there := _caught_up():
        with _instead(there):
            yield
    else:
        yield


@contextmanager
def on_standby_as_here() -> Iterator[None]:
    """The same in a transaction of whoever acts in the present one, which goes on where there is no standby."""
    if there := _caught_up():
        who = acting()
        with _instead(there), as_before(who):
            yield
    else:
        yield


@contextmanager
def _instead(there: BaseDatabaseWrapper) -> Iterator[None]:
    primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = there
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary


def _caught_up() -> BaseDatabaseWrapper | None:
    """The standby's connection, once it sees every transaction that the primary sees; None where that takes long."""
    global _away_until
    if ALIAS not in settings.DATABASES or connections[DEFAULT_DB_ALIAS].alias == ALIAS:
        return None
    if time.monotonic() < _away_until:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NOT NULL")
        seen, has_written = cursor.fetchone()
    if has_written:
        # Nobody else sees yet what this transaction wrote.
        return None
    there = connections[ALIAS]
    end = time.monotonic() + PATIENCE
    try:
        while True:
            with there.cursor() as cursor:
                cursor.execute("SELECT journal.has_seen(%s)", [seen])
                (caught_up,) = cursor.fetchone()
            if caught_up:
                return there
            if time.monotonic() > end:
                return None
            time.sleep(EACH)
    except (DatabaseError, InterfaceError) as error:
        # The kind of error alone: the database's messages may quote what it read.
        logger.warning("the standby does not answer (%s): the primary is read", type(error).__name__)
        there.close()
        _away_until = time.monotonic() + AWAY_SECONDS
        return None
