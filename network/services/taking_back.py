"""Taking back an import: each row that it made is reversed by a recorded act, or none is."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from deals.services.taking_back import take_back
from institutions.models import Client, Staff
from institutions.refusals import Refusal
from institutions.services.acting import must
from institutions.services.rows import by_kind
from network.models import Import, ImportFile, ImportState
from network.services.import_refusals import RowsStay
from network.services.importing import RIGHTS, noted

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


def made_here(source: Import) -> bool:
    """Whether the asker uploaded it."""
    return ImportFile.objects.filter(source=source).exists()


@transaction.atomic
def take_back_import(*, by: Staff | Client, source: Import, reason: str) -> int:
    """Reverses the rows, the last first; how many of them wait for an approver. Once none does, it is taken back, and
    the same file can be imported again: until then it is asked for once more.

    Whoever uploaded it does so, who saw all that was made: a colleague whom a wall keeps from a deal would take back
    half of it unawares. Raises NothingToTakeBack, RowsOutOfSight, and RowsStay naming each row that has gone too far
    since; then none is reversed.
    """
    must(by, RIGHTS[source.kind], _ACTS[source.kind])
    locked = Import.objects.select_for_update(no_key=True).get(pk=source.pk)
    mine = ImportFile.objects.filter(source=locked).first()
    if locked.state != ImportState.DONE or mine is None:
        raise NothingToTakeBack
    rows = list(locked.rows.order_by("-line", "-id"))
    if len(rows) < mine.made:
        raise RowsOutOfSight
    there = {
        row.pk: row
        for model, keys in by_kind(str(made.row_id) for made in rows)
        for row in model._default_manager.filter(pk__in=keys)
    }
    refused: dict[int, list[tuple[str, str]]] = {}
    waiting = 0
    for made in rows:
        if row := there.get(made.row_id):
            with noted(refused, made.line):
                waiting += take_back(row, by=by, reason=reason)
    if refused:
        raise RowsStay({f"/rows/{line}{pointer}": says for line, told in refused.items() for pointer, says in told})
    if not waiting:
        Import.objects.filter(pk=locked.pk).update(state=ImportState.TAKEN_BACK, revision=F("revision") + 1)
    return waiting
