"""Allocations as their lead reads them, and lines as their lead and their addressee do."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject

from deals.models import Allocation, AllocationAcceptance, AllocationLine, Commitment, Deal, Tranche
from deals.selectors.parts import money, texts, visible
from institutions.models import Approval, State
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_ALLOCATION = ("id", "deal_id", "tranche_id", "rule", "state", "workings", "demo")


def _allocations() -> Rows:
    lines = AllocationLine.objects.filter(allocation=OuterRef("pk")).order_by("id")
    found: Rows = Allocation.objects.values(
        *_ALLOCATION,
        "amount", "total", "currency", "lot", "told_at", "updated_at",
        told=ArraySubquery(
            lines.values(json=JSONObject(id="pk", commitment="commitment_id", taken_back_on="taken_back_on"))
        ),
        answers=ArraySubquery(
            AllocationAcceptance.objects.filter(line__allocation=OuterRef("pk"), state=State.CONFIRMED)
            .order_by("id")
            .values(json=JSONObject(line="line_id", answer="answer", given_back_on="given_back_on"))
        ),
    )  # fmt: skip
    return found


def _allocation(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["deal_id"],
            "tranche": row["tranche_id"],
            **texts(row, "rule", "state"),
            **{name: money(row[name], row["currency"]) for name in ("amount", "total", "lot")},
            "lines": [_working(working, row) for working in row["workings"]],
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


def _working(working: dict[str, Any], row: Row) -> Shape:
    """An offer's arithmetic, with what became of its line; an offer that got nothing has none."""
    line: Shape = next((line for line in row["told"] if line["commitment"] == working["commitment"]), {})
    answer: Shape = next((answer for answer in row["answers"] if answer["line"] == line.get("id")), {})
    return {
        "line": line.get("id"),
        **{name: working[name] for name in ("commitment", "kind", "order", "steps")},
        **{name: _money(working[name], row["currency"]) for name in ("bid", "floor", "cap", "amount")},
        "taken_back_on": line.get("taken_back_on"),
        "answer": answer.get("answer"),
        "given_back_on": answer.get("given_back_on"),
    }


def _money(amount: str | None, currency: str) -> Shape | None:
    return money(Decimal(amount), currency) if amount is not None else None


_LINE = ("id", "commitment_id", "institution_id", "kind", "state", "taken_back_on", "demo")


def _lines() -> Rows:
    answers = AllocationAcceptance.objects.filter(line=OuterRef("pk"), state=State.CONFIRMED)
    found: Rows = AllocationLine.objects.values(
        *_LINE,
        "owner_id", "bid", "amount", "currency", "told_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_tranche=visible(Tranche, "tranche_id"),
        seen_allocation=visible(Allocation, "allocation_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        answer=Subquery(answers.values("answer")[:1]),
        given_back_on=Subquery(answers.values("given_back_on")[:1]),
        changed_at=Greatest(F("updated_at"), Subquery(answers.values("updated_at")[:1])),
    )  # fmt: skip
    return found


def _line(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "tranche": row["seen_tranche"],
            "allocation": row["seen_allocation"],
            "lead": row["owner_id"],
            "commitment": row["seen_commitment"],
            "institution": row["institution_id"],
            "kind": row["kind"],
            **{name: money(row[name], row["currency"]) for name in ("bid", "amount")},
            **texts(row, "state", "taken_back_on", "answer", "given_back_on", "demo"),
            "updated_at": instant(row["changed_at"]),
        }
    )


ALLOCATIONS = Reading("allocation", _allocations, _allocation)
ALLOCATION_LINES = Reading("allocation_line", _lines, _line)


def with_answers(lines: QuerySet[AllocationLine]) -> QuerySet[AllocationLine]:
    """The lines with `answer` and `given_back_on`, as far as the asker sees answers; by institution."""
    answers = AllocationAcceptance.objects.filter(line=OuterRef("pk"), state=State.CONFIRMED)
    return (
        lines.select_related("institution", "owner")
        .annotate(
            answer=Subquery(answers.values("answer")[:1]), given_back_on=Subquery(answers.values("given_back_on")[:1])
        )
        .order_by("institution__short_name", "id")
    )


def waiting_answer(line: UUID) -> Shape | None:
    """The asker's own answer to a line that waits for its approver."""
    prepared = AllocationAcceptance.objects.filter(line=line, state=State.PREPARED).first()
    if prepared is None:
        return None
    subject = Approval.objects.filter(row_id__in=[prepared.pk, prepared.commitment_id], decision="").first()
    return waiting_about(subject.row_id) if subject else None
