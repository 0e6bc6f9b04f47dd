"""What an import would do: which sheet and header are read, what each column holds, and what becomes of each row."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from network.models import Import, ImportFile
from network.selectors.imports import known_to, remembered
from network.spreadsheet.asking import IN_THE_WAY, Question, RowRead, State
from network.spreadsheet.filing import Filing, references_in
from network.spreadsheet.header_words import NEEDED
from network.spreadsheet.headers import Heading, header_row, headings, signature, suggested
from network.spreadsheet.kinds import each_row, read_rows
from network.spreadsheet.opening import most_rows, open_book
from network.spreadsheet.table import Book, Sheet

# Of a long file: rows that stand in the way, and others, that are kept to be shown.
MOST_IN_THE_WAY, MOST_OTHERS = 2_000, 200


def _none() -> Iterator[RowRead]:
    return iter(())


@dataclass(frozen=True)
class Preview:
    """`header_row` counts from 1. `sheets`: name, whether hidden, how many rows hold something.

    `rows` are all of them, or of a long file those to be looked at: `each` reads all, one after the other, and `counts`
    says how many there are in each state.
    """

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
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, State), 0))
    # How many things the rows that are ready make, and a hash of these: what names in the file mean may change.
    makes: int = 0
    meant: str = ""
    each: Callable[[], Iterator[RowRead]] = _none
    questions: tuple[Question, ...] = ()
    # The rows as they stand in the file, for the file of those in error.
    table: Sheet | None = None

    @property
    def ready(self) -> int:
        """How many rows are."""
        return self.counts[State.READY]

    @property
    def more(self) -> int:
        """How many rows of a long file are not among `rows`."""
        return sum(self.counts.values()) - len(self.rows)

    @property
    def in_the_way(self) -> int:
        """How many rows are asked about or wrong."""
        return sum(self.counts[state] for state in IN_THE_WAY)

    @property
    def stands_in_the_way(self) -> list[RowRead]:
        """Rows that are asked about or wrong, the first of them where there are very many."""
        return [row for row in self.rows if row.stands_in_the_way]

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


def preview(source: Import, file: ImportFile, institution: UUID, *, rows: bool = True) -> Preview:
    """Reads the file anew, as whoever asks sees the registry now. As many queries, whatever the file's length.

    Without `rows` they are left to be read (`each`), and nothing of them is counted or asked yet.
    """
    book = open_book(bytes(file.content), most_rows(source.kind))
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
    known = known_to(institution, source.kind, references_in(sheet, header, mapping))

    def filing() -> Filing:
        return Filing(sheet, header, mapping, known, file.answers)

    def each(reading: Filing | None = None) -> Iterator[RowRead]:
        read = each_row if sheet.is_long else read_rows
        return _refused(read(source.kind, reading or filing()), file, mapping)

    reading = filing()
    seen = replace(
        seen,
        sheet=sheet.name,
        header_row=header + 1,
        headings=tuple(columns),
        mapping=mapping,
        signature=signed,
        each=each,
        table=sheet,
    )
    if not rows:
        return seen
    meaning = Meaning()
    shown, counts = _looked_at(meaning.of(each(reading)), all_=not sheet.is_long)
    asked = tuple(reading.asked.open.values())
    seen = replace(seen, rows=shown, counts=counts, makes=meaning.makes, meant=meaning.hash, questions=asked)
    return seen if sheet.is_long else replace(seen, each=lambda: iter(shown))


def _refused(rows: Iterable[RowRead], file: ImportFile, mapping: dict[int, str]) -> Iterator[RowRead]:
    """The rows, with what the registry refused of them when they were last tried."""
    for row in rows:
        for pointer, says in file.refused.get(str(row.number), ()):
            row.wrong(_column(pointer, mapping), "", "refused", says)
        yield row


class Meaning:
    """What rows that are read come to."""

    def __init__(self) -> None:
        self.makes = 0
        self._hash = hashlib.sha256()

    def of(self, rows: Iterable[RowRead]) -> Iterator[RowRead]:
        """The rows, one after the other, as they are noted."""
        for row in rows:
            for draft in row.drafts if row.state is State.READY else ():
                self.makes += 1
                self._hash.update(orjson.dumps([row.number, draft], option=orjson.OPT_SORT_KEYS, default=str))
            yield row

    @property
    def hash(self) -> str:
        return self._hash.hexdigest()


def _looked_at(rows: Iterable[RowRead], *, all_: bool) -> tuple[tuple[RowRead, ...], dict[str, int]]:
    """All rows, or those of very many that are to be shown, in the order of the file, and how many there are in each
    state."""
    counts, kept = dict.fromkeys(map(str, State), 0), list[RowRead]()
    most = {True: MOST_IN_THE_WAY, False: MOST_OTHERS}
    for row in rows:
        counts[row.state] += 1
        stands = row.stands_in_the_way
        if all_:
            kept.append(row)
        elif most[stands]:
            most[stands] -= 1
            kept.append(row)
    return tuple(kept), counts


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
