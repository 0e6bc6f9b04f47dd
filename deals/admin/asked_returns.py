"""What an approver confirms of an annual return: its figures, as they would stand."""

from uuid import UUID

from django.utils.translation import gettext as _

from deals.models import AnnualReturn
from deals.sentences.returns import figure_in_words
from institutions.models import Approval, State


def asked_of_returns(found: list[Approval]) -> dict[UUID, list[str]]:
    """By the row: each figure of a return that would be counted; one question for all."""
    rows = {each.row_id for each in found if each.table == AnnualReturn._meta.db_table and each.asks.get("states")}
    waiting = AnnualReturn.objects.filter(pk__in=rows, state=State.PREPARED.value) if rows else ()
    return {row.pk: _figures(row) for row in waiting}


def _figures(row: AnnualReturn) -> list[str]:
    if not row.figures:
        return [_("Nothing was signed in %(year)s.") % {"year": row.year}]
    said = [_("Return %(figure)s.") % {"figure": figure_in_words(line)} for line in row.figures]
    if row.with_walled:
        said.append(_("With deals that are walled off: all your colleagues read their sum."))
    return [*said, _("Note: %(note)s") % {"note": row.note}] if row.note else said
