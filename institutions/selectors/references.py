"""What the asker's institution calls objects in its own systems."""

from uuid import UUID

from institutions.journal.naming import type_of
from institutions.models import ExternalReference
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _references() -> Rows:
    found: Rows = ExternalReference.objects.values(
        "id", "scheme", "value", "table", "object_id", "told_at", "updated_at", "ended_at", "demo"
    )
    return found


def _reference(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "scheme": row["scheme"],
            "value": row["value"],
            "object": {"type": type_of(row["table"]), "id": row["object_id"]},
            "since": instant(row["told_at"]),
            "ended_at": instant(row["ended_at"]),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


EXTERNAL_REFERENCES = Reading("external_reference", _references, _reference)


def named_outside(scheme: str, value: str) -> Rows:
    """The ids of the objects that the asker's institution calls so."""
    found: Rows = ExternalReference.objects.filter(scheme=scheme, value=value, ended_at__isnull=True).values(
        "object_id"
    )
    return found


def objects_named(table: str, scheme: str, value: str) -> list[UUID]:
    """Those of one table."""
    return list(named_outside(scheme, value).filter(table=table).values_list("object_id", flat=True))
