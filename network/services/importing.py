"""Importing a file: start, look, answer, confirm. One way for the web admin, the API and the command line."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from deals.services.entering import Entering
from institutions.constraints import refusal_of, rules_hold
from institutions.isolation.sealing import digest
from institutions.models import Client, Confidential, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale, Unmet
from institutions.services.acting import must
from network.models import Import, ImportedRow, ImportFile, ImportState
from network.services.import_refusals import (
    AlreadyImported,
    NoSuchColumn,
    NotATable,
    NothingToImport,
    RowsRefused,
    TooManyRows,
)
from network.services.previewing import Preview, preview
from network.spreadsheet.asking import LEAVE_OUT, RowRead, State
from network.spreadsheet.filing import fields_of
from network.spreadsheet.opening import open_book
from network.spreadsheet.table import Unreadable

RIGHTS = {
    "projects": Permission.PROJECTS_WRITE,
    "deals": Permission.DEALS_WRITE,
    "commitments": Permission.COMMITMENTS_WRITE,
}
# As a refusal says it.
ACTS = {
    "projects": gettext_noop("import projects"),
    "deals": gettext_noop("import deals"),
    "commitments": gettext_noop("import commitments"),
}
# What one transaction makes within the time that it has.
MOST_MADE = 500
_LONGEST_ANSWER, _MOST_ANSWERS = 200, 2_000


@transaction.atomic
def start(*, by: Staff | Client, kind: str, name: str, content: bytes) -> Import:
    """Takes a file in and reads it; nothing is made yet. The same file again is the import that there is already."""
    must(by, RIGHTS[kind], ACTS[kind])
    try:
        open_book(content)
    except Unreadable as unreadable:
        raise NotATable(unreadable) from None
    hashed = digest(f"import {hashlib.sha256(content).hexdigest()}")
    same = Import.objects.filter(owner=by.institution_id, kind=kind, file_hash=hashed)
    _refuse_done(by, kind, hashed, pointer="/file")
    mine = ImportFile.objects.filter(source__in=same).exclude(content=b"").select_related("source").first()
    if mine:
        return mine.source
    source = Import(owner_id=by.institution_id, kind=kind, file_hash=hashed)
    who = by.identity
    file = ImportFile(
        source=source,
        institution_id=by.institution_id,
        actor=f"{who.kind}:{who.id}",
        name=" ".join(name.split())[:200],
        content=content,
    )
    # Read before anything is written: while a writer's transaction is open, the feed tells nobody what came after it.
    seen = preview(source, file, by.institution_id)
    source.save(force_insert=True)
    file.save(force_insert=True)
    _note_columns(source, seen)
    return source


def _refuse_done(by: Staff | Client, kind: str, hashed: str, *, pointer: str = "") -> None:
    same = Import.objects.filter(owner=by.institution_id, kind=kind, file_hash=hashed)
    if done := same.filter(state=ImportState.DONE).first():
        raise AlreadyImported(day=f"{done.updated_at:%-d %B %Y}", id=done.pk, pointer=pointer)


def look(*, by: Staff | Client, source: Import) -> Preview:
    """What the file says and leaves open, for whoever uploaded it. Raises NotFound for everybody else."""
    return preview(source, _file(source), by.institution_id)


@transaction.atomic
def answer(
    *,
    by: Staff | Client,
    source: Import,
    sheet: str | None = None,
    header_row: int | None = None,
    mapping: Mapping[int, str] | None = None,
    answers: Mapping[str, str] | None = None,
    leave_out: list[int] | None = None,
) -> Preview:
    """Corrects how the file is read and answers what is asked; then tries its rows, if nothing is open any more.

    `mapping`: field by column, '' for a column that is not read. Another sheet or header is read from the beginning.
    """
    must(by, RIGHTS[source.kind], ACTS[source.kind])
    file = _file(source)
    given = {key[:300]: value[:_LONGEST_ANSWER] for key, value in (answers or {}).items()}
    given |= {f"row:{number}": LEAVE_OUT for number in leave_out or ()}
    # Which sheet is asked like anything else.
    sheet = given.pop("sheet", sheet)
    anew = (sheet is not None and sheet != file.sheet) or (header_row is not None and header_row != file.header_row)
    if anew:
        file.sheet, file.header_row = sheet or file.sheet, header_row or 0
        file.answers, source.mapping = {}, {}
    # An empty answer takes one back.
    kept = {key: value for key, value in (file.answers | given).items() if value}
    file.answers = dict(list(kept.items())[:_MOST_ANSWERS])
    if mapping is not None:
        source.mapping = {str(column): field for column, field in mapping.items() if field}
        _check_columns(source, preview(source, file, by.institution_id))
    elif anew:
        _note_columns(source, preview(source, file, by.institution_id))
    file.refused = {}
    seen = preview(source, file, by.institution_id)
    if not seen.stands_in_the_way and seen.ready:
        file.refused = _tried(by, seen)
    file.save()
    changed = {"mapping": source.mapping, "signature": seen.signature, "revision": F("revision") + 1}
    if Import.objects.filter(pk=source.pk, state=ImportState.OPEN).update(**changed) != 1:
        raise Stale
    source.refresh_from_db()
    return preview(source, file, by.institution_id)


@transaction.atomic
def confirm(*, by: Staff | Client, source: Import) -> list[ImportedRow]:
    """Makes all rows that are ready, or none. What needs two persons is prepared, and waits for an approver.

    Raises RowsRefused naming everything that stands in the way, AlreadyImported where a colleague imported the same
    file meanwhile. An import that is done is left as it is.
    """
    must(by, RIGHTS[source.kind], ACTS[source.kind])
    locked = Import.objects.select_for_update(no_key=True).get(pk=source.pk)
    if locked.state == ImportState.DONE:
        return list(locked.rows.all())
    # Each of two who uploaded it has an import of their own.
    _refuse_done(by, locked.kind, locked.file_hash)
    file = _file(locked)
    seen = preview(locked, file, by.institution_id)
    if problems := seen.problems:
        raise RowsRefused(problems)
    made, refused = _carry_out(by, seen)
    if refused:
        raise RowsRefused({f"/rows/{line}{pointer}": says for line, told in refused.items() for pointer, says in told})
    connection.check_constraints()
    rows = [
        ImportedRow.objects.create(
            owner_id=by.institution_id,
            source=locked,
            line=line,
            of_table=row._meta.db_table,
            row_id=row.pk,
            deal_id=getattr(row, "deal_id", None) or (row.pk if row._meta.model_name == "deal" else None),
        )
        for line, row in made
    ]
    with rules_hold():
        Import.objects.filter(pk=locked.pk).update(state=ImportState.DONE, revision=F("revision") + 1)
    ImportFile.objects.filter(pk=file.pk).update(content=b"", name="", answers={}, refused={}, made=len(rows))
    return rows


def _tried(by: Staff | Client, seen: Preview) -> dict[str, list[list[str]]]:
    """What the registry would refuse, by row; nothing of it stays."""
    with transaction.atomic():
        _made, refused = _carry_out(by, seen)
        transaction.set_rollback(True)
    return {str(line): [list(each) for each in told] for line, told in refused.items()}


def _carry_out(
    by: Staff | Client, seen: Preview
) -> tuple[list[tuple[int, Confidential]], dict[int, list[tuple[str, str]]]]:
    """Each row through the service of a single one; the others are still tried when one is refused."""
    rows = seen.ready
    if not rows:
        raise NothingToImport
    if len(rows) > MOST_MADE:
        raise TooManyRows(count=len(rows), most=MOST_MADE)
    entering = Entering(by)
    entering.look_up(draft for row in rows for draft in row.drafts)
    made: list[tuple[int, Confidential]] = []
    refused: dict[int, list[tuple[str, str]]] = {}
    together: dict[str, tuple[int, dict[str, str], list[Any]]] = {}
    for row in rows:
        for draft in row.drafts:
            with noted(refused, row.number):
                found = entering.enter(seen.kind, draft)
                made.append((row.number, found))
                if joint := draft.get("joint"):
                    together.setdefault(joint["group"], (row.number, joint, []))[2].append(found)
    for line, figure, commitments in together.values() if not refused else ():
        with noted(refused, line):
            made.append((line, entering.promise(commitments, figure)))
    return made, refused


@contextmanager
def noted(refused: dict[int, list[tuple[str, str]]], line: int) -> Iterator[None]:
    """Keeps what is refused for its row, and goes on."""
    try:
        with transaction.atomic():
            yield
    except Refusal as refusal:
        told = refusal.unmet.items() if isinstance(refusal, Unmet) else [(refusal.pointer, refusal.detail)]
        refused.setdefault(line, []).extend(told)
    except DatabaseError as error:
        rule = refusal_of(error)
        if rule is None:
            raise
        refused.setdefault(line, []).append((rule.pointer, rule.detail))


def _file(source: Import) -> ImportFile:
    found = ImportFile.objects.filter(source=source).exclude(content=b"").first()
    if found is None:
        raise NotFound(what=gettext_noop("file"))
    return found


def _note_columns(source: Import, seen: Preview) -> None:
    source.mapping = {str(column): field for column, field in seen.mapping.items()}
    source.signature = seen.signature
    Import.objects.filter(pk=source.pk).update(mapping=source.mapping, signature=source.signature)


def _check_columns(source: Import, seen: Preview) -> None:
    """Raises NoSuchColumn where the mapping names what there is not, or one field twice."""
    known, columns = fields_of(source.kind), {heading.column for heading in seen.headings}
    taken: set[str] = set()
    for column, field in source.mapping.items():
        if int(column) not in columns or field not in known or field in taken:
            raise NoSuchColumn(column=int(column) + 1, field=field[:40], known=", ".join(known), pointer="/mapping")
        taken.add(field)


def row_states(rows: list[RowRead]) -> dict[str, int]:
    """How many rows there are in each state."""
    return {state.value: sum(row.state is state for row in rows) for state in State}
