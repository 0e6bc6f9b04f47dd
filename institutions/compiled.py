"""Questions that are put into SQL once in a process, with what is asked each time bound to them.

Django writes the SQL of a queryset anew whenever it is asked: for a list with its parts that takes longer than
PostgreSQL takes to answer it. What is kept here is text; what it finds is asked of the database each time.
"""

from collections.abc import Callable, Hashable
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

# As many as a backend keeps plans for.
KEPT = 512


@models.UUIDField.register_lookup
class Among(models.Lookup):
    """`id__among=[…]`: as `id__in`, in the same words however many there are, so that its plan is kept."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY (%s::uuid[])", [*params, self.rhs]


@models.CharField.register_lookup
class AmongTexts(Among):
    """The same of texts, of which there may be very many on both sides: they are looked up, not gone through."""

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} IN (SELECT unnest(%s::text[]))", [*params, self.rhs]


class Compiled:
    """A queryset of value rows as SQL. `marks` stand in it for what is given each time, each a value of its own."""

    def __init__(self, rows: QuerySet[Any, Any], marks: tuple[Any, ...]) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        self._sql, params = compiler.as_sql()
        self._params = list(params)
        self._places = [
            # Whole numbers stand there as those of the column's width, which what is given takes too.
            (place, number, type(self._params[place]) if isinstance(mark, int) else None)
            for number, mark in enumerate(marks)
            for place in _places(self._params, mark)
        ]
        self._names = list(rows.query.selected or ())
        self._converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])

    def rows(self, *given: Any) -> list[dict[str, Any]]:
        """What the database answers, with `given` in the places of the marks."""
        params = self._params.copy()
        for place, number, width in self._places:
            params[place] = width(given[number]) if width else given[number]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found = cursor.fetchall()
        if self._converters:
            found = [self._converted(row) for row in found]
        return [dict(zip(self._names, row, strict=True)) for row in found]

    def _converted(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, (converters, expression) in self._converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


def _places(params: list[Any], mark: Any) -> list[int]:
    found = [place for place, value in enumerate(params) if isinstance(value, type(mark)) and value == mark]
    if not found:
        raise ValueError("A mark does not stand in the question.")
    return found


_ASKED: dict[Hashable, Compiled] = {}


def compiled(key: Hashable, rows: Callable[[], QuerySet[Any, Any]], *marks: Any) -> Compiled:
    """The question of this key, put into SQL when it is asked first."""
    found = _ASKED.get(key)
    if found is None:
        if len(_ASKED) >= KEPT:
            _ASKED.clear()
        found = _ASKED[key] = Compiled(rows(), marks)
    return found


# Stand for ids that are given each time.
IDS: list[UUID] = [UUID(int=0)]
