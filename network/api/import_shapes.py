"""What is sent to import a file, and what is told of it."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from openpyxl.utils import column_index_from_string, get_column_letter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.room.uploads import FormWithFile
from institutions.api.conventions.bodies import Body, Code, Text
from institutions.api.shapes import Documented, Versioned
from institutions.refusals import Refusal
from institutions.selectors.reading import Shape
from network.models import ImportKind, ImportState
from network.services.import_refusals import NotATable
from network.services.previewing import Preview
from network.spreadsheet.asking import RowRead, State
from network.spreadsheet.table import MOST_BYTES, Unreadable

STATES = [state.value for state in State]


@dataclass(frozen=True)
class Table:
    """A file as it was uploaded. As text it is its hash: the same text is the same file."""

    name: str
    content: bytes

    def __str__(self) -> str:
        return f"{hashlib.sha256(self.content).hexdigest()} {self.name}"


class FormWithTable(FormWithFile):
    """multipart/form-data with a table, which is small."""

    @property
    def largest(self) -> int:
        return MOST_BYTES

    def too_large(self) -> Refusal:
        says = _("The file may have %(most)s MB at most. Split it.") % {"most": MOST_BYTES // 1_000_000}
        return NotATable(Unreadable("too_large", says))

    def take(self, upload: "UploadedFile[Any]") -> Table:
        return Table(upload.name or "", upload.read(MOST_BYTES + 1))


@extend_schema_field(OpenApiTypes.BINARY)
class TableField(serializers.Field[Table, Any, Any, Any]):
    """A file as the parser took it."""

    default_error_messages = {"invalid": "Send the file as a part with a file name."}

    def to_internal_value(self, data: Any) -> Table:
        if not isinstance(data, Table):
            self.fail("invalid")
        return data


class StartBody(Body):
    kind = Code(ImportKind.choices, help_text="What its rows are")
    file = TableField(help_text="CSV of 20 MB, XLSX or IATI activities of 5 MB at most")


class AnswerBody(Body):
    sheet = Text(required=False, max_length=100)
    header_row = serializers.IntegerField(required=False, min_value=1, max_value=2000, help_text="From 1")
    mapping = serializers.DictField(
        child=Text(allow_blank=True), required=False, help_text='Field by column, such as {"C": "amount"}; all of them'
    )
    answers = serializers.DictField(
        child=Text(allow_blank=True), required=False, help_text="By the question's key; an empty one takes it back"
    )
    leave_out = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, help_text="Rows of the file that are not imported"
    )

    def validate_mapping(self, value: dict[str, str]) -> dict[int, str]:
        try:
            return {column_index_from_string(letter.strip().upper()) - 1: field for letter, field in value.items()}
        except ValueError:
            raise ValidationError(
                [ErrorDetail("Name columns by their letters, such as C.", "no_such_column")]
            ) from None


class ImportShape(Versioned):
    kind = serializers.ChoiceField(ImportKind.choices)
    state = serializers.ChoiceField(ImportState.choices)
    revision = serializers.IntegerField(help_text="Moves with each answer")
    made = serializers.IntegerField(help_text="Rows that it made, of those that you see")
    started_at = serializers.DateTimeField()
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class SheetShape(Documented):
    name = serializers.CharField()
    hidden = serializers.BooleanField()
    rows = serializers.IntegerField()


class ColumnShape(Documented):
    column = serializers.CharField(help_text="Its letter")
    header = serializers.CharField()
    holds = serializers.CharField(help_text="The field that is read from it; empty where it is not read")
    samples = serializers.ListField(child=serializers.CharField())


class ChoiceShape(Documented):
    answer = serializers.CharField()
    says = serializers.CharField()


class ImportQuestionShape(Documented):
    key = serializers.CharField()
    says = serializers.CharField()
    choices = ChoiceShape(many=True)
    free = serializers.BooleanField(help_text="Another answer is taken too, such as a name")


class RemarkShape(Documented):
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField()
    code = serializers.CharField()
    says = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())
    question = serializers.CharField(allow_null=True, help_text="The key of the question that would answer it")


class ReadRowShape(Documented):
    row = serializers.IntegerField(help_text="As its program counts")
    state = serializers.ChoiceField(STATES)
    reading = serializers.DictField(child=serializers.CharField(), help_text="What was understood, by field")
    remarks = RemarkShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ImportPreviewShape(Documented):
    sheets = SheetShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    sheet = serializers.CharField()
    header_row = serializers.IntegerField()
    columns = ColumnShape(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="Fields that no column holds")
    questions = ImportQuestionShape(many=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows in each state")
    rows = ReadRowShape(many=True, help_text="Of a file of more than 2,000, those in the way and the first others")
    more = serializers.IntegerField(help_text="Rows of a long file that are not among `rows`")


class StartedShape(ImportShape):
    preview = ImportPreviewShape(allow_null=True, help_text="For whoever uploaded it, until it is done")


class MadeRowShape(Documented):
    row = serializers.IntegerField(help_text="Its row in the file")
    type = serializers.CharField()
    id = serializers.UUIDField()


class MadeShape(Documented):
    results = MadeRowShape(many=True)
    next = serializers.URLField(allow_null=True, help_text="The following page, null at the end")


class ProgressShape(Documented):
    state = serializers.ChoiceField(ImportState.choices)
    taking_back = serializers.BooleanField(help_text="Whether the worker takes back what was made")
    done = serializers.IntegerField(help_text="Rows that the worker has done so far; none is seen before all are")
    of = serializers.IntegerField(help_text="Rows that there are to do")
    stopped = serializers.CharField(help_text="Why the worker gave up and left everything as it was; empty otherwise")


def shown(seen: Preview) -> Shape:
    """A preview as it is told."""
    return {
        "sheets": [{"name": name, "hidden": hidden, "rows": rows} for name, hidden, rows in seen.sheets],
        "notes": list(seen.notes),
        "sheet": seen.sheet,
        "header_row": seen.header_row,
        "columns": [
            {
                "column": get_column_letter(heading.column + 1),
                "header": heading.text,
                "holds": seen.mapping.get(heading.column, ""),
                "samples": list(heading.samples),
            }
            for heading in seen.headings
        ],
        "missing": seen.missing,
        "questions": [
            {
                "key": question.key,
                "says": question.says,
                "choices": [{"answer": answer, "says": says} for answer, says in question.choices],
                "free": question.free,
            }
            for question in seen.questions
        ],
        "counts": seen.counts,
        "rows": [_row(row) for row in seen.rows],
        "more": seen.more,
    }


def _row(row: RowRead) -> Shape:
    return {
        "row": row.number,
        "state": row.state.value,
        "reading": row.reading,
        "remarks": [
            {
                "column": None if remark.column is None else get_column_letter(remark.column + 1),
                "value": remark.value,
                "code": remark.code,
                "says": remark.says,
                "suggestions": list(remark.suggestions),
                "question": remark.question or None,
            }
            for remark in row.remarks
        ],
        "notes": row.notes,
    }
