"""Forms of an import: the file, what its columns hold, and what it leaves open."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from openpyxl.utils import get_column_letter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from deals.admin.forms import line
from deals.sentences.words import word
from network.services.previewing import Preview
from network.spreadsheet.asking import Question, State
from network.spreadsheet.filing import fields_of
from network.spreadsheet.table import MOST_BYTES

_KINDS = {
    "projects": later("Projects: a mine, plant or site in each row"),
    "deals": later("Deals: a financing in each row"),
    "commitments": later("Commitments: your institution's money or cover in each row"),
}


class UploadForm(forms.Form):
    """The file, and what its rows are."""

    kind = forms.ChoiceField(label=later("What is in a row"), widget=UnfoldAdminSelectWidget())
    file = forms.FileField(
        label=later("File"),
    )

    def __init__(self, *args: Any, kinds: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        says = _("CSV, XLSX or IATI activities, %(most)s MB at most. Nothing is made before you confirm.")
        self.fields["file"].help_text = says % {"most": MOST_BYTES // 1_000_000}
        self.fields["kind"].choices = [(kind, _KINDS[kind]) for kind in kinds]  # type: ignore[attr-defined]

    def content(self) -> bytes:
        """No more of it than is read."""
        read: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return read


class TakeBackForm(forms.Form):
    """Why an import is taken back."""

    reason = line(later("Reason"), longest=300, required=True, hint=later("It stays with your institution."))


class ColumnsForm(forms.Form):
    """Where the table begins, and the field that each column holds."""

    def __init__(self, *args: Any, seen: Preview, **more: Any) -> None:
        super().__init__(*args, **more)
        self._seen = seen
        if len(seen.sheets) > 1:
            sheets = [(name, _sheet(name, rows, hidden=hidden)) for name, hidden, rows in seen.sheets]
            self.fields["sheet"] = _choice(_("Sheet"), sheets, seen.sheet)
        if not seen.headings:
            return
        self.fields["header_row"] = forms.IntegerField(
            label=_("Row of the headers"), min_value=1, max_value=2000, initial=seen.header_row, widget=_text()
        )
        fields = [("", _("not read")), *((name, word(name)) for name in fields_of(seen.kind))]
        for heading in seen.headings:
            called = heading.text or _("without a name")
            shown = f"{get_column_letter(heading.column + 1)}: {called}"
            field = _choice(shown, fields, seen.mapping.get(heading.column, ""), required=False)
            field.help_text = ", ".join(sample[:40] for sample in heading.samples)
            self.fields[f"column-{heading.column}"] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        held = [value for name, value in given.items() if name.startswith("column-") and value]
        for value in {value for value in held if held.count(value) > 1}:
            for name in [name for name, chosen in given.items() if chosen == value]:
                self.add_error(name, _("Two columns hold '%(field)s'. Choose one.") % {"field": word(value)})
        return given

    def answered(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        sheet, header = given.get("sheet", self._seen.sheet), given.get("header_row", self._seen.header_row)
        if sheet != self._seen.sheet:
            return {"sheet": sheet}
        if header != self._seen.header_row:
            return {"header_row": header}
        columns = {int(name.partition("-")[2]): value for name, value in given.items() if name.startswith("column-")}
        return {"mapping": columns}


class QuestionsForm(forms.Form):
    """Each open question with its choices, and the rows that are wrong, to be left out."""

    def __init__(self, *args: Any, seen: Preview, **more: Any) -> None:
        super().__init__(*args, **more)
        self._questions: dict[str, Question] = {}
        for number, question in enumerate(seen.questions):
            self._questions[f"answer-{number}"] = question
            # A page that was answered elsewhere asks something else under this number: the key goes along.
            self.fields[f"key-{number}"] = forms.CharField(initial=question.key, widget=forms.HiddenInput())
            choices = [("", _("Answer later")), *question.choices]
            if question.free:
                choices.append(("other", _("Another: type it below")))
            self.fields[f"answer-{number}"] = _choice(question.says, choices, "", required=False)
            if question.free:
                self.fields[f"other-{number}"] = forms.CharField(
                    label=_("Or another answer"), required=False, max_length=200, widget=_text()
                )
        wrong = [row for row in seen.rows if row.state is State.WRONG]
        if wrong:
            says = _("Leave out the %(count)s rows that can't be read") % {"count": len(wrong)}
            self.fields["leave_out"] = forms.BooleanField(label=says, required=False)
            self._wrong = [row.number for row in wrong]

    @property
    def asked(self) -> list[tuple[Any, Any]]:
        """(the question's field, the field of another answer or None)."""
        return [
            (self[name], self[other] if (other := name.replace("answer", "other")) in self.fields else None)
            for name in self._questions
        ]

    def answered(self) -> dict[str, Any]:
        given, answers = self.cleaned_data, dict[str, str]()
        for name, question in self._questions.items():
            chosen = given.get(name, "")
            if chosen == "other":
                chosen = given.get(name.replace("answer", "other"), "")
            if chosen and given.get(name.replace("answer", "key")) == question.key:
                answers[question.key] = chosen
        return {"answers": answers, "leave_out": self._wrong if given.get("leave_out") else []}


def _sheet(name: str, rows: int, *, hidden: bool) -> str:
    says = _("%(sheet)s (hidden), %(count)s rows") if hidden else _("%(sheet)s, %(count)s rows")
    return says % {"sheet": name, "count": rows}


def _choice(label: str, choices: list[tuple[str, str]], initial: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, required=required, widget=UnfoldAdminSelectWidget()
    )


def _text() -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
