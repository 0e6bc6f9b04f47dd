"""Forms about a project's environmental and social side, and the answer to a doubt."""

from django import forms
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextareaWidget

from deals.admin.forms import choice, day, line, one_line
from deals.admin.project_forms import LEVELS
from deals.models import Category, Principle, Screened
from deals.sentences.esg import later_outcome, later_principle
from deals.services.esg import CategoryDraft, ScreeningDraft


class CategoryForm(forms.Form):
    """The Equator category that an institution gives a project."""

    category = choice(
        later("Category"),
        [
            (Category.A, later("A: significant adverse risks, diverse, irreversible or unprecedented")),
            (Category.B, later("B: limited adverse risks, few, site-specific, largely reversible")),
            (Category.C, later("C: minimal or no adverse risks")),
        ],
        hint=later("Of the Equator Principles."),
    )
    as_of = day(later("As of"), required=True)
    basis = line(later("On what it rests"), longest=300)
    level = choice(
        later("Who is told of it"), LEVELS, hint=later("Beyond your institution, an approver confirms first.")
    )

    def draft(self) -> CategoryDraft:
        """The category as the services take it; call it on a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "level"}
        return CategoryDraft(**given)


class ScreeningForm(forms.Form):
    """How an institution finds one of the six principles kept."""

    principle = choice(later("Principle"), [(code, later_principle(code)) for code in Principle.values])
    outcome = choice(later("Outcome"), [(code, later_outcome(code)) for code in Screened.values])
    evidence = forms.CharField(
        label=later("Evidence"),
        max_length=600,
        validators=[one_line],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=later("By what it is known. Nobody outside your institution ever sees it."),
    )
    as_of = day(later("As of"), required=True)

    def draft(self) -> ScreeningDraft:
        """The screening as the services take it; call it on a valid form."""
        return ScreeningDraft(**self.cleaned_data)


class AnswerForm(forms.Form):
    """Why what a check doubts is so."""

    reason = forms.CharField(
        label=later("Reason"),
        max_length=600,
        validators=[one_line],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=later("It stays visible beside the doubt, for as long as the same is found."),
    )
