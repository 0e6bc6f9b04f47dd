"""What covers protect, whose loans are shared and what is promised together, as the asker sees them: a name that it may
not see is null."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from deals.models import Commitment, CoverLink, Deal, JointAmount, Participation, Tranche
from deals.selectors.parts import decimal, money, texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _links() -> Rows:
    found: Rows = CoverLink.objects.values(
        "id", "origin", "level", "demo", "owner_id", "told_at", "updated_at", "political_percent",
        "commercial_percent", "amount", "currency",
        seen_deal=visible(Deal, "deal_id"),
        seen_cover=visible(Commitment, "cover_id"),
        seen_covered=visible(Commitment, "covered_id"),
        seen_tranche=visible(Tranche, "covered_tranche_id"),
    )  # fmt: skip
    return found


def _link(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "cover": row["seen_cover"],
            "covered": row["seen_covered"],
            "tranche": row["seen_tranche"],
            "political_percent": decimal(row["political_percent"]),
            "commercial_percent": decimal(row["commercial_percent"]),
            "amount": money(row["amount"], row["currency"]),
            **texts(row, "origin", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _shares() -> Rows:
    found: Rows = Participation.objects.values(
        "id", "origin", "level", "demo", "owner_id", "kind", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        seen_lender=visible(Commitment, "lender_id"),
    )  # fmt: skip
    return found


def _share(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "lender": row["seen_lender"],
            **texts(row, "kind", "origin", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _joints() -> Rows:
    # Named by their sizes: whoever does not see that a size is part of it is not told so here either.
    together = Commitment.objects.filter(size__joint=OuterRef("pk")).order_by("pk").values("pk")
    found: Rows = JointAmount.objects.values(
        "id", "origin", "level", "demo", "owner_id", "told_at", "updated_at", "amount", "currency", "qualifier", "note",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitments=ArraySubquery(together),
    )  # fmt: skip
    return found


def _joint(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitments": row["seen_commitments"],
            "money": money(row["amount"], row["currency"]),
            **texts(row, "qualifier", "note", "origin", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


COVER_LINKS = Reading("cover_link", _links, _link)
PARTICIPATIONS = Reading("participation", _shares, _share)
JOINT_AMOUNTS = Reading("joint_amount", _joints, _joint)
