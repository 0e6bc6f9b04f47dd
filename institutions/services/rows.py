"""The rows that an approval names, whatever tables they are in."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from institutions.isolation.raising import walled_models
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Approval, Confidential, Prepared, Standing
from institutions.refusals import NotFound


@cache
def confidential() -> dict[str, type[Confidential]]:
    """Every table of institutions' rows; asked when all models are loaded."""
    return {
        model._meta.db_table: model
        for model, wall in walled_models()
        if isinstance(wall, Walled) and issubclass(model, Confidential)
    }


def by_table(approval: Approval, rows: Iterable[str]) -> list[tuple[type[Confidential], list[UUID]]]:
    """The rows by their models: the subject's first, since a part is told no further than its whole, then the others in
    one order for all, so that two who lock them don't wait for each other."""
    return sorted(by_kind(rows), key=lambda kind: kind[0]._meta.db_table != approval.table)


def by_kind(rows: Iterable[str]) -> list[tuple[type[Confidential], list[UUID]]]:
    """The rows by their models, in the order of their tables; one question."""
    found: dict[str, list[UUID]] = {}
    for row, table in Standing.objects.filter(row_id__in=list(rows)).values_list("row_id", "table"):
        found.setdefault(table, []).append(row)
    return [(confidential()[table], found[table]) for table in sorted(found)]


def hold(row: Confidential) -> None:
    """Locks a row and reads it anew, so that whoever confirms or changes it at the same time sees this change or came
    before. Raises NotFound where it is seen no more, or is kept by a deal team that the asker is not on."""
    try:
        row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update(no_key=True))
    except type(row).DoesNotExist:
        raise NotFound(what=row._meta.verbose_name) from None


def lock(approval: Approval) -> None:
    """Locks the rows that an approval is about, as those who change them do."""
    for model, rows in by_table(approval, approval.asks["rows"]):
        list(model._default_manager.select_for_update(no_key=True).filter(pk__in=rows).order_by("pk"))


def settle(approval: Approval, state: str) -> int:
    """Gives the prepared rows that an approval names their state; how many."""
    settled = 0
    for model, rows in by_table(approval, approval.asks.get("states", ())):
        if issubclass(model, Prepared):
            settled += model._default_manager.filter(pk__in=rows, state="prepared").update(state=state)
    return settled
