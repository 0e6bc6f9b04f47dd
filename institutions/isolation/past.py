"""The views through which the registry is read as it stood: one for each logged table, of the same name and columns.

What never changes of a row is its table's own, so that the indexes find it and the policies of now let it through;
everything else is what the log holds (journal/sql/past.sql).
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from institutions.isolation.walls import FIXED, Confidential, Curated, Wall


def views(walled: Iterator[tuple[type[models.Model], Wall]]) -> Iterator[str]:
    """CREATE VIEW for each table whose rows are logged, and for what applications keep in ledgers of other kinds."""
    for model, wall in walled:
        if isinstance(wall, Confidential | Curated):
            yield view(model, wall)
    for config in apps.get_app_configs():
        for name, sql in getattr(config, "past_views", {}).items():
            yield f"CREATE VIEW past.{name} WITH (security_invoker) AS {sql}"


def view(model: type[models.Model], wall: Confidential | Curated) -> str:
    """The past of one table."""
    table = model._meta.db_table
    fixed = {"id"}
    if isinstance(wall, Confidential):
        fixed |= (FIXED | {*wall.fixed, wall.addressed}) - {"audience_id", "updated_at", "told_at"}
    worked_out = _worked_out(table)
    columns = ", ".join(
        f't."{field.column}"'
        if field.column in fixed
        else f'({worked_out.get(str(field.column), "{logged}").format(logged=_logged(field))}) AS "{field.column}"'
        for field in model._meta.concrete_fields
    )
    return (
        f"CREATE VIEW past.{table} WITH (security_invoker) AS SELECT {columns}"  # noqa: S608  # names of our own
        f" FROM public.{table} t, LATERAL past.state(t.id) s (stood) WHERE s.stood IS NOT NULL"
    )


def _worked_out(table: str) -> dict[str, str]:
    """Columns that are sums of dated rows: expressions, with {logged} for what the log holds."""
    return {
        column: expression
        for config in apps.get_app_configs()
        for column, expression in getattr(config, "past_columns", {}).get(table, {}).items()
    }


def _logged(field: "models.Field[Any, Any]") -> str:
    """What the log holds of a column, as of the column's type."""
    kind = str(field.db_type(connection))
    if kind == "jsonb":
        return f"nullif(s.stood -> '{field.column}', 'null')"
    if kind.endswith("[]"):
        return f"past.texts(s.stood -> '{field.column}')::{kind}"
    return f"(s.stood ->> '{field.column}')::{kind}"
