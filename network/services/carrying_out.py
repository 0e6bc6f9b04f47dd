"""Carrying out what a file says: each row through the service of a single one; what is noted of what was made."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from deals.services.entering import Entering
from institutions.constraints import refusal_of, rules_hold
from institutions.models import Client, Confidential, Staff
from institutions.refusals import Refusal, Unmet
from network.models import Import, ImportedRow, ImportFile, ImportState
from network.services.import_refusals import AlreadyImported, NothingToImport, Problems, TooManyRows
from network.services.previewing import Preview
from network.spreadsheet.asking import State

# What one request makes within the time that it has.
MOST_MADE = 500
Made = list[tuple[int, Confidential]]
Drafts = Sequence[tuple[int, Mapping[str, Any]]]


def carry_out(by: Staff | Client, seen: Preview) -> tuple[Made, Problems]:
    """All rows that are ready, each through the service of a single one."""
    if not seen.ready:
        raise NothingToImport
    if seen.makes > MOST_MADE:
        raise TooManyRows(count=seen.makes, most=MOST_MADE)
    drafts = [(row.number, draft) for row in seen.each() if row.state is State.READY for draft in row.drafts]
    entering = Entering(by)
    entering.look_up(draft for _line, draft in drafts)
    return one_by_one(entering, seen.kind, drafts)


def one_by_one(entering: Entering, kind: str, drafts: Drafts) -> tuple[Made, Problems]:
    """What was made of the drafts by their rows; the others are still tried when one is refused."""
    made: Made = []
    refused: Problems = {}
    together: dict[str, tuple[int, dict[str, str], list[Any]]] = {}
    for line, draft in drafts:
        with noted(refused, line):
            found = entering.enter(kind, draft)
            made.append((line, found))
            if joint := draft.get("joint"):
                together.setdefault(joint["group"], (line, joint, []))[2].append(found)
    for line, figure, commitments in together.values() if not refused else ():
        with noted(refused, line):
            made.append((line, entering.promise(commitments, figure)))
    return made, refused


@contextmanager
def noted(refused: Problems, line: int) -> Iterator[None]:
    """Keeps what is refused for its row, and goes on."""
    try:
        with transaction.atomic():
            yield
    except (Refusal, DatabaseError) as error:
        refused.setdefault(line, []).extend(told_of(error))


def told_of(error: Refusal | DatabaseError) -> list[tuple[str, str]]:
    """What is refused, a pointer and a sentence each. Raises the error where it is no rule but a fault, or what holds
    of no row: that others are at it, or the registry is down."""
    if isinstance(error, Unmet):
        return list(error.unmet.items())
    refusal = error if isinstance(error, Refusal) else refusal_of(error)
    if refusal is None or refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    return [(refusal.pointer, refusal.detail)]


def kept(refused: Problems) -> dict[str, list[list[str]]]:
    """As the file keeps it, so that it is shown beside its rows."""
    return {str(line): [list(each) for each in told] for line, told in refused.items()}


def made_row(source: Import, line: int, row: Confidential) -> ImportedRow:
    """What is kept of a row that was made, not there yet."""
    return ImportedRow(
        owner_id=source.owner_id,
        source=source,
        line=line,
        of_table=row._meta.db_table,
        row_id=row.pk,
        deal_id=getattr(row, "deal_id", None) or (row.pk if row._meta.model_name == "deal" else None),
    )


def refuse_done(source: Import, *, pointer: str = "") -> None:
    """Raises AlreadyImported where the institution imported the same file."""
    same = Import.objects.filter(owner=source.owner_id, kind=source.kind, file_hash=source.file_hash)
    if done := same.filter(state=ImportState.DONE).first():
        raise AlreadyImported(day=f"{done.updated_at:%-d %B %Y}", id=done.pk, pointer=pointer)


def finish(source: Import, file: ImportFile, made: int) -> None:
    """The import is done; what is in the file is let go."""
    with rules_hold():
        Import.objects.filter(pk=source.pk).update(state=ImportState.DONE, revision=F("revision") + 1)
    ImportFile.objects.filter(pk=file.pk).update(
        content=b"", name="", answers={}, refused={}, stopped="", made=made, ready=0, in_the_way=0
    )
