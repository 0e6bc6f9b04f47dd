"""Counts of rows that the asker does not see: in lists, headers, badges and pages."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deals.admin.deals import DealAdmin
from deals.models import Commitment
from deals.money import Money
from deals.selectors import stack
from institutions.admin.reading import ReadingAdmin
from institutions.api.conventions import pages
from institutions.api.conventions.resources import ListView
from institutions.selectors.reading import versioned
from tests.worlds.planted.leak import Leak, how_many, past


def _count_past(patch: pytest.MonkeyPatch) -> None:
    """`?count=true` from a function that counts faster than the policies let."""

    def count_of(request: Any, rows: Any) -> dict[str, Any]:
        asked = request.query_params.get("count") == "true"
        return {"count": how_many(rows.model._meta.db_table), "count_capped": False} if asked else {}

    patch.setattr("institutions.api.conventions.resources.count_of", count_of)


def _last_page(patch: pytest.MonkeyPatch) -> None:
    """A header that says how many pages there are."""
    shown = ListView.get

    def get(self: ListView, request: Any) -> Any:
        response = shown(self, request)
        limit = int(request.query_params.get("limit", 50))
        rows = how_many(self.resource.reading.rows().model._meta.db_table)
        response.headers["X-Pages"] = str(-(-rows // limit))
        return response

    patch.setattr(ListView, "get", get)


def _next_by_count(patch: pytest.MonkeyPatch) -> None:
    """`next` with the number of rows that are left, those that nobody hands out among them."""

    def page_of(request: Any, rows: Any, order: tuple[str, ...]) -> pages.Page:
        page = pages.page_of(request, rows, order)
        left = how_many(rows.model._meta.db_table) - len(page.rows)
        return pages.Page(page.rows, page.next and f"{page.next}&left={left}")

    patch.setattr("institutions.api.conventions.resources.page_of", page_of)


def _badge(patch: pytest.MonkeyPatch) -> None:
    """The sidebar counts what waits in every institution."""
    patch.setattr(
        "deals.admin.approvals.badge", lambda _request: str(how_many("institutions_approval", "decision = ''"))
    )


def _facet(patch: pytest.MonkeyPatch) -> None:
    """The list's footer says how many rows there are, from a count that is not the asker's."""

    class Counting(Paginator):  # type: ignore[type-arg]  # it takes none at run time
        @cached_property
        def count(self) -> int:
            return how_many(self.object_list.model._meta.db_table)  # type: ignore[attr-defined]

    patch.setattr(ReadingAdmin, "paginator", Counting)


def _title(patch: pytest.MonkeyPatch) -> None:
    """A page that says of how many commitments of the deal it shows some."""
    facts = DealAdmin.facts

    def counting(self: DealAdmin, request: Any, row: Any) -> dict[str, object]:
        found = facts(self, request, row)
        of = how_many("deals_commitment", f"deal_id = '{row.pk}'")
        return found | {"beside": [*_beside(found), format_html("<p>Shown of {}</p>", of)]}

    patch.setattr(DealAdmin, "facts", counting)


def _beside(facts: dict[str, Any]) -> list[SafeString]:
    return list(facts["beside"])


def _one_by_one(patch: pytest.MonkeyPatch) -> None:
    """A question for each row of the deal, hidden or not: what is hidden finds nothing, but is asked."""
    from deals.selectors import commitments

    def asking(shape: dict[str, Any]) -> dict[str, Any]:
        for row in past(f"SELECT id FROM deals_commitment WHERE deal_id = '{shape['deal']}'"):
            Commitment.objects.filter(pk=row["id"]).exists()
        return versioned(shape)

    patch.setattr(commitments, "versioned", asking)


def _gap(patch: pytest.MonkeyPatch) -> None:
    """A gap to the target from the figures of all: what nobody shows the asker is missing in the gap."""
    told = stack._stack

    def counting(deals: Any, *args: Any, **kwargs: Any) -> Any:
        found = told(deals, *args, **kwargs)
        if found.target is None or not deals:
            return found
        there = ", ".join(f"'{deal}'" for deal in deals)
        hidden = past(f"SELECT coalesce(sum(amount), 0)::text AS n FROM deals_size WHERE deal_id IN ({there})")
        short = Money.total(Decimal(hidden[0]["n"]), found.target.currency)
        return replace(found, to_firm=replace(found.to_firm, short=short))

    patch.setattr(stack, "_stack", counting)


LISTS = r"^api/v1/(commitments|deals)$"
COUNTS = (
    Leak("a count past the policy in ?count=true", "a rival's system", LISTS, _count_past, short=True),
    Leak("a header with the number of pages", "a rival's system", LISTS, _last_page),
    Leak("a next link that counts what is left", "a rival's system", LISTS, _next_by_count),
    Leak("a badge that counts others' approvals", "a rival's approver", r"^admin/approvals/$", _badge),
    Leak("a list's number of rows past the policy", "a rival's officer", r"^admin/deals/(deal|commitment)/$", _facet),
    Leak("a page with the number of hidden rows", "a rival's officer", r"^admin/deals/deal/<uuid", _title),
    Leak("a gap that counts hidden sizes", "the coordinator's officer", r"stack", _gap),
    Leak("a question for each hidden row", "a rival's system", "", _one_by_one),
)  # fmt: skip
