"""Pages of the lists: counted as far as people leaf, since counting a million rows takes longer than showing fifty."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

# Twenty pages; whoever looks for something further on searches or filters.
COUNTED = 1_000


class CountedSoFar(Paginator):  # type: ignore[type-arg]  # generic in the stubs alone
    """`count` is at most COUNTED; `more` says whether there are more than that."""

    @cached_property
    def _found(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # a page of rows, never of a plain list
        return rows.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def more(self) -> bool:
        return self._found > COUNTED
