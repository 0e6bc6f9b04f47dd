"""What waits for an approver, and what was decided: read by its own institution alone."""

from uuid import UUID

from institutions.compiled import compiled
from institutions.journal.naming import type_of
from institutions.models import Approval
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _approvals() -> Rows:
    return Approval.objects.values(
        "id", "summary", "table", "row_id", "deal_id", "asks", "prepared_by_id", "prepared_client_id", "decision",
        "decided_by_id", "decided_client_id", "decided_at", "reason", "demo", "created_at", "told_at",
    )  # fmt: skip


def _approval(row: Row) -> Shape:
    asks = row["asks"]
    return versioned(
        {
            "id": row["id"],
            "summary": row["summary"],
            "state": row["decision"] or "waiting",
            "subject": {"type": type_of(row["table"]), "id": row["row_id"]},
            "deal": row["deal_id"],
            "levels": asks.get("levels", {}),
            "stage": asks.get("stage"),
            "facts": asks.get("facts", {}),
            "size": asks.get("size"),
            "price": asks.get("price"),
            "in_force": list(asks.get("states", {})),
            "ndas": asks.get("nda", {}),
            "grants_until": asks.get("until"),
            "effective_on": asks.get("on"),
            "grants": asks.get("grants", {}),
            "conditions": asks.get("conditions", {}),
            "adds": asks.get("adds", {}),
            "prepared_by": row["prepared_by_id"],
            "prepared_client": row["prepared_client_id"],
            "prepared_at": instant(row["created_at"]),
            "decided_by": row["decided_by_id"],
            "decided_client": row["decided_client_id"],
            "decided_at": instant(row["decided_at"]),
            "reason": row["reason"],
            "demo": row["demo"],
        }
    )


APPROVALS = Reading("approval", _approvals, _approval)


def waiting_about(row_id: UUID) -> Shape | None:
    """The request about a row that no approver has decided yet."""
    asked = compiled("waiting about", lambda: _approvals().filter(row_id=_ROW, decision="").order_by("pk")[:1], _ROW)
    return next(map(_approval, asked.rows(row_id)), None)


# Stands in the kept SQL for the row.
_ROW = UUID(int=2)
