"""Forms about companies: one as it is registered, its role in a project, what it holds and what it takes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import choice, day, line, percent
from deals.admin.mandate_forms import codes_of
from deals.admin.project_forms import LEVELS
from deals.models import COMPANY_ROLES, TONNAGE, Company, Control, Mineral, Project
from deals.sentences.words import later_word
from deals.services.companies import CompanyDraft
from deals.services.offtakes import YEARS, OfftakeDraft
from deals.services.ownership import HoldingDraft

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_FURTHER = later("Beyond your institution, an approver confirms first.")
_NO_FURTHER = later("No further than what it names. Beyond your institution, an approver confirms first.")
_BASIS = later("Where your institution has it from")


def _level(hint: "StrOrPromise") -> forms.ChoiceField:
    return choice(later("Who is told of it"), LEVELS, hint=hint)


def _year(label: "StrOrPromise", *, required: bool, hint: "StrOrPromise" = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        help_text=hint,
        min_value=YEARS[0],
        max_value=YEARS[-1],
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class CompanyForm(forms.Form):
    """A company as an officer registers it, or corrects one of its own."""

    name = line(later("Name"), longest=200, required=True)
    country = line(later("Country"), longest=2, hint=later("Two letters of ISO 3166-1, such as AU."))
    lei = line(later("LEI"), longest=20, hint=later("20 signs. With it, what several institutions say counts as one."))
    register_number = line(later("Register number"), longest=60)
    aliases = line(later("Also called"), longest=400, hint=later("With semicolons between the names."))
    is_state = forms.BooleanField(
        label=later("A state, or a body of one that holds for it"), required=False, widget=UnfoldBooleanWidget()
    )
    level = _level(_FURTHER)

    def clean_country(self) -> str:
        return next(iter(codes_of(self.cleaned_data["country"])), "")

    def clean_lei(self) -> str:
        code: str = self.cleaned_data["lei"]
        return code.replace(" ", "").upper()

    def facts(self) -> dict[str, Any]:
        """What was typed, without the level; call it on a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "level"}
        names = (name.strip() for name in given.pop("aliases").split(";"))
        return given | {"aliases": [name for name in names if name]}

    def draft(self) -> CompanyDraft:
        """The company as the services take it; call it on a valid form."""
        facts = self.facts()
        return CompanyDraft(**facts | {"aliases": tuple(facts["aliases"])})


def filled_from(company: Company) -> dict[str, Any]:
    """What the form about a company begins with."""
    names = ("name", "country", "lei", "register_number", "is_state", "level")
    return {name: getattr(company, name) for name in names} | {"aliases": "; ".join(company.aliases)}


class RoleForm(forms.Form):
    """What a company is in one's own project."""

    company = SeenChoice(later("Company"), later("Register it first where it is not here."), required=True)
    role = choice(later("Role"), [(role, later_word(role)) for role in COMPANY_ROLES])
    since = day(later("Since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, company=Company.objects.order_by("name", "id"))


class HoldingForm(forms.Form):
    """Who holds how much of a project, or of a company."""

    holder = SeenChoice(
        later("Who holds it"),
        later("Register a company first where it is not here."),
        empty=later("many small holders together"),
    )
    share = percent(
        later("Share in percent"), hint=later("Leave it empty where it is not known; 0 where it is held no more.")
    )
    control = choice(
        later("Control beside the share"),
        [("", later("none")), *((code, later_word(code)) for code in Control.values)],
        required=False,
    )
    as_of = day(later("As of"), required=True)
    basis = line(_BASIS, longest=300)
    level = _level(_NO_FURTHER)

    def __init__(self, *args: Any, held: Project | Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        others = Company.objects.order_by("name", "id")
        offer(self, holder=others.exclude(pk=held.pk) if isinstance(held, Company) else others)

    def draft(self) -> HoldingDraft:
        """The statement as the services take it; call it on a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "level"}
        return HoldingDraft(held=self.held, **given)


class OfftakeForm(forms.Form):
    """What a buyer takes of a project's output."""

    buyer = SeenChoice(
        later("Buyer"),
        later("Register a company first where it is not here."),
        required=True,
        empty=later("choose one"),
    )
    mineral = SeenChoice(later("Mineral"), required=True, empty=later("choose one"))
    share = percent(
        later("Share of the output, in percent"), hint=later("Or an amount below; neither where it is not known.")
    )
    quantity = forms.DecimalField(
        label=later("Amount a year"),
        required=False,
        max_digits=21,
        decimal_places=6,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )
    unit = choice(later("Unit"), [("", later("none")), *((unit, later_word(unit)) for unit in TONNAGE)], required=False)
    first_year = _year(later("First year"), required=True)
    last_year = _year(later("Last year"), required=False, hint=later("Leave it empty where no end is known."))
    binding = forms.BooleanField(label=later("It is binding"), required=False, widget=UnfoldBooleanWidget())
    contract = line(later("Name of the contract"), longest=60, hint=later("Where the buyer has several."))
    as_of = day(later("As of"), required=True)
    basis = line(_BASIS, longest=300)
    level = _level(_NO_FURTHER)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        offer(self, buyer=Company.objects.order_by("name", "id"), mineral=Mineral.objects.all())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("unit") and given.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", _("Give the amount, or leave the unit out."))
        return given

    def draft(self) -> OfftakeDraft:
        """The statement as the services take it; call it on a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "level"}
        return OfftakeDraft(project=self.project, number=given.pop("quantity"), **given)
