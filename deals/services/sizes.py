"""A commitment's amount, as its institution states it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from deals.models import Commitment, Qualifier, Size
from deals.money import Money
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.refusals import Refusal


class SizeBeyondCommitment(Refusal):
    code = "size_beyond_commitment"
    says = gettext_noop("A size is told no further than its commitment ('{level}'). Widen the commitment first.")


@dataclass(frozen=True)
class SizeDraft:
    """An amount as its institution states it, and how far it is told (None: as far as the commitment)."""

    money: Money | None
    qualifier: Qualifier = Qualifier.EXACT
    level: Level | None = None

    @property
    def amount(self) -> Decimal | None:
        return self.money.amount if self.money else None

    @property
    def currency(self) -> str:
        return self.money.currency if self.money else ""


def check_size_level(*, level: Level, size_level: Level | None) -> None:
    """Raises SizeBeyondCommitment where the size would be told further than the commitment."""
    if size_level and size_level.rank > level.rank:
        raise SizeBeyondCommitment(level=level.value, pointer="/size/level")


def written(size: SizeDraft) -> str:
    """A size as an approval asks for it: '300000000 USD up_to'. The database compares it (deals.size_stands)."""
    if size.money is None:
        return Qualifier.UNKNOWN.value
    return f"{size.money.amount.normalize():f} {size.currency} {size.qualifier}"


def read_size(text: str) -> SizeDraft:
    """The size that `written` wrote."""
    if text == Qualifier.UNKNOWN:
        return SizeDraft(None, Qualifier.UNKNOWN)
    amount, currency, qualifier = text.split(" ")
    return SizeDraft(Money(Decimal(amount), currency), Qualifier(qualifier))


def size_of(commitment: Commitment, size: SizeDraft, level: Level) -> Size:
    """The row that is not there yet."""
    return Size(commitment=commitment, **_facts(commitment, size, level))


def _facts(commitment: Commitment, size: SizeDraft, level: Level) -> dict[str, Any]:
    return {
        "owner_id": commitment.owner_id,
        "deal_id": commitment.deal_id,
        "amount": size.amount,
        "currency": size.currency,
        "qualifier": size.qualifier,
        "level": level.value,
        "demo": commitment.demo,
    }


def put_size(*, commitment: Commitment, size: SizeDraft, level: Level) -> Size:
    """The commitment's size, first or changed; what it was promised together with others is its own from now on."""
    facts = _facts(commitment, size, level)
    stated, made = Size.objects.get_or_create(commitment=commitment, defaults=facts)
    if not made:
        Size.objects.filter(pk=stated.pk).update(
            amount=size.amount, currency=size.currency, qualifier=size.qualifier, joint=None
        )
        stated.refresh_from_db()
        if size.level and size.level is not Level(stated.level) and not size.level.beyond_lead:
            set_level(row=stated, level=size.level)
    return stated
