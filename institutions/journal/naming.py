"""Types of objects in the log, the feed and the API: the model's name in the field's words."""

import re

from institutions.isolation.raising import walled_models
from institutions.isolation.walls import Confidential, Curated


def type_of(table: str) -> str:
    """`deals_commitment` is a `commitment`, `deals_dealrole` a `deal_role`."""
    return _TYPES[table]


def table_of(kind: str) -> str | None:
    """The table whose rows are of this type, None where no rows are that institutions are told of."""
    tables = (model._meta.db_table for model, wall in walled_models() if isinstance(wall, Confidential | Curated))
    return next((table for table in tables if type_of(table) == kind), None)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class _Types(dict[str, str]):
    """Filled at the first question, when all models are loaded."""

    def __missing__(self, table: str) -> str:
        self.update({model._meta.db_table: _snake(model.__name__) for model, _ in walled_models()})
        return self.get(table, table)


_TYPES = _Types()
