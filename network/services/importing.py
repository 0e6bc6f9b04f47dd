"""Importing a file: start, look, answer, confirm. One way for the web admin, the API and the command line."""

import hashlib
from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from institutions.isolation.sealing import digests
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Stale
from institutions.services.acting import must
from network.models import Import, ImportFile, ImportState
from network.services.carrying_out import MOST_MADE, carry_out, finish, kept, made_row, refuse_done
from network.services.import_refusals import NoSuchColumn, NotATable, RowsRefused, TooManyAnswers
from network.services.previewing import Preview, preview
from network.spreadsheet.asking import LEAVE_OUT
from network.spreadsheet.filing import fields_of
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
_LONGEST_ANSWER, _MOST_ANSWERS = 200, 10_000


def start(*, by: Staff | Client, kind: str, name: str, content: bytes) -> Import:
    """Takes a file in and reads it; nothing is made yet. The same file again is the import that there is already."""
    return start_and_look(by=by, kind=kind, name=name, content=content)[0]


@transaction.atomic
def start_and_look(*, by: Staff | Client, kind: str, name: str, content: bytes) -> tuple[Import, Preview | None]:
    """As `start`, with what was seen of the file; None where it was not read again."""
    must(by, RIGHTS[kind], ACTS[kind])
    hashes = digests(f"import {hashlib.sha256(content).hexdigest()}")
    same = Import.objects.filter(owner=by.institution_id, kind=kind, file_hash__in=hashes)
    # One file has one hash, whichever key it first came under: by it the database lets one import of it end.
    hashed = same.values_list("file_hash", flat=True).first() or hashes[0]
    refuse_done(Import(owner_id=by.institution_id, kind=kind, file_hash=hashed), pointer="/file")
    mine = ImportFile.objects.filter(source__in=same).exclude(content=b"").select_related("source").first()
    if mine:
        return mine.source, None
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
    try:
        seen = preview(source, file, by.institution_id)
    except Unreadable as unreadable:
        raise NotATable(unreadable) from None
    _note(file, seen)
    source.save(force_insert=True)
    file.save(force_insert=True)
    _note_columns(source, seen)
    return source, seen


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
    file.answers = {key: value for key, value in (file.answers | given).items() if value}
    if len(file.answers) > _MOST_ANSWERS:
        raise TooManyAnswers(count=len(file.answers), most=_MOST_ANSWERS)
    if mapping is not None:
        source.mapping = {str(column): field for column, field in mapping.items() if field}
        _check_columns(source, preview(source, file, by.institution_id, rows=False))
    elif anew:
        _note_columns(source, preview(source, file, by.institution_id, rows=False))
    file.refused, file.stopped = {}, ""
    seen = preview(source, file, by.institution_id)
    # What the worker makes takes too long to be tried: it says what is refused.
    if not seen.in_the_way and seen.ready and not leaves_to_worker(source.kind, seen.makes):
        file.refused = _tried(by, seen)
    _note(file, seen)
    file.in_the_way += len(file.refused)
    file.save()
    changed = {"mapping": source.mapping, "signature": seen.signature, "revision": F("revision") + 1}
    found = Import.objects.filter(pk=source.pk, state=ImportState.OPEN, revision=source.revision)
    if found.update(**changed) != 1:
        raise Stale
    source.refresh_from_db()
    return preview(source, file, by.institution_id) if file.refused else seen


def _note(file: ImportFile, seen: Preview) -> None:
    """What was seen: how much is made of it, and what stands in the way: rows, or a question that is of none."""
    file.ready, file.meant, file.in_the_way = seen.makes, seen.meant, seen.in_the_way or len(seen.questions)


def leaves_to_worker(kind: str, makes: int) -> bool:
    """Whether that is more than one request makes."""
    return kind == "commitments" and makes > MOST_MADE


@transaction.atomic
def confirm(*, by: Staff | Client, source: Import) -> int | None:
    """Makes all rows that are ready, or none; how many, the rows for several among them. What needs two persons is
    prepared, and waits for an approver.

    So many commitments that no request has the time for them are left to the worker (services/running.py): then None.
    Raises RowsRefused naming everything that stands in the way, AlreadyImported where a colleague imported the same
    file meanwhile. An import that is done, or is being made, is left as it is.
    """
    must(by, RIGHTS[source.kind], ACTS[source.kind])
    # Looked at without a lock, which the worker holds for as long as it writes.
    if source.state == ImportState.DONE:
        return source.rows.count()
    if source.state == ImportState.RUNNING:
        return None
    # Each of two who uploaded it has an import of their own.
    refuse_done(source)
    file, seen = _file(source), None
    # As it was last read: whoever looked through a long file once does not wait for it again.
    if file.in_the_way or not leaves_to_worker(source.kind, file.ready):
        # Read before anything is locked: a lock is written, too.
        seen = preview(source, file, by.institution_id)
        if problems := seen.problems:
            raise RowsRefused(problems)
        _note(file, seen)
    locked = Import.objects.select_for_update(no_key=True).get(pk=source.pk)
    if locked.state != ImportState.OPEN:
        # Somebody confirmed it at the same moment.
        return None if locked.state == ImportState.RUNNING else locked.rows.count()
    if locked.revision != source.revision:
        raise Stale
    refuse_done(locked)
    if seen is None or leaves_to_worker(locked.kind, file.ready):
        _leave(locked, file)
        return None
    made, refused = carry_out(by, seen)
    if refused:
        raise RowsRefused.of(refused)
    connection.check_constraints()
    for line, row in made:
        made_row(locked, line, row).save(force_insert=True)
    finish(locked, file, len(made))
    return len(made)


def _leave(source: Import, file: ImportFile) -> None:
    Import.objects.filter(pk=source.pk).update(state=ImportState.RUNNING, revision=F("revision") + 1)
    facts = {"ready": file.ready, "meant": file.meant, "in_the_way": file.in_the_way}
    ImportFile.objects.filter(pk=file.pk).update(done=0, tries=0, stopped="", refused={}, **facts)


def _tried(by: Staff | Client, seen: Preview) -> dict[str, list[list[str]]]:
    """What the registry would refuse, by row; nothing of it stays."""
    with transaction.atomic():
        _made, refused = carry_out(by, seen)
        transaction.set_rollback(True)
    return kept(refused)


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
