"""Parts that several shapes have: money, sources, and links to objects that the asker may not see."""

from decimal import Decimal
from typing import Any

from django.db.models import Func, Model, OuterRef, Subquery, UUIDField

from deals.money import minor_units
from institutions.selectors.reading import Row, Shape

SOURCE = ("source__title", "source__url", "source__date", "source__confidence", "source_id")


class Me(Func):
    """The institution that asks."""

    function = "wall.me"
    arity = 0
    output_field = UUIDField()


def money(amount: Decimal | None, currency: str) -> Shape | None:
    """{"amount": "150000000.00", "currency": "USD"}, with the decimals that the currency has."""
    if amount is None:
        return None
    return {"amount": f"{amount:.{minor_units(currency)}f}", "currency": currency}


def decimal(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def source(row: Row) -> Shape | None:
    """Where a published row was read."""
    if row["source_id"] is None:
        return None
    return {name: row[f"source__{name}"] or None for name in ("title", "url", "date", "confidence")}


def visible(model: type[Model], column: str) -> Subquery:
    """The id in `column`, null where the asker does not see the object: a join would drop the row instead."""
    return Subquery(model._default_manager.filter(pk=OuterRef(column)).order_by().values("pk")[:1])


def texts(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}
