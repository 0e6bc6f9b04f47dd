"""Objects that name others: when one comes into somebody's sight or goes out of it, their link to it is another."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import F, Model, Value

from institutions.isolation.raising import walled_models
from institutions.isolation.walls import Confidential
from institutions.journal.naming import type_of

Parts = Mapping[str, tuple[str, str]]


def namers(
    kind: str, keys: Collection[UUID], tables: Collection[str], parts: Parts
) -> dict[UUID, list[tuple[str, UUID]]]:
    """By id, the objects (type, id) that name it, as far as the asker sees them. One question.

    `tables` are those that are told of; a row of one of `parts` stands for what it is part of.
    """
    asked: list[Any] = []
    for model, column in _naming(kind):
        table = model._meta.db_table
        if table in tables:
            whole, its = parts.get(table, (type_of(table), "id"))
            naming = model._default_manager.filter(**{f"{column}__in": list(keys)}).order_by()
            asked.append(naming.values_list(F(column), Value(whole), F(its)))
    found: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    # The order of the first table's lists has columns that are not asked for.
    rows = asked[0].union(*asked[1:]).order_by() if asked else ()
    # In one order, whichever table was read first.
    for named, whole, key in sorted(rows):
        # A part names its whole, which is told already.
        if (whole, key) != (kind, named):
            found[named].append((whole, key))
    return found


@cache
def _naming(kind: str) -> list[tuple[type[Model], str]]:
    """The models of institutions' rows, with each column that holds an id of this type."""
    return [
        (model, field.attname)
        for model, wall in walled_models()
        if isinstance(wall, Confidential)
        for field in model._meta.concrete_fields
        if field.related_model and type_of(field.related_model._meta.db_table) == kind
    ]
