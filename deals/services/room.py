"""What every row of a deal room has in common: whose it is, and how far it is told."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Deal, InDeal
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen, set_level
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services.acting import must
from institutions.services.rows import hold

R = TypeVar("R", bound=InDeal)


class NotYourRow(Refusal):
    code = "not_yours"
    says = gettext_noop("Only the institution that made it may change it. Ask it to, or add your own beside it.")
    status = 403


def put(row: R, *, by: Staff | Client, level: Level, act: str) -> R:
    """Saves a new row of the asker's, told as far as the lead at once; further it waits at `own` for an approver."""
    must(by, Permission.DEALS_WRITE, act)
    row.owner_id = by.institution_id
    row.level = (Level.OWN if level.beyond_lead else level).value
    # Whatever is put into a fictional deal is fictional too.
    row.demo = row.deal.demo
    row.save()
    if level.beyond_lead:
        ask(by=by, row=row, level=level)
    # The database fills in times and audience.
    row.refresh_from_db()
    return row


@transaction.atomic
def tell(*, by: Staff | Client, row: InDeal, level: Level, parts: Sequence[InDeal] = ()) -> Approval | None:
    """Tells a row of the asker's as far as `level`: narrower, or up to the lead, at once; further when the returned
    approval is confirmed. `parts` are told as far with it where they would be told less."""
    must(by, Permission.DEALS_WRITE, "say how far it is told")
    own(by, row)
    present = Level(row.level)
    if level is present:
        return None
    if level.rank > present.rank and level.beyond_lead:
        return ask(by=by, row=row, level=level, parts=parts)
    set_level(row=row, level=level)
    for part in parts if level.rank > present.rank else ():
        if Level(part.level).rank < level.rank:
            set_level(row=part, level=level)
    return None


def ask(*, by: Staff | Client, row: InDeal, level: Level, parts: Sequence[InDeal] = ()) -> Approval:
    """Lays the telling of a row before an approver."""
    must(by, Permission.COMMITMENTS_WRITE, "prepare what an approver confirms")
    deal = deal_of(row)
    kind = row._meta.verbose_name
    return ask_to_widen(
        by=by,
        subject=row,
        rows=[row, *parts],
        level=level,
        deal_id=row.deal_id,
        summary=summarised(
            "Tell {level} of the {kind} '{row}' in {deal}", level=level.value, kind=kind, row=row, deal=deal
        ),
    )


def deal_of(row: InDeal) -> Deal:
    """The deal that a row is in. Raises NotFound where the asker sees the row alone."""
    deal = Deal.objects.filter(pk=row.deal_id).first()
    if deal is None:
        raise NotFound(what="deal")
    return deal


def own(by: Staff | Client, row: InDeal) -> None:
    """Raises unless the row is the asker's own. Locks it, so that an approver who confirms at the same time sees the
    change or comes first."""
    if row.owner_id != by.institution_id:
        raise NotYourRow
    hold(row)
