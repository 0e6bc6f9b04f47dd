"""What institutions say to what is published of them, as the asker sees it."""

from django.db.models import OuterRef, Subquery

from deals.models import Commitment, Confirmation
from deals.selectors.parts import texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def confirmed_on() -> Subquery:
    """The day as of which a commitment's institution confirmed what is published of it."""
    return Subquery(Confirmation.objects.filter(commitment=OuterRef("pk")).order_by("-as_of", "id").values("as_of")[:1])


def confirmation_of(commitment: Commitment) -> Confirmation | None:
    """The institution's latest word about a published commitment."""
    return Confirmation.objects.filter(commitment=commitment).select_related("owner").first()


_CONFIRMATION = ("id", "as_of", "note", "level", "demo")


def _confirmations() -> Rows:
    found: Rows = Confirmation.objects.values(*_CONFIRMATION, "owner_id", "commitment_id", "told_at", "updated_at")
    return found


def _confirmation(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "institution": row["owner_id"],
            "commitment": row["commitment_id"],
            **texts(row, *_CONFIRMATION[1:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


CONFIRMATIONS = Reading("confirmation", _confirmations, _confirmation)
