"""Forms of the projects' pages."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import choice, day, line, one_line
from deals.concentration.forms import FORMS
from deals.likeness import Likeness
from deals.models import (
    CATEGORIES,
    GRADE_UNITS,
    KINDS,
    ChainStage,
    FactCode,
    FactKind,
    Mineral,
    Precision,
    Project,
    ReportingCode,
)
from deals.money import Money, MoneyError
from deals.sentences.words import later_word
from deals.services.facts import TEXTS, FactDraft
from deals.services.projects import ProjectDraft
from institutions.admin.refusing import in_plain_words
from institutions.languages import in_words
from institutions.refusals import Refusal, Unmet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

LEVELS: "list[tuple[str, StrOrPromise]]" = [
    ("own", later("own: only your institution")),
    ("network", later("network: every member and observer of the network")),
    ("public", later("public: everyone")),
]
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,5})?")
_CATEGORY_CODES = list(dict.fromkeys(code for codes in CATEGORIES.values() for code in codes))


def _codes(
    label: "StrOrPromise", codes: list[str], *, none: "StrOrPromise" = "", hint: "StrOrPromise" = ""
) -> forms.ChoiceField:
    offered: list[tuple[str, StrOrPromise]] = [("", none)] if none else []
    offered += [(code, later_word(code)) for code in codes]
    return choice(label, offered, hint=hint, required=not none)


class ProjectForm(forms.Form):
    """A project as an officer registers it."""

    name = line(later("Name"), longest=200, required=True)
    country = line(later("Country"), longest=2, required=True, hint=later("Two letters of ISO 3166-1, such as AU."))
    aliases = line(later("Other names"), longest=400, hint=later("With semicolons between them."))
    region = line(later("Region"), longest=120)
    latitude = line(later("Latitude"), longest=12, hint=later("Degrees with a point, such as -22.58."))
    longitude = line(later("Longitude"), longest=12, hint=later("Such as 133.24."))
    minerals: "forms.ModelMultipleChoiceField[Mineral]" = forms.ModelMultipleChoiceField(
        Mineral.objects.none(),
        label=later("Minerals"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    chain_stages = forms.MultipleChoiceField(
        label=later("Supply-chain stages"),
        choices=[(code, later_word(code)) for code in ChainStage.values],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    level = choice(
        later("Who is told of it"), LEVELS, hint=later("Beyond your institution, an approver confirms first.")
    )
    different = forms.BooleanField(
        label=later("None of these is the same project"), required=False, widget=UnfoldBooleanWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, minerals=Mineral.objects.all())

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"].upper()
        if not re.fullmatch("[A-Z]{2}", code):
            raise ValidationError(_("Give two letters, such as AU."))
        return code

    def clean_latitude(self) -> Decimal | None:
        return self._degrees("latitude", 90)

    def clean_longitude(self) -> Decimal | None:
        return self._degrees("longitude", 180)

    def _degrees(self, name: str, most: int) -> Decimal | None:
        text: str = self.cleaned_data[name].strip()
        if not text:
            return None
        if not _DEGREES.fullmatch(text) or abs(Decimal(text)) > most:
            says = _("Give degrees between -%(most)s and %(most)s, such as 12.5, at most five decimals.")
            raise ValidationError(says % {"most": most})
        return Decimal(text)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"latitude", "longitude"} <= given.keys() and (given["latitude"] is None) is not (
            given["longitude"] is None
        ):
            self.add_error("longitude", _("Give latitude and longitude together, or neither."))
        return given

    def draft(self) -> ProjectDraft:
        """The project as it was worded; call it on a valid form."""
        given = self.cleaned_data
        names = (name.strip() for name in given["aliases"].split(";"))
        return ProjectDraft(
            name=given["name"],
            country=given["country"],
            aliases=tuple(name for name in names if name),
            region=given["region"],
            latitude=given["latitude"],
            longitude=given["longitude"],
            chain_stages=tuple(given["chain_stages"]),
            minerals=dict.fromkeys(given["minerals"], False),
        )

    def likeness(self) -> Likeness:
        """What it would be recognised by; call it on a valid form."""
        draft = self.draft()
        place = None
        if draft.latitude is not None and draft.longitude is not None:
            place = float(draft.latitude), float(draft.longitude)
        return Likeness(
            (draft.name, *draft.aliases), draft.country, place, frozenset(mineral.pk for mineral in draft.minerals)
        )


class FactForm(forms.Form):
    """A dated statement; `value` is read as its kind asks."""

    code = _codes(later("What is stated"), list(FactCode.values))
    value = line(
        later("Value"),
        longest=200,
        required=True,
        hint=later("A stage or text, a day (2026-05-01), an amount, a number."),
    )
    unit = line(later("Unit or currency"), longest=20, hint=later("Such as t_per_year, years, mt; for an amount USD."))
    as_of = day(later("As of"), required=True, hint=later("The day for which it is true; today or earlier."))
    precision = _codes(later("How exactly that is known"), list(Precision.values))
    mineral = SeenChoice(
        later("Mineral"),
        later("Of a planned output, a resource or a reserve."),
        empty=later("the project as a whole"),
    )
    form = _codes(
        later("Counted as"), list(FORMS), none=later("not known"),
        hint=later("Of a planned output: the mineral itself, or a form that holds some of it."),
    )  # fmt: skip
    category = _codes(later("Category"), _CATEGORY_CODES, none=later("none"), hint=later("Of a resource or reserve."))
    reporting_code = _codes(
        later("Reported under"), list(ReportingCode.values), none=later("none"), hint=later("Of a resource or reserve.")
    )
    grade = line(later("Grade"), longest=20)
    grade_unit = _codes(later("Unit of the grade"), list(GRADE_UNITS), none=later("none"))
    competent_person = line(later("Competent person"), longest=120)
    basis = line(later("Where your institution has it from"), longest=300)
    level = choice(
        later("Who is told"), LEVELS, hint=later("No further than the project; beyond yours, an approver confirms.")
    )

    # Where a service names a part of a statement that is not a field of this form.
    PARTS = {"text": "value", "date": "value", "money": "value", "quantity": "value"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, mineral=Mineral.objects.all())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"code", "value", "unit"} <= given.keys():
            given["says"] = self._says(FactCode(given["code"]), given["value"].strip(), given["unit"].strip())
        if given.get("grade"):
            given["grade"] = self._number("grade", given["grade"])
        return given

    def _says(self, code: FactCode, value: str, unit: str) -> dict[str, Any]:
        match KINDS[code]:
            case FactKind.TEXT:
                return {"text": value.lower().replace(" ", "_") if code in TEXTS else value}
            case FactKind.DATE:
                try:
                    return {"day": date.fromisoformat(value)}
                except ValueError:
                    says = _("Give a day of the calendar as YYYY-MM-DD, such as 2027-03-31.")
                    self.add_error("value", says)
                    return {}
            case FactKind.MONEY:
                try:
                    return {"money": Money.of(value, unit.upper())}
                except MoneyError as error:
                    self.add_error("unit" if error.pointer == "currency" else "value", error.detail)
                    return {}
            case FactKind.QUANTITY:
                return {"number": self._number("value", value), "unit": unit.lower().replace(" ", "_")}

    def _number(self, field: str, text: str) -> Decimal | None:
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        self.add_error(field, _("Give a number with digits and a point, such as 29300.5."))
        return None

    def draft(self) -> FactDraft:
        """The statement as it was worded; call it on a valid form."""
        given = self.cleaned_data
        return FactDraft(
            code=FactCode(given["code"]),
            as_of=given["as_of"],
            precision=Precision(given["precision"]),
            mineral=given["mineral"],
            category=given["category"],
            form=given["form"],
            reporting_code=given["reporting_code"],
            grade=given["grade"] or None,
            grade_unit=given["grade_unit"],
            competent_person=given["competent_person"],
            basis=given["basis"],
            **given["says"],
        )

    def put_refusal(self, refusal: Refusal) -> None:
        """Puts what the service refused beside the fields of this form."""
        said = refusal.unmet if isinstance(refusal, Unmet) else {refusal.pointer: in_words(refusal)}
        for pointer, text in said.items():
            *whole, last = pointer.strip("/").split("/")
            name = last if whole and last in self.fields else self.PARTS.get([*whole, last][0], [*whole, last][0])
            self.add_error(name if name in self.fields else None, in_plain_words(text))


class ProjectLevelForm(forms.Form):
    """How far a project is told, with its minerals and companies."""

    level = choice(later("Who is told of it"), LEVELS)


class OneForm(forms.Form):
    """Another project, and what it is to this one."""

    other = line(later("The other project"), longest=80, required=True, hint=later("Its slug, or its id."))
    act = choice(
        later("What is said"),
        [
            ("same", later("Note that this is the same project as the other")),
            ("into", later("Merge this project into the other")),
            ("from", later("Merge the other project into this one")),
        ],
    )
    level = choice(later("Who is told"), LEVELS, hint=later("Of a merge with another owner, that owner is told."))

    def clean_other(self) -> Project:
        text: str = self.cleaned_data["other"].strip()
        one_line(text)
        rows = Project.objects.select_related("owner")
        try:
            found = list(rows.filter(pk=UUID(text)))
        except ValueError:
            found = list(rows.filter(slug=text)[:2])
        if not found:
            raise ValidationError(_("There is no such project that you may see."))
        if len(found) > 1:
            raise ValidationError(
                _("Several projects that you see have this slug: give the id that stands in its address.")
            )
        return found[0]
