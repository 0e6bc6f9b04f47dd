"""A commitment's price, which goes no further than the lead."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from deals.models import Commitment, Price
from deals.services.disclosure import set_level
from deals.services.owning import own
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.services.acting import must


@dataclass(frozen=True)
class PriceDraft:
    """A price as its institution states it; `margin_bps` in basis points."""

    margin_bps: Decimal | None
    fees: str
    premium: str
    level: Level

    def told(self, level: Level) -> "PriceDraft":
        """The same terms, told as far as `level`."""
        return replace(self, level=level)


@transaction.atomic
def put_price(*, by: Staff | Client, commitment: Commitment, price: PriceDraft) -> Price:
    """The commitment's price, first or changed."""
    must(by, Permission.COMMITMENTS_WRITE, "price a commitment")
    own(by, commitment)
    terms = {"margin_bps": price.margin_bps, "fees": price.fees, "premium": price.premium}
    stated = Price.objects.filter(commitment=commitment).first()
    if stated is None:
        return Price.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            level=price.level.value,
            demo=commitment.demo,
            **terms,
        )
    Price.objects.filter(pk=stated.pk).update(**terms)
    stated.refresh_from_db()
    if price.level is not Level(stated.level):
        set_level(row=stated, level=price.level)
    return stated
