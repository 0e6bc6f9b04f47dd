"""Columns of a list: its documented shape laid flat by one rule, so that no row decides what columns there are."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from institutions.selectors.reading import Shape, objects
from network.feed import READINGS
from network.spreadsheet.writing import Value

# Ids that stand for something with a name: field -> type. The name gets a column of its own beside the id.
NAMED = {
    "institution": "institution",
    "registrar": "institution",
    "lender": "institution",
    "network": "network",
    "project": "project",
    "deal": "deal",
    "tranche": "tranche",
    "borrower": "company",
    "company": "company",
    "mineral": "mineral",
}
# What every row says of itself comes after what it says.
_AT_THE_END = ("origin", "level", "demo", "version", "updated_at")
_LABELS = ("short_name", "name", "code")
_BETWEEN = "; "


@dataclass(frozen=True)
class Column:
    """One value of a row, by its way through the nested shape; `names` is the type whose name stands for the id."""

    header: str
    path: tuple[str, ...]
    kind: type[Any]
    names: str = ""


def columns_of(shape: type[serializers.Serializer[Any]], chosen: Sequence[str]) -> list[Column]:
    """The columns of a list; money is an amount and a currency, a part that the asker may not see is empty."""
    found: list[Column] = []
    taken: set[str] = set()
    for column in sorted(_flat(shape(), (), chosen), key=lambda each: each.path[0] in _AT_THE_END):
        header = column.header if column.header not in taken else " ".join(_words(column.path))
        taken.add(header)
        found.append(Column(header, column.path, column.kind, column.names))
    return found


def cells_of(columns: Sequence[Column]) -> Callable[[Sequence[Shape]], list[list[Value]]]:
    """The cells of rows, for whoever reads them a few hundred at a time."""
    return lambda shapes: list(rows_of(columns, shapes))


def rows_of(columns: Sequence[Column], shapes: Sequence[Shape]) -> Iterator[list[Value]]:
    """The cells of each row. One question for each type whose names are shown, however many rows there are."""
    names = _names(columns, shapes)
    cells = [_reader(column, names) for column in columns]
    for shape in shapes:
        yield [cell(shape) for cell in cells]


def _reader(column: Column, names: Mapping[str, str]) -> Callable[[Shape], Value]:
    """What the column shows of a row; decided once for all rows."""
    cell = (lambda value: names.get(str(value), "")) if column.names else _CELLS.get(column.kind, _text)
    if len(column.path) == 1:
        [name] = column.path
        return lambda shape: None if (value := shape.get(name)) is None else cell(value)
    return lambda shape: None if (value := _at(shape, column.path)) is None else cell(value)


def _flat(shape: serializers.Serializer[Any], before: tuple[str, ...], chosen: Sequence[str]) -> Iterator[Column]:
    for name, field in shape.fields.items():
        if chosen and name not in chosen:
            continue
        path = (*before, name)
        if isinstance(field, serializers.Serializer):
            yield from _money(path) if set(field.fields) == {"amount", "currency"} else _flat(field, path, ())
        else:
            yield Column(" ".join(_words(path)), path, _kind(field))
            if isinstance(field, serializers.UUIDField) and name in NAMED:
                yield Column(f"{' '.join(_words(path))} name", path, str, NAMED[name])


def _money(path: tuple[str, ...]) -> Iterator[Column]:
    # 'size money amount' is said shorter.
    before = " ".join(_words(path[:-1] if path[-1] in ("money", "amount") else path))
    yield Column(f"{before} amount".strip(), (*path, "amount"), Decimal)
    yield Column(f"{before} currency".strip(), (*path, "currency"), str)


def _words(path: Iterable[str]) -> list[str]:
    return [name.replace("_", " ") for name in path]


def _kind(field: serializers.Field[Any, Any, Any, Any]) -> type[Any]:
    kinds: tuple[tuple[type[Any], type[Any]], ...] = (
        (serializers.BooleanField, bool),
        (serializers.IntegerField, int),
        (serializers.DateField, date),
    )
    return next((kind for of, kind in kinds if isinstance(field, of)), str)


def _at(shape: Any, path: Iterable[str]) -> Any:
    for name in path:
        if not isinstance(shape, dict):
            return None
        shape = shape.get(name)
    return shape


def _names(columns: Sequence[Column], shapes: Sequence[Shape]) -> dict[str, str]:
    wanted: dict[str, set[UUID]] = {}
    for column in columns:
        if column.names:
            keys = {key for shape in shapes if (key := _at(shape, column.path))}
            wanted.setdefault(column.names, set()).update(keys)
    found: dict[str, str] = {}
    for kind in sorted(wanted):
        for key, told in objects(READINGS[kind], wanted[kind]).items() if wanted[kind] else ():
            found[str(key)] = str(next((told[label] for label in _LABELS if told.get(label)), ""))
    return found


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _text(value: Any) -> str:
    """Lists with semicolons; what is nested further as JSON, which any system reads back."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return _BETWEEN.join(str(each) for each in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return str(value)


_CELLS: dict[type[Any], Callable[[Any], Value]] = {Decimal: Decimal, date: _day, bool: bool, int: int}
