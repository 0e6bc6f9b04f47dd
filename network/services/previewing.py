"""What an import would do: which sheet and header are read, what each column holds, and what becomes of each row."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import gettext as _

from network.models import Import, ImportFile
from network.selectors.imports import known_to, remembered
from network.spreadsheet.asking import Question, RowRead, State
from network.spreadsheet.filing import Filing
from network.spreadsheet.header_words import NEEDED
from network.spreadsheet.headers import Heading, header_row, headings, signature, suggested
from network.spreadsheet.kinds import read_rows
from network.spreadsheet.opening import open_book
from network.spreadsheet.table import Book, Sheet


@dataclass(frozen=True)
class Preview:
    """`header_row` counts from 1. `sheets`: name, whether hidden, how many rows hold something."""

    kind: str
    name: str
    sheets: tuple[tuple[str, bool, int], ...]
    notes: tuple[str, ...]
    sheet: str = ""
    header_row: int = 0
    headings: tuple[Heading, ...] = ()
    mapping: dict[int, str] = field(default_factory=dict)
    signature: str = ""
    rows: tuple[RowRead, ...] = ()
    questions: tuple[Question, ...] = ()
    # The rows as they stand in the file, for the file of those in error.
    table: Sheet | None = None

    @property
    def ready(self) -> list[RowRead]:
        return [row for row in self.rows if row.state is State.READY]

    @property
    def stands_in_the_way(self) -> list[RowRead]:
        """Rows that are asked about or wrong."""
        return [row for row in self.rows if row.state in (State.ASKS, State.WRONG)]

    @property
    def missing(self) -> list[str]:
        """Fields that no column holds and every row needs."""
        held = set(self.mapping.values())
        needed = NEEDED[self.kind] if self.headings else ()
        # What has a list of codes is asked once for all rows.
        return [name for name in needed if name not in held and name in ("name", "country")]

    @property
    def problems(self) -> dict[str, str]:
        """Everything that keeps the file from being imported: where, and what to do."""
        found = {f"/answers/{question.key}": question.says for question in self.questions}
        for row in self.stands_in_the_way:
            for number, remark in enumerate(row.remarks):
                if not remark.question:
                    found[f"/rows/{row.number}/{number}"] = remark.says
        return found


def preview(source: Import, file: ImportFile, institution: UUID) -> Preview:
    """Reads the file anew, as whoever asks sees the registry now. As many queries, whatever the file's length."""
    book = open_book(bytes(file.content))
    # A file that says what its rows are holds a sheet of each kind.
    book = replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.kind in ("", source.kind)))
    seen = Preview(
        kind=source.kind,
        name=file.name,
        sheets=tuple((sheet.name, sheet.hidden, sheet.filled) for sheet in book.sheets if sheet.filled),
        notes=book.notes,
    )
    sheet, question = _sheet(book, file.sheet)
    if sheet is None:
        return replace(seen, questions=(question,) if question else ())
    header = file.header_row - 1 if file.header_row else header_row(sheet, source.kind)
    columns = headings(sheet, header)
    signed = signature(columns, source.kind)
    mapping = {int(column): name for column, name in source.mapping.items()}
    if not mapping:
        mapping = remembered(institution, source.kind, signed) or suggested(columns, source.kind)
    known = known_to(institution, source.kind)
    filed = read_rows(source.kind, Filing(sheet, header, mapping, known, file.answers))
    for row in filed.rows:
        for pointer, says in file.refused.get(str(row.number), ()):
            row.wrong(_column(pointer, mapping), "", "refused", says)
    return replace(
        seen,
        sheet=sheet.name,
        header_row=header + 1,
        headings=tuple(columns),
        mapping=mapping,
        signature=signed,
        rows=filed.rows,
        questions=filed.questions,
        table=sheet,
    )


def _sheet(book: Book, chosen: str) -> tuple[Sheet | None, Question | None]:
    """The sheet that is read: the one that was chosen, or the only one that is shown and holds something."""
    filled = [sheet for sheet in book.sheets if sheet.filled]
    if found := next((sheet for sheet in filled if sheet.name == chosen), None):
        return found, None
    shown = [sheet for sheet in filled if not sheet.hidden]
    if len(shown) == 1:
        return shown[0], None
    choices = tuple((sheet.name, _called(sheet)) for sheet in sorted(filled, key=lambda each: each.hidden))
    return None, Question("sheet", _("Which sheet of the file is imported?"), choices)


def _called(sheet: Sheet) -> str:
    says = _("%(sheet)s, %(count)s rows, hidden in the file") if sheet.hidden else _("%(sheet)s, %(count)s rows")
    return says % {"sheet": sheet.name, "count": sheet.filled}


def _column(pointer: str, mapping: dict[int, str]) -> int | None:
    """The column that holds what a refusal is about."""
    name = {"size": "amount", "slug": "name"}.get(pointer.strip("/").split("/")[0], pointer.strip("/"))
    return next((column for column, held in mapping.items() if held == name), None)
