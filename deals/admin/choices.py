"""Choices of rows that the asker sees: what is hidden, missing or no id at all is answered alike."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectWidget

from deals.models import Deal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


_NONE = later("none")


class SeenChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # django-stubs' class takes none at run time
    """One of the rows that `offer` gives it. `empty` is how it reads while none is chosen."""

    def __init__(
        self,
        label: "StrOrPromise",
        hint: "StrOrPromise" = "",
        *,
        required: bool = False,
        empty: "StrOrPromise" = _NONE,
    ) -> None:
        those = later("Choose one of those that you see.")
        those_or_none = later("Choose one of those that you see, or none.")
        super().__init__(
            # Nothing until it is offered.
            Deal.objects.none(),
            label=label,
            required=required,
            empty_label=empty,
            help_text=hint,
            widget=UnfoldAdminSelectWidget(),
            error_messages={"invalid_choice": those if required else those_or_none},
        )

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            # Also for what is no id at all.
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error


def tranche_choice(hint: "StrOrPromise" = "") -> SeenChoice:
    """A tranche of the deal at hand, or none."""
    return SeenChoice(later("Tranche"), hint, empty=later("none yet"))


def offer(form: forms.Form, **rows: "QuerySet[Any]") -> None:
    """Gives the choices of a form their rows, by the names of the fields."""
    for name, found in rows.items():
        field = form.fields[name]
        # Of another kind of field the rows would be set, and nothing offered.
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(f"{name} is no choice of rows.")
        field.queryset = found
