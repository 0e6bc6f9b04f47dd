"""Moving a deal through its life: to market, to allocation, to documentation, to financial close."""

from datetime import date
from typing import Any

from django.db import transaction

from deals.lifecycle import NEXT_STEP, STATUSES, Requirement, deal_goes_back, deal_needs_two, statuses_from
from deals.models import Deal, DealStep, Tranche
from deals.sentences.summaries import summarised
from deals.services.inviting import registrar
from deals.services.requirements import POINTERS, Refused, day_of_step
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Stale, Unmet
from institutions.services import approvals
from institutions.services.acting import must
from institutions.services.rows import hold


@transaction.atomic
def move_deal(*, by: Staff | Client, deal: Deal, to: str, on: date | None = None, reason: str = "") -> Approval | None:
    """Moves a deal, or lays the move before an approver where two persons see it (then returns the approval).

    Raises Refused with what is allowed next, or Unmet naming every missing requirement.
    """
    must(by, Permission.DEALS_WRITE, "move a deal")
    registrar(by, deal)
    hold(deal)
    _check(deal, to=to, reason=reason)
    day = day_of_step(on)
    if not deal_needs_two(deal.status, to):
        _enter(deal, to=to, on=day, reason=reason)
        return None
    asks: dict[str, Any] = {"stage": to, "on": day.isoformat(), "reason": reason}
    summary = summarised("Move {deal} to {status}", deal=deal, status=to)
    return approvals.prepare(by=by, subject=deal, deal_id=deal.pk, asks=asks, summary=summary)


def carry_out_deal_move(approval: Approval) -> None:
    """Moves the deal as a confirmed approval says, if it says so."""
    to = approval.asks.get("stage")
    if to is None or approval.table != Deal._meta.db_table:
        return
    deal = Deal.objects.filter(pk=approval.row_id).first()
    if deal is None:
        raise NotFound(what="deal")
    _check(deal, to=to, reason=approval.asks["reason"])
    _enter(deal, to=to, on=date.fromisoformat(approval.asks["on"]), reason=approval.asks["reason"])


def next_statuses(deal: Deal, *, tranches: bool | None = None) -> dict[str, dict[str, str]]:
    """Every status that may come next, with what it lacks: pointer -> next step. `tranches`: whether it has any, where
    that is known already."""
    met = _met(deal, reason="", tranches=tranches)
    return {to: _missing(deal, to, met) for to in statuses_from(deal.status)}


def _check(deal: Deal, *, to: str, reason: str) -> None:
    allowed = statuses_from(deal.status)
    if to not in allowed:
        raise Refused(stage=deal.status, to=to, allowed=", ".join(allowed) or "none, it is over", pointer="/to")
    if missing := _missing(deal, to, _met(deal, reason=reason)):
        raise Unmet(missing)


def _met(deal: Deal, *, reason: str, tranches: bool | None = None) -> dict[Requirement, bool]:
    return {
        Requirement.BORROWER: deal.borrower_id is not None,
        Requirement.DEAL_TRANCHE: Tranche.objects.filter(deal=deal).exists() if tranches is None else tranches,
        Requirement.REASON: bool(reason),
    }


def _missing(deal: Deal, to: str, met: dict[Requirement, bool]) -> dict[str, str]:
    asked = [r for r in STATUSES[to].requires if r is not Requirement.FOUR_EYES]
    if deal_goes_back(deal.status, to):
        asked.append(Requirement.REASON)
    return {POINTERS[r]: NEXT_STEP[r] for r in asked if not met[r]}


def _enter(deal: Deal, *, to: str, on: date, reason: str) -> None:
    DealStep.objects.create(
        owner_id=deal.owner_id, deal=deal, status=to, effective_on=on, reason=reason[:400], demo=deal.demo
    )
    # Guarded: of two who race, one finds the status changed.
    if Deal.objects.filter(pk=deal.pk, status=deal.status).update(status=to) != 1:
        raise Stale
    deal.refresh_from_db()
