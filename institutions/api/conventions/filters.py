"""Filters: an explicit list for each resource; whatever is not on it is refused."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict

from institutions.api.conventions.parsing import is_storable
from institutions.api.conventions.problems import Fault, Problem
from institutions.selectors.references import named_outside

# Parameters of every list beside its filters.
PAGING = ("cursor", "limit", "count", "fields", "ordering")
# Of every list, object and stack that is shown as it stood (past.py).
PAST = ("as_of", "known_at", "told_to")
# Finds what the asker's institution calls so in its own systems.
REF = "ref"


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # the package carries no types
    """The filters of one resource."""

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        # A name that is a word of Python's is written with an underscore at its end.
        return {name.rstrip("_"): found for name, found in super().get_filters().items()}


class Related(django_filters.CharFilter):  # type: ignore[misc]
    """An object that is named by id, or by the column `slug` where it has one. What the asker can't see finds nothing,
    as what is missing does."""

    def __init__(self, model: type[Model], *, slug: str | None = "slug", **options: Any) -> None:
        super().__init__(**options)
        # Whoever names a column that there is not learns of it when the routes are read, not when somebody asks.
        if slug:
            model._meta.get_field(slug)
        # `model` is the filtered rows' own, which the package sets.
        self.of, self.slug = model, slug

    def filter(self, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        if not value:
            return qs
        named = as_uuid(value)
        column = "pk" if named else self.slug
        if column is None:
            return qs.none()
        # Through the other table in either way, so that its own policy decides.
        found = self.of._default_manager.filter(**{column: named or value})
        return qs.filter(**{f"{self.field_name}__in": found.values("pk")})


class Codes(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]
    """One code of a list, or several: with commas, or as the parameter repeated."""


class _Moment(django_filters.fields.IsoDateTimeField):  # type: ignore[misc]
    """In UTC; what lies before its first day or after its last is no moment."""

    def to_python(self, value: Any) -> datetime | None:
        found: datetime | None = super().to_python(value)
        try:
            return found and found.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class After(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """What was changed after a moment, as far as the asker sees it."""

    field_class = _Moment

    def __init__(self, field_name: str = "updated_at") -> None:
        super().__init__(field_name=field_name, lookup_expr="gt")


def as_uuid(text: str) -> UUID | None:
    """The id, or None where the text is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def as_moment(text: str) -> datetime | None:
    """The moment in UTC, or None where the text is none or leaves its zone to be guessed."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def narrowed(filters: type[Filters], data: QueryDict, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The rows that the parameters ask for. Raises a 400 problem that names every wrong or unknown one."""
    refuse_beyond(filters, data, *PAGING, *PAST, REF)
    if REF in data:
        rows = rows.filter(pk__in=_named_outside(str(data[REF])))
    asked = filters({name: written(data, name) for name in data if name not in (*PAGING, *PAST, REF)}, queryset=rows)
    if not asked.form.is_valid():
        raise Problem.invalid(
            [
                Fault(f"/{name}", str(error.code or "invalid"), " ".join(error.messages), "query")
                for name, errors in asked.form.errors.as_data().items()
                for error in errors
            ]
        )
    return asked.qs  # type: ignore[no-any-return]


def _named_outside(ref: str) -> QuerySet[Any, Any]:
    scheme, colon, value = ref.partition(":")
    if not (scheme and colon and value):
        detail = "ref is scheme:value, as in an external reference of yours."
        raise Problem.invalid([Fault(f"/{REF}", "invalid", detail, "query")])
    return named_outside(scheme, value)


def written(data: QueryDict, name: str) -> str:
    """A parameter as it was written, or as it would be with commas: many generated clients repeat it instead."""
    return ",".join(str(each) for each in data.getlist(name))


def refuse_beyond(filters: type[Filters], data: QueryDict, *others: str) -> None:
    """Raises a 400 problem for parameters that are neither filters nor any of the others."""
    several = [name for name, each in filters.base_filters.items() if isinstance(each, django_filters.BaseInFilter)]
    refuse_unknown(data, [*filters.base_filters, *others], several)


def refuse_unknown(data: QueryDict, known: Iterable[str], several: Iterable[str] = ()) -> None:
    """Raises a 400 problem for parameters that are not known, hold what no text may hold, or stand there twice, but for
    those that take several."""
    allowed = sorted(known)
    faults = []
    for name in data:
        shown = name[:60]
        if name not in allowed:
            detail = f"There is no parameter '{shown}' here. Known: {', '.join(allowed) or 'none'}."
            faults.append(Fault(f"/{shown}", "unknown_parameter", detail, "query"))
        elif len(data.getlist(name)) > 1 and name not in several:
            faults.append(Fault(f"/{shown}", "repeated", f"'{shown}' is there more than once.", "query"))
        elif not is_storable(written(data, name)):
            faults.append(Fault(f"/{shown}", "invalid_text", f"'{shown}' holds a character of no text.", "query"))
    if faults:
        raise Problem.invalid(faults)
