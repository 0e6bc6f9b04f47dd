"""Naming one institution that sees a row with its parts, from one moment to another."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Commitment, Deal, Document, Origin, Price, Size, Tranche
from deals.services.disclosure import ask_to_grant
from deals.services.owning import IsPublished
from institutions.models import Approval, Client, Confidential, Grant, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services.acting import must

Shareable = Deal | Commitment | Document


class NamesItself(Refusal):
    code = "names_itself"
    says = gettext_noop("Your own institution sees it already. Name another.")


class EndsTooEarly(Refusal):
    code = "ends_too_early"
    says = gettext_noop("It would end before it begins. Give a later end.")


class GrantEnded(Refusal):
    code = "grant_ended"
    says = gettext_noop("This has ended already. Name the institution anew to show it again.")
    status = 409


class NoPrice(Refusal):
    code = "no_price"
    says = gettext_noop("This commitment has no price to show. State one first, or leave the price out.")


@transaction.atomic
def name_institution(
    *,
    by: Staff | Client,
    row: Shareable,
    to: Institution,
    until: datetime,
    starts: datetime | None = None,
    with_price: bool = False,
) -> Approval:
    """Lays before an approver that `to` sees the row: a commitment with its size, and with its price where that is
    asked; a deal with its tranches. Raises NotFound where the row is another's."""
    must(by, Permission.COMMITMENTS_WRITE, "name an institution")
    if row.owner_id != by.institution_id:
        raise NotFound(what="row")
    if getattr(row, "origin", Origin.REGISTERED) == Origin.PUBLISHED:
        raise IsPublished
    if to.pk == by.institution_id:
        raise NamesItself(pointer="/institution")
    if until <= max(timezone.now(), starts or datetime.min.replace(tzinfo=UTC)):
        raise EndsTooEarly(pointer="/until")
    parts = _parts(row, with_price=with_price)
    if with_price and not any(isinstance(part, Price) for part in parts):
        raise NoPrice(pointer="/with_price")
    deal_id = row.pk if isinstance(row, Deal) else row.deal_id
    return ask_to_grant(by=by, rows=[row, *parts], to=to, until=until, deal_id=deal_id, starts=starts)


@transaction.atomic
def end_grant(*, by: Staff | Client, grant: Grant) -> None:
    """Ends it at once, with what was shown of the same row's parts: the institution's next question finds nothing."""
    must(by, Permission.COMMITMENTS_WRITE, "end what an institution was named for")
    if grant.owner_id != by.institution_id:
        raise NotFound(what="grant")
    shown = Grant.objects.filter(owner_id=grant.owner_id, institution_id=grant.institution_id, ends__gt=timezone.now())
    if not shown.filter(pk=grant.pk).exists():
        raise GrantEnded
    shown.filter(row_id__in=[grant.row_id, *part_ids(grant.row_id)]).update(ends=TransactionNow())
    grant.refresh_from_db()


def part_ids(row_id: UUID) -> list[UUID]:
    """The parts with which a row is shown."""
    return [
        *Size.objects.filter(commitment_id=row_id).values_list("pk", flat=True),
        *Price.objects.filter(commitment_id=row_id).values_list("pk", flat=True),
        *Tranche.objects.filter(deal_id=row_id).values_list("pk", flat=True),
    ]


def _parts(row: Shareable, *, with_price: bool) -> list[Confidential]:
    if isinstance(row, Commitment):
        sizes = list(Size.objects.filter(commitment=row))
        return [*sizes, *(Price.objects.filter(commitment=row) if with_price else ())]
    if isinstance(row, Deal):
        return list(Tranche.objects.filter(deal=row, owner_id=row.owner_id))
    return []
