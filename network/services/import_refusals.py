"""Why an import is refused. Apart from the import itself, so that the rules of every request load no spreadsheets."""

from collections.abc import Mapping
from typing import Self

from django.utils.translation import gettext_noop

from institutions.refusals import Refusal, Unmet
from network.spreadsheet.table import Unreadable

# By row of the file: what is refused of it, a pointer and a sentence each.
Problems = dict[int, list[tuple[str, str]]]


class NotATable(Refusal):
    says = gettext_noop("It is not taken: {why}")

    def __init__(self, unreadable: Unreadable) -> None:
        self.code = unreadable.code
        self.status = 413 if unreadable.code in ("too_large", "too_many_rows") else 422
        super().__init__(pointer="/file", why=unreadable.says)


class AlreadyImported(Refusal):
    code = "already_imported"
    says = gettext_noop(
        "This file was imported on {day} (import {id}). Nothing was done again. Change the file to import more of it."
    )
    status = 409


class NothingToImport(Refusal):
    code = "nothing_to_import"
    says = gettext_noop("No row of the file is ready. Answer what is asked, or correct the file and upload it again.")


class TooManyRows(Refusal):
    code = "too_many_rows"
    says = gettext_noop(
        "{count} rows are more than the {most} that are made at once. Split the file, or leave rows out."
    )


class TooManyWait(Refusal):
    code = "too_many_wait"
    says = gettext_noop(
        "{count} rows wait for an approver or share one figure, which is more than the {most} that are made at once of"
        " such. Put them into a file of their own, in parts."
    )


class MeansOther(Refusal):
    code = "means_other"
    says = gettext_noop(
        "What names in the file mean has changed since you looked through it, and nothing was made. Look through it"
        " again."
    )
    status = 409


class TooManyAnswers(Refusal):
    code = "too_many_answers"
    says = gettext_noop(
        "{count} answers are more than the {most} that an import keeps. Take such rows out of the file itself."
    )


class NoSuchColumn(Refusal):
    code = "no_such_column"
    says = gettext_noop("There is no column {column} with the field '{field}' here. Choose from: {known}.")


class OfRows(Unmet):
    """What is refused of rows. `rows`: of each, where it was refused as it was to be carried out."""

    def __init__(self, unmet: Mapping[str, str], rows: Problems | None = None) -> None:
        super().__init__(unmet)
        self.rows = rows or {}

    @classmethod
    def of(cls, rows: Problems) -> Self:
        return cls({f"/rows/{line}{pointer}": says for line, told in rows.items() for pointer, says in told}, rows)


class RowsRefused(OfRows):
    """Rows that wait for an answer, can't be read, or are refused by the rules: all of them, and nothing was made."""

    code = "rows_refused"
    says = gettext_noop("{count} things about the rows stand in the way, and nothing was made. See each (errors).")


class RowsStay(OfRows):
    """Rows that an import made and that have gone too far since to be taken back: all of them."""

    code = "rows_stay"
    says = gettext_noop(
        "Nothing was taken back, since some of it has gone too far: {count}. See each (errors), and end those by hand."
    )
