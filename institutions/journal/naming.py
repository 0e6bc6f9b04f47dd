"""Types of objects in the log, the feed and the API: the model's name in the field's words."""

import re

from institutions.isolation.raising import walled_models


def type_of(table: str) -> str:
    """`deals_commitment` is a `commitment`, `deals_dealrole` a `deal_role`."""
    return _TYPES[table]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class _Types(dict[str, str]):
    """Filled at the first question, when all models are loaded."""

    def __missing__(self, table: str) -> str:
        self.update({model._meta.db_table: _snake(model.__name__) for model, _ in walled_models()})
        return self.get(table, table)


_TYPES = _Types()
