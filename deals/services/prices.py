"""A commitment's price, which goes no further than the lead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from deals.lifecycle import SEEN_BY_TWO, STAGES, Class
from deals.models import Commitment, Price
from deals.sentences.summaries import summarised
from deals.services.disclosure import set_level
from deals.services.owning import EndedStands, own, told_within
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound
from institutions.services import approvals
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
def put_price(*, by: Staff | Client, commitment: Commitment, price: PriceDraft) -> Approval | None:
    """The commitment's price, first or changed: at once, or once the returned approval is confirmed, where two persons
    saw what stands. Raises EndedStands of what has ended, BeyondCommitment where it would be told further."""
    must(by, Permission.COMMITMENTS_WRITE, "price a commitment")
    own(by, commitment)
    told_within(commitment.level, price.level, pointer="/price/level")
    stated = Price.objects.filter(commitment=commitment).first()
    if stated is None or _terms_of(stated) != price.terms:
        if STAGES[commitment.stage].cls is Class.ENDED:
            raise EndedStands(pointer="/price")
        if commitment.stage in SEEN_BY_TWO:
            return approvals.prepare(
                by=by,
                subject=commitment,
                deal_id=commitment.deal_id,
                asks={"price": written_price(price)},
                summary=summarised("Price {commitment} in {deal} anew", commitment=commitment, deal=commitment.deal),
            )
    keep_price(commitment=commitment, price=price, stated=stated)
    return None


def carry_out_price(approval: Approval) -> None:
    """Prices the commitment as a confirmed approval says, if it says so."""
    asked = approval.asks.get("price")
    if asked is None or approval.table != Commitment._meta.db_table:
        return
    commitment = Commitment.objects.filter(pk=approval.row_id).first()
    if commitment is None:
        raise NotFound(what="commitment")
    price = read_price(asked)
    told_within(commitment.level, price.level, pointer="/price/level")
    keep_price(commitment=commitment, price=price, stated=Price.objects.filter(commitment=commitment).first())


def keep_price(*, commitment: Commitment, price: PriceDraft, stated: Price | None = None) -> Price:
    """Writes the price over the one that is stated; whoever calls it has asked whether it may."""
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
