"""Coordinators of a deal that came after the asker's institution told the lead something."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from institutions.models import Consent, Institution
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


@dataclass(frozen=True)
class LaterLead:
    """One of them; without `consent_id` it does not see what was told before it came."""

    institution_id: UUID
    name: str
    # None where its role was named without a day.
    since: datetime | None
    consent_id: UUID | None


def later_leads(deal_id: UUID) -> list[LaterLead]:
    """By name; a question each for who they are, their names and the consents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution, since FROM wall.later_leads(%s)", [deal_id])
        since: dict[UUID, datetime | None] = dict(cursor.fetchall())
    if not since:
        return []
    consents = dict(Consent.objects.filter(deal_id=deal_id, ended_at__isnull=True).values_list("institution_id", "pk"))
    institutions = Institution.objects.filter(pk__in=since).order_by("name", "id")
    return [LaterLead(row.pk, row.name, since[row.pk], consents.get(row.pk)) for row in institutions]


def _consents() -> Rows:
    found: Rows = Consent.objects.values("id", "deal_id", "institution_id", "ended_at", "told_at", "demo")
    return found


def _consent(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["deal_id"],
            "institution": row["institution_id"],
            "since": instant(row["told_at"]),
            "ended_at": instant(row["ended_at"]),
            "demo": row["demo"],
        }
    )


LEAD_CONSENTS = Reading("lead_consent", _consents, _consent)
