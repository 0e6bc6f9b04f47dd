"""What parties say of themselves in a deal, as the asker sees it: replies to invitations, conflicts of interest."""

from deals.models import Company, ConflictOfInterest, Deal, Party, PartyReply
from deals.selectors.parts import texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _replies() -> Rows:
    found: Rows = PartyReply.objects.values(
        "id", "owner_id", "answer", "note", "level", "demo", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_party=visible(Party, "party_id"),
    )  # fmt: skip
    return found


def _reply(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "party": row["seen_party"],
            "institution": row["owner_id"],
            **texts(row, "answer", "note"),
            "replied_at": instant(row["told_at"]),
            **texts(row, "level", "demo"),
        }
    )


_CONFLICT = ("id", "role", "description", "since", "until", "level", "demo")


def _conflicts() -> Rows:
    found: Rows = ConflictOfInterest.objects.values(
        *_CONFLICT,
        "owner_id", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_company=visible(Company, "company_id"),
    )  # fmt: skip
    return found


def _conflict(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["owner_id"],
            "company": row["seen_company"],
            **texts(row, *_CONFLICT[1:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


REPLIES = Reading("party_reply", _replies, _reply)
CONFLICTS = Reading("conflict_of_interest", _conflicts, _conflict)
