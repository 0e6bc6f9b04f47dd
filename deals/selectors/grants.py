"""Institutions that were named to see one row: the owner's own list."""

from django.db.models import OuterRef, Subquery

from institutions.isolation import moment
from institutions.journal.naming import type_of
from institutions.models import Grant, Standing
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _grants() -> Rows:
    found: Rows = Grant.objects.values(
        "id", "deal_id", "row_id", "institution_id", "starts", "ends", "told_at", "updated_at", "demo",
        table=Subquery(Standing.objects.filter(row_id=OuterRef("row_id")).values("table")),
    )  # fmt: skip
    return found


def _grant(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "row": {"type": type_of(row["table"]) if row["table"] else "row", "id": row["row_id"]},
            "deal": row["deal_id"],
            "institution": row["institution_id"],
            "starts": instant(row["starts"]),
            "until": instant(row["ends"]),
            "state": state_of(row),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


def state_of(row: Row) -> str:
    """`coming`, `live` or `ended`, by the clock."""
    now = moment.now()
    if row["ends"] <= max(now, row["starts"]):
        return "ended"
    return "coming" if row["starts"] > now else "live"


GRANTS = Reading("grant", _grants, _grant)
