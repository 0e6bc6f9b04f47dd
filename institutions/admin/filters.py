"""Filters of lists, and what lists are called, in the language of whoever looks: models speak English."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.filters import ChoicesFieldListFilter, FieldListFilter, RelatedFieldListFilter
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

# Fields whose codes are said otherwise than the same codes elsewhere.
_CONTEXTS = {"membership.status": "of a membership", "condition.kind": "condition"}


class ByChoice(ChoicesFieldListFilter):
    """By a code of a list."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.title = _(str(self.title))

    def choices(self, changelist: Any) -> Iterator[Any]:
        context = _CONTEXTS.get(_called(self.field))
        for number, choice in enumerate(super().choices(changelist)):
            said = str(choice["display"])
            # The first stands for all, in Django's own word.
            yield choice | {"display": pgettext(context, said) if context and number else _(said)}


class ByRow(RelatedFieldListFilter):
    """By a row of another kind, which has a name of its own."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.title = _(str(self.title))


def spoken(model: type[Model], filters: tuple[Any, ...]) -> list[Any]:
    """The same filters, so that they speak; what is a class of its own does so itself."""
    return [(each, _of(model._meta.get_field(each))) if isinstance(each, str) else each for each in filters]


def _called(field: Any) -> str:
    return f"{field.model._meta.model_name}.{field.name}"


def _of(field: Any) -> type[FieldListFilter]:
    return ByRow if field.is_relation else ByChoice


def words_of_lists(site: AdminSite) -> set[str]:
    """What each list and its filters are called, and what they offer, for the catalogues."""
    found: set[str] = set()
    for model, admin in site._registry.items():
        rows = str(model._meta.verbose_name_plural)
        found |= {rows, rows.capitalize(), str(model._meta.verbose_name)}
        for name in admin.list_filter:
            if isinstance(name, str):
                field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
                labels = field.flatchoices if _called(field) not in _CONTEXTS else []
                found |= {str(field.verbose_name), *(str(label) for _code, label in labels)}
    return found
