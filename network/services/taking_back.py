"""Taking back an import: each row that it made is reversed by a recorded act, or none is."""

from collections.abc import Callable, Sequence
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from deals.services.taking_back import can_be_withdrawn, take_back, withdraw_many
from institutions.models import Client, Staff
from institutions.refusals import Refusal
from institutions.services.acting import must
from institutions.services.rows import by_kind
from network.models import Import, ImportFile, ImportState
from network.selectors.imports import upload_of
from network.services.carrying_out import MOST_MADE, noted, told_of
from network.services.import_refusals import Problems, RowsStay
from network.services.importing import RIGHTS
from network.services.making_many import CHUNK, MOST_NAMED

_ACTS = {
    "projects": gettext_noop("take back an import of projects"),
    "deals": gettext_noop("take back an import of deals"),
    "commitments": gettext_noop("take back an import of commitments"),
}


class RowsOutOfSight(Refusal):
    code = "rows_out_of_sight"
    says = gettext_noop(
        "Some of what it made is kept by a deal team that you are not on, so it is not taken back as a whole. Ask that"
        " team to end its rows one by one."
    )
    status = 409


class NothingToTakeBack(Refusal):
    code = "nothing_to_take_back"
    says = gettext_noop("This import made nothing yet, or was taken back already. Look at what became of it.")
    status = 409


@transaction.atomic
def take_back_import(*, by: Staff | Client, source: Import, reason: str) -> int | None:
    """Reverses the rows, the last first; how many of them wait for an approver. Once none does, it is taken back, and
    the same file can be imported again: until then it is asked for once more. Of very many it is left to the worker:
    then None.

    Whoever uploaded it does so, who saw all that was made: a colleague whom a wall keeps from a deal would take back
    half of it unawares. Raises NothingToTakeBack, RowsOutOfSight, and RowsStay naming each row that has gone too far
    since; then none is reversed.
    """
    must(by, RIGHTS[source.kind], _ACTS[source.kind])
    # Not asked with a lock, which the worker holds for as long as it writes.
    if (mine := upload_of(source)) and mine.taking_back:
        return None
    locked = Import.objects.select_for_update(no_key=True).get(pk=source.pk)
    file = _uploaded(locked)
    if file.made <= MOST_MADE:
        return carry_back(by, locked, reason)
    ImportFile.objects.filter(pk=file.pk).update(reason=reason[:300], done=0, tries=0, stopped="", refused={})
    return None


def _uploaded(source: Import) -> ImportFile:
    mine = ImportFile.objects.filter(source=source).first()
    if source.state != ImportState.DONE or mine is None:
        raise NothingToTakeBack
    if source.rows.count() < mine.made:
        raise RowsOutOfSight
    return mine


def carry_back(
    by: Staff | Client, source: Import, reason: str, note: Callable[[int, int], None] = lambda _done, _of: None
) -> int:
    """As `take_back_import`, here and now. `note` is told of so many rows that are done, of so many."""
    must(by, RIGHTS[source.kind], _ACTS[source.kind])
    locked = Import.objects.select_for_update(no_key=True).get(pk=source.pk)
    mine = _uploaded(locked)
    rows = locked.rows.order_by("-line", "-id").values_list("line", "row_id")
    refused: Problems = {}
    waiting = done = 0
    keys = rows.iterator(chunk_size=CHUNK)
    while (chunk := list(islice(keys, CHUNK))) and len(refused) < MOST_NAMED:
        waiting += _taken_back(chunk, by, reason, refused, many=mine.made > MOST_MADE)
        done += len(chunk)
        note(done, mine.made)
    if refused:
        raise RowsStay.of(refused)
    ImportFile.objects.filter(pk=mine.pk).update(reason="", done=0, stopped="", refused={})
    if not waiting:
        Import.objects.filter(pk=locked.pk).update(state=ImportState.TAKEN_BACK, revision=F("revision") + 1)
    return waiting


def _taken_back(
    chunk: Sequence[tuple[int, UUID]], by: Staff | Client, reason: str, refused: Problems, *, many: bool
) -> int:
    """How many of the rows wait for an approver. `many`: those that can be are reversed by one statement."""
    there = {
        row.pk: row
        for model, keys in by_kind(str(key) for _line, key in chunk)
        for row in model._default_manager.filter(pk__in=keys)
    }
    found = [(line, there[key]) for line, key in chunk if key in there]
    alike = [row for _line, row in found if can_be_withdrawn(row)] if many else []
    if alike:
        try:
            with transaction.atomic():
                withdraw_many(by=by, commitments=alike, reason=reason)
                connection.check_constraints()
        except (DatabaseError, Refusal) as error:
            told_of(error)
        else:
            gone = {row.pk for row in alike}
            found = [(line, row) for line, row in found if row.pk not in gone]
    waiting = 0
    for line, row in found:
        with noted(refused, line):
            waiting += take_back(row, by=by, reason=reason)
    return waiting
