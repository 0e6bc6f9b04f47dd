"""Commitments as the asker sees them: size and price are null where it may not see them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from deals.lifecycle import STAGES
from deals.models import Commitment, Deal, Origin, Tranche
from deals.selectors.origin import confirmed_on
from deals.selectors.parts import SOURCE, decimal, money, source, texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_PLAIN = (
    "id", "origin", "stage", "stage_word", "instrument", "level", "account", "on_behalf_of", "borrower_level", "via",
    "reference", "valid_until", "agreement_reference", "signed_on", "announced_on", "announced_precision", "note",
    "demo",
)  # fmt: skip


def _commitments() -> Rows:
    # Parts are reached by outer joins: one that the wall hides is null, as one that is not there.
    found: Rows = Commitment.objects.values(
        *_PLAIN,
        *SOURCE,
        "institution_id",
        "told_at",
        "size__id", "size__amount", "size__currency", "size__qualifier", "size__level",
        "size__joint_id", "size__joint__amount", "size__joint__currency", "size__joint__qualifier",
        "price__id", "price__margin_bps", "price__fees", "price__premium", "price__level",
        seen_deal=visible(Deal, "deal_id"),
        seen_tranche=visible(Tranche, "tranche_id"),
        seen_before=visible(Commitment, "supersedes_id"),
        seen_lapsed=visible(Commitment, "renews_id"),
        # Of the parts only those that the asker sees count: PostgreSQL's greatest ignores nulls.
        confirmed_on=confirmed_on(),
        changed_at=Greatest(F("updated_at"), F("size__updated_at"), F("price__updated_at")),
    )  # fmt: skip
    return found


def _commitment(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "tranche": row["seen_tranche"],
            "institution": row["institution_id"],
            **texts(row, "origin", "stage"),
            "class": STAGES[row["stage"]].cls.value,
            **texts(row, *_PLAIN[3:-1]),
            "supersedes": row["seen_before"],
            "renews": row["seen_lapsed"],
            "confirmed_on": row["confirmed_on"],
            "size": _size(row),
            "price": _price(row),
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["changed_at"]),
        }
    )


def _size(row: Row) -> Shape | None:
    if row["size__id"] is None:
        return None
    return {
        "money": money(row["size__amount"], row["size__currency"]),
        "qualifier": row["size__qualifier"],
        "level": row["size__level"],
        "joint": _joint(row),
    }


def _joint(row: Row) -> Shape | None:
    """One figure for several commitments: whoever adds sizes must count it once, by its id."""
    if row["size__joint__qualifier"] is None:
        return None
    return {
        "id": row["size__joint_id"],
        "money": money(row["size__joint__amount"], row["size__joint__currency"]),
        "qualifier": row["size__joint__qualifier"],
    }


def _price(row: Row) -> Shape | None:
    if row["price__id"] is None:
        return None
    return {
        "margin_bps": decimal(row["price__margin_bps"]),
        "fees": row["price__fees"],
        "premium": row["price__premium"],
        "level": row["price__level"],
    }


COMMITMENTS = Reading("commitment", _commitments, _commitment)


def owners_of(commitments: Iterable[UUID]) -> dict[UUID, UUID]:
    """The institution whose row each commitment is, of those that the asker sees; one query."""
    return dict(Commitment.objects.filter(pk__in=set(commitments)).values_list("pk", "owner_id"))


def own_commitments(institution: UUID) -> dict[UUID, UUID]:
    """An institution's own registered commitments, as far as the asker sees them, and the deal of each; one query."""
    own = Commitment.objects.filter(owner_id=institution, origin=Origin.REGISTERED)
    return dict(own.values_list("pk", "deal_id"))
