"""A commitment's price, which goes no further than the lead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from deals.lifecycle import SEEN_BY_TWO
from deals.models import Commitment, Price
from deals.services.disclosure import set_level
from deals.services.owning import ApprovedStands, own, told_within
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.services.acting import must


@dataclass(frozen=True)
class PriceDraft:
    """A price as its institution states it; `margin_bps` in basis points, to a hundredth."""

    margin_bps: Decimal | None
    fees: str
    premium: str
    level: Level

    def told(self, level: Level) -> "PriceDraft":
        """The same terms, told as far as `level`."""
        return replace(self, level=level)

    @property
    def terms(self) -> dict[str, Decimal | str | None]:
        return {"margin_bps": self.margin_bps, "fees": self.fees, "premium": self.premium}


def written_price(price: PriceDraft) -> dict[str, str]:
    """A price as an approval asks for it. The database compares it (deals.price_stands)."""
    margin = "" if price.margin_bps is None else f"{price.margin_bps.quantize(Decimal('0.01')):f}"
    return {"margin_bps": margin, "fees": price.fees, "premium": price.premium, "level": price.level.value}


def read_price(asked: Mapping[str, str]) -> PriceDraft:
    """The price that `written_price` wrote."""
    margin = asked["margin_bps"]
    return PriceDraft(Decimal(margin) if margin else None, asked["fees"], asked["premium"], Level(asked["level"]))


@transaction.atomic
def put_price(*, by: Staff | Client, commitment: Commitment, price: PriceDraft) -> Price:
    """The commitment's price, first or changed. Raises ApprovedStands where two persons saw it: it moves with that."""
    must(by, Permission.COMMITMENTS_WRITE, "price a commitment")
    own(by, commitment)
    stated = Price.objects.filter(commitment=commitment).first()
    if commitment.stage in SEEN_BY_TWO and (stated is None or _terms_of(stated) != price.terms):
        raise ApprovedStands(what="Its price", pointer="/price")
    return keep_price(commitment=commitment, price=price)


def keep_price(*, commitment: Commitment, price: PriceDraft) -> Price:
    """Writes the price; whoever calls it has asked whether it may change. Raises BeyondCommitment."""
    told_within(commitment, price.level)
    stated = Price.objects.filter(commitment=commitment).first()
    if stated is None:
        return Price.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            level=price.level.value,
            demo=commitment.demo,
            **price.terms,
        )
    Price.objects.filter(pk=stated.pk).update(**price.terms)
    stated.refresh_from_db()
    if price.level is not Level(stated.level):
        set_level(row=stated, level=price.level)
    return stated


def _terms_of(stated: Price) -> dict[str, Decimal | str | None]:
    return {"margin_bps": stated.margin_bps, "fees": stated.fees, "premium": stated.premium}
