"""Imports of very many rows, by the worker: as whoever uploaded the file, in one transaction, once.

An import that is to be made is a row at the state `running`; each ring asks for these. Whoever makes one holds the lock
of all long imports, which ends with its transaction, however that ends: of a worker that died nothing is left, and the
next ring begins anew.
"""

import logging
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from institutions.isolation.session import acting_as
from institutions.languages import Language, in_words, speaking
from institutions.models import Client, Staff
from institutions.refusals import Refusal, Unmet
from institutions.services.acting import must
from network.models import Import, ImportFile, ImportState
from network.services.carrying_out import finish, kept, refuse_done
from network.services.import_refusals import OfRows
from network.services.importing import ACTS, RIGHTS
from network.services.making_many import MakingMany
from network.services.previewing import preview
from network.services.taking_back import carry_back

logger = logging.getLogger(__name__)

# Then it is given back to whoever uploaded it.
MOST_TRIES = 3
# Longer than the worker lets any task last; the application's role has less (config/embedded/roles.py).
_LASTS = "11min"


class BrokeOff(Refusal):
    code = "broke_off"
    says = gettext_noop("It broke off {count} times, and nothing was made. Start it again, or split the file.")


class TakingBackBrokeOff(BrokeOff):
    says = gettext_noop("It broke off {count} times, and nothing was taken back. Ask for it again.")


class _OvertakenError(Exception):
    """What was read is not what is to be made any more."""


def due() -> list[tuple[UUID, str]]:
    """Each import that is to be made or taken back, and who asked for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, actor FROM network.imports_to_run()")
        return [(source, actor) for source, actor in cursor.fetchall()]


def run(source: UUID, actor: str) -> bool:
    """Makes the rows of an import or takes them back; whether it did. Safe to ring twice: nothing is done twice, nor by
    two at once."""
    who = _who(actor)
    if who is None:
        return False
    try:
        with acting_as(who), Beside(who, source) as beside:
            if not _alone():
                return False
            _may_last()
            done = _done(who, source, beside)
            # A right that ended meanwhile ends it, too.
            _may_still(actor, source)
            return done
    except _OvertakenError:
        return False
    except Refusal as refusal:
        # In the words of whoever will read them.
        with acting_as(who), speaking(who.language if isinstance(who, Staff) else Language.EN):
            _give_back(source, refusal)
        return False
    except Exception as error:  # Whatever it is, others go on, and the next ring tries again.
        # The kind of error: messages of the database may quote what they refused.
        logger.warning("import %s broke off: %s", source, type(error).__name__)
        return False


def _who(actor: str) -> Staff | Client | None:
    kind, _, key = actor.partition(":")
    if kind == "person":
        return Staff.objects.select_related("institution").filter(pk=key, is_active=True).first()
    found: Client | None = Client.objects.select_related("institution", "responsible").filter(pk=key).first()
    return found if found and found.is_active else None


def _may_still(actor: str, key: UUID) -> None:
    kind = Import.objects.filter(pk=key).values_list("kind", flat=True).first()
    if (who := _who(actor)) is None or kind is None:
        raise _OvertakenError
    must(who, RIGHTS[kind], ACTS[kind])


def _alone() -> bool:
    """Whether no other long import is being made, for as long as this transaction lasts. One at a time, of all
    institutions: each occupies a process of the worker, and while it writes the log tells nobody what came after."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('orebook long import'))")
        (alone,) = cursor.fetchone()
    return bool(alone)


def _may_last() -> None:
    """This transaction, longer than others."""
    with connection.cursor() as cursor:
        # Nought first: a time that runs already is not lengthened.
        for lasts in ("0", _LASTS):
            for limit in ("transaction_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute("SELECT set_config(%s, %s, true)", [limit, lasts])


def _done(who: Staff | Client, key: UUID, beside: "Beside") -> bool:
    source, file = Import.objects.filter(pk=key).first(), ImportFile.objects.filter(source=key).first()
    if source is None or file is None:
        return False
    back = source.state == ImportState.DONE and bool(file.reason)
    if not back and (source.state != ImportState.RUNNING or not file.content):
        return False
    if beside.begins() > MOST_TRIES:
        raise (TakingBackBrokeOff if back else BrokeOff)(count=MOST_TRIES)
    if back:
        carry_back(who, source, file.reason, beside.note)
        return True
    must(who, RIGHTS[source.kind], ACTS[source.kind])
    refuse_done(source)

    def begin() -> None:
        # Not before everything is read: a lock is written, too. Meanwhile it may have been given back, or answered.
        held = Import.objects.select_for_update(no_key=True).get(pk=key)
        if (held.state, held.revision) != (source.state, source.revision):
            raise _OvertakenError
        refuse_done(source)

    seen = preview(source, file, who.institution_id, rows=False)
    made = MakingMany(who, source, beside.note).make(seen, file.meant, begin)
    finish(source, file, made)
    return True


@transaction.atomic
def _give_back(source: UUID, refusal: Refusal) -> None:
    """It is as before the worker was asked, with what was refused: of rows that were to be made each, of all else a
    sentence."""
    refused = kept(refusal.rows) if isinstance(refusal, OfRows) else {}
    in_the_way = len(refusal.unmet) if isinstance(refusal, Unmet) else 0
    file, says = ImportFile.objects.filter(source=source), in_words(refusal)[:400]
    running = Import.objects.filter(pk=source, state=ImportState.RUNNING)
    if running.update(state=ImportState.OPEN, revision=F("revision") + 1):
        # It is read anew before it can be confirmed again.
        file.update(stopped=says, done=0, tries=0, refused=refused, in_the_way=in_the_way, ready=0)
    else:
        # It was being taken back.
        file.exclude(reason="").update(stopped=says, done=0, tries=0, reason="", refused=refused)


class Beside:
    """Another connection, as the same person: what it notes is there at once, whatever becomes of the import."""

    def __init__(self, who: Staff | Client, source: UUID) -> None:
        self._who, self._source = who.identity, source
        self._wrapped = connection.copy()

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *_: object) -> None:
        self._wrapped.close()

    def begins(self) -> int:
        """How often it was begun, this time included."""
        return self._noted("tries = tries + 1, done = 0", [])

    def note(self, done: int, of: int) -> None:
        """That so many rows are done, of so many."""
        self._noted("done = %s, ready = %s", [done, of])

    def _noted(self, facts: str, given: list[object]) -> int:
        self._wrapped.ensure_connection()
        raw: psycopg.Connection[tuple[int]] = self._wrapped.connection
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute("SELECT wall.act(%s, %s, NULL)", [self._who.kind, self._who.id])
            cursor.execute(
                f"UPDATE network_importfile SET {facts} WHERE source_id = %s RETURNING tries",  # noqa: S608  # our own
                [*given, self._source],
            )
            (tries,) = cursor.fetchone() or (1,)
        return tries
