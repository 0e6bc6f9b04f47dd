"""What the page of one deal shows, from what the asker may see, in a number of questions that rows don't raise."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from deals.lifecycle import STAGES, Class
from deals.models import Commitment, CoverLink, Deal, DealRole, Origin, Party, Size, Tranche
from deals.money import Money, figure
from deals.selectors.stack import family
from deals.sentences.days import day_in_words
from deals.sentences.words import amount, listed
from institutions.isolation import moment
from institutions.models import State


def amount_in_words(amount: Decimal | None, currency: str) -> str:
    """'USD 300,000,000', or '' where there is no amount."""
    return figure(Money(amount, currency)) if amount is not None and currency else ""


def size_in_words(size: Size | None) -> str:
    """'up to USD 300,000,000', 'amount unknown', or '' where no size is told."""
    if size is None:
        return ""
    said = stated_in_words(size)
    return _("%(amount)s, jointly") % {"amount": said} if size.joint else said


def stated_in_words(size: Size) -> str:
    """The amount alone, also where it is promised jointly."""
    stated = size.joint or size
    return amount({"amount": stated.amount, "currency": stated.currency, "qualifier": stated.qualifier})


def price_in_words(margin_bps: Decimal | str | None, fees: str, premium: str) -> str:
    """'margin 250.00 bp, fees 1 % upfront', 'none' where nothing of it is stated."""
    said = [_("margin %(value)s bp") % {"value": margin_bps}] if margin_bps not in (None, "") else []
    said += [_("fees %(value)s") % {"value": fees}] if fees else []
    said += [_("premium %(value)s") % {"value": premium}] if premium else []
    return listed(said) or _("none")


@dataclass(frozen=True)
class CommitmentLine:
    """A commitment as one line of a table."""

    commitment: Commitment
    replaced: bool = False

    @property
    def cls(self) -> Class:
        return STAGES[self.commitment.stage].cls

    @property
    def published(self) -> bool:
        return self.commitment.origin == Origin.PUBLISHED

    @property
    def size(self) -> Size | None:
        # Hidden is the same as missing: Django raises either way.
        return getattr(self.commitment, "size", None)

    @property
    def size_in_words(self) -> str:
        return size_in_words(self.size)


@dataclass(frozen=True)
class PartyLine:
    """An institution in a deal, and how its NDA stands today."""

    party: Party
    state: str
    in_force: bool


@dataclass(frozen=True)
class DealPage:
    """Everything that the page of a deal shows, its history apart."""

    deal: Deal
    parties: tuple[PartyLine, ...]
    roles: tuple[DealRole, ...]
    tranches: tuple[Tranche, ...]
    commitments: tuple[CommitmentLine, ...]
    covers: tuple[CoverLink, ...]
    # Who took this published deal over.
    taken_over: Deal | None

    def rows(self) -> list[UUID]:
        """The rows whose history is the deal's."""
        shown = [self.deal, *(line.party for line in self.parties), *self.roles, *self.tranches]
        sizes = [line.size for line in self.commitments if line.size]
        return [row.pk for row in (*shown, *(line.commitment for line in self.commitments), *sizes)]


def find_deal(deal_id: UUID) -> Deal | None:
    """The deal, with what its header names; None where it is hidden or missing."""
    return (
        Deal.objects.select_related("project", "borrower", "owner", "network", "supersedes__source", "source")
        .filter(pk=deal_id)
        .first()
    )


def deal_page(deal: Deal) -> DealPage:
    """The deal's page; eight questions, however many rows there are. Its stack is another (selectors/stack.py)."""
    parties = deal.party_set.select_related("institution")
    roles = deal.dealrole_set.select_related("institution", "tranche")
    return DealPage(
        deal=deal,
        parties=tuple(
            party_line(row) for row in parties.exclude(state=State.REJECTED).order_by("left_on", "institution", "id")
        ),
        roles=tuple(roles.exclude(state=State.REJECTED).order_by("role", "institution", "id")),
        tranches=tuple(deal.tranche_set.order_by("purpose", "name", "id")),
        commitments=commitments_of(deal),
        covers=tuple(CoverLink.objects.filter(deal_id__in=family(deal)).select_related("covered_tranche")),
        taken_over=deal.taken_over.first(),
    )


def commitments_of(deal: Deal) -> tuple[CommitmentLine, ...]:
    """The deal's commitments and those of the published deal that it took over: firm first, replaced ones last."""
    of_deal = with_sizes(Commitment.objects.filter(deal_id__in=family(deal)))
    found = list(of_deal.order_by("institution__short_name", "told_at", "id"))
    # A replacement can stand in another deal than what it replaces.
    replaced = set(Commitment.objects.filter(supersedes__in=found).values_list("supersedes_id", flat=True))
    lines = [CommitmentLine(row, replaced=row.pk in replaced) for row in found]
    order = [Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE, Class.ENDED]
    return tuple(sorted(lines, key=lambda line: (line.replaced, order.index(line.cls))))


def with_sizes(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """With what a line names. The deal is not joined: it can be hidden where its commitment is not."""
    return commitments.select_related("institution", "tranche", "source", "size__joint")


def party_line(party: Party) -> PartyLine:
    """A party, and how its NDA stands today."""
    today = moment.today()
    if party.state == State.PREPARED:
        return PartyLine(party, _("waits for an approver"), in_force=False)
    if party.left_on and party.left_on <= today:
        return PartyLine(party, _("left on %(day)s") % {"day": day_in_words(party.left_on)}, in_force=False)
    if party.nda_signed_on is None or party.nda_signed_on > today:
        return PartyLine(party, _("invited, no NDA yet"), in_force=False)
    if party.nda_expires_on and party.nda_expires_on <= today:
        return PartyLine(
            party, _("NDA expired on %(day)s") % {"day": day_in_words(party.nda_expires_on)}, in_force=False
        )
    if party.nda_expires_on:
        return PartyLine(
            party, _("NDA in force until %(day)s") % {"day": day_in_words(party.nda_expires_on)}, in_force=True
        )
    return PartyLine(party, _("NDA in force"), in_force=True)
