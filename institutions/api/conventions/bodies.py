"""Bodies of requests: what is not known is refused at its place, and nothing is taken for something else."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from institutions.api.conventions.problems import Fault, Problem

M = TypeVar("M", bound=Model)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})")


class Body(serializers.Serializer[Any]):
    """An object of a body; members that it does not know are refused."""

    def to_internal_value(self, data: Any) -> Any:
        wrong: dict[str, Any] = {}
        if isinstance(data, Mapping):
            says = f"There is no such field. Known: {', '.join(sorted(self.fields))}."
            wrong = {name[:60]: [ErrorDetail(says, "unknown_field")] for name in data if name not in self.fields}
        try:
            found = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**cast(dict[str, Any], error.detail), **wrong}) from None
        if wrong:
            raise ValidationError(wrong)
        return found


class Text(serializers.CharField):
    """A JSON string; a number is not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> date:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Moment(serializers.DateTimeField):
    """A moment with its offset, such as 2027-03-31T18:00:00Z."""

    def to_internal_value(self, value: Any) -> datetime:
        if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss with Z or an offset")
        return super().to_internal_value(value)


class Key(serializers.UUIDField):
    """The id of an object."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Code(serializers.ChoiceField):
    """One word of a code list."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            raise ValidationError(f"Choose from: {', '.join(str(c) for c in self.choices)}.", code="unknown_code")
        return data


def read(body: type[Body], request: Request) -> dict[str, Any]:
    """The body's values. Raises a 400 problem where it is no object, 422 with every wrong field."""
    return read_from(body, request.data)


def read_from(body: type[Body], data: Any) -> dict[str, Any]:
    """As `read`, of what was taken out of a body."""
    if not isinstance(data, dict):
        raise Problem.invalid([Fault("", "not_an_object", "The body is a JSON object.")])
    found = body(data=data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def named(rows: QuerySet[M], key: UUID | None, pointer: str) -> M | None:
    """The object that a body names. One that the asker can't see fails like a missing one."""
    return None if key is None else all_named(rows, [key], lambda _: pointer)[0]


def all_named(rows: QuerySet[M], keys: Sequence[UUID], pointer: Callable[[int], str]) -> list[M]:
    """The objects that a body names, in its order, by one question. Every one that the asker can't see is named."""
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    detail = "There is no such object that you may see. Check the id."
    missing = [Fault(pointer(at), "not_found", detail) for at, key in enumerate(keys) if key not in found]
    if missing:
        raise Problem.invalid(missing, status=422)
    return [found[key] for key in keys]
