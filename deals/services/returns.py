"""Annual returns: prepared from one's own ledgers, confirmed by another person, told further or only as a part of the
network's sum, which the secretariat publishes without seeing what it is made of (docs/decisions/0027)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.models import FIRST_YEAR, MOST_ADJUSTMENTS, SIDES, AnnualReturn, ReturnSum
from deals.money import Money
from deals.sentences.summaries import summarised
from deals.services.projects import network_for, tell
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Network, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Refusal, Unmet
from institutions.services import approvals
from institutions.services.acting import must


class YearNotOver(Refusal):
    code = "year_not_over"
    says = gettext_noop("A return is of a year that has ended. Name one from 2000 to last year.")


class ReturnWaits(Refusal):
    code = "return_waits"
    says = gettext_noop("A return of this year waits for an approver already. Have it confirmed or rejected first.")
    status = 409


class NotYourReturn(Refusal):
    code = "not_your_return"
    says = gettext_noop("Only {owner} may change this return. Prepare your own institution's.")
    status = 403


class NotReturned(Refusal):
    code = "not_returned"
    says = gettext_noop("What was not confirmed is told to nobody. Have the return confirmed, or prepare it anew.")
    status = 409


class TooMuch(Refusal):
    code = "too_large"
    says = gettext_noop("A figure of a return is below 1,000,000,000,000,000. Look at the amounts that you adjust by.")


class SecretariatSums(Refusal):
    code = "secretariat_sums"
    says = gettext_noop("The secretariat publishes the sum of a year's returns. Ask it to.")
    status = 403


def last_year() -> int:
    """The last of which there can be a return."""
    year: int = timezone.now().date().year - 1
    return year


def must_be_over(year: int) -> None:
    """Raises YearNotOver for a year that goes on, or that is before all returns; the triggers say the same."""
    if not FIRST_YEAR <= year <= last_year():
        raise YearNotOver(pointer="/year")


@dataclass(frozen=True)
class Adjustment:
    """What an institution adds to what its ledgers hold, or takes from it, and why."""

    side: str
    money: Money
    reason: str


@transaction.atomic
def prepare_return(
    *,
    by: Staff | Client,
    year: int,
    adjustments: Sequence[Adjustment] = (),
    note: str = "",
    with_walled: bool = False,
    network: Network | None = None,
    level: Level = Level.OWN,
    demo: bool = False,
) -> AnnualReturn:
    """What the institution signed in a year, filled in from the ledgers that `by` sees; it counts when an approver
    confirms it, and is told as far as `level` then. At `own` it is told as a part of the network's sum alone.
    `with_walled`: with what is of deals that are walled off for colleagues, who read the return.

    Raises YearNotOver, NotAMember, NameTheNetwork, Unmet naming what is wrong with an adjustment, TooMuch, ReturnWaits.
    """
    must(by, Permission.COMMITMENTS_WRITE, "prepare an annual return")
    where = network_for(by.institution, network)
    must_be_over(year)
    if wrong := lacking(adjustments):
        raise Unmet(wrong)
    if AnnualReturn.objects.filter(owner_id=by.institution_id, year=year, state=State.PREPARED.value).exists():
        raise ReturnWaits
    with rules_hold():
        made = AnnualReturn.objects.create(
            owner_id=by.institution_id,
            network=where,
            year=year,
            with_walled=with_walled,
            adjustments=[
                {
                    "side": each.side,
                    "currency": each.money.currency,
                    "amount": f"{each.money.amount:f}",
                    "reason": each.reason,
                }
                for each in adjustments
            ],
            figures=[],
            prepared_at=timezone.now(),
            note=note,
            demo=demo,
        )
    made.refresh_from_db()
    asks: dict[str, Any] = {"states": {str(made.pk): State.CONFIRMED.value}}
    says = "Return what was signed in {year}, to be summed with others'"
    if level is not Level.OWN:
        asks["levels"] = {str(made.pk): level.value}
        says = "Return what was signed in {year}, and tell {level} of it"
    approvals.prepare(
        by=by, subject=made, deal_id=None, asks=asks, summary=summarised(says, year=year, level=level.value)
    )
    return made


@transaction.atomic
def tell_return(*, by: Staff | Client, annual_return: AnnualReturn, level: Level) -> Approval | None:
    """Tells a return as far as `level`: narrower at once, wider when the returned approval is confirmed.

    Raises NotYourReturn, NotReturned where it was not confirmed, and NoSuchLevel for a level of deals.
    """
    must(by, Permission.COMMITMENTS_WRITE, "say how far a return is told")
    if annual_return.owner_id != by.institution_id:
        raise NotYourReturn(owner=annual_return.owner.short_name)
    if annual_return.state != State.CONFIRMED:
        raise NotReturned
    summary = summarised("Tell {level} of the annual return of {year}", level=level.value, year=annual_return.year)
    return tell(by=by, row=annual_return, level=level, summary=summary)


@transaction.atomic
def publish_sum(*, by: Staff | Client, year: int, network: Network | None = None) -> ReturnSum:
    """Has the database sum the year's returns and tell each member of the network its own line of it.

    Nothing of what it is made of is told to who publishes it. Raises SecretariatSums, NameTheNetwork and YearNotOver.
    """
    must(by, Permission.PROJECTS_WRITE, "publish the sum of a year's returns")
    if not by.institution.is_secretariat:
        raise SecretariatSums
    where = network_for(by.institution, network)
    must_be_over(year)
    now = timezone.now()
    with rules_hold():
        made = ReturnSum.objects.create(network=where, year=year, published_at=now, on_day=now.date())
    made.refresh_from_db()
    return made


def lacking(adjustments: Sequence[Adjustment]) -> dict[str, str]:
    """All that is wrong with adjustments, by their place; the table's trigger says the same."""
    wrong: dict[str, str] = {}
    if len(adjustments) > MOST_ADJUSTMENTS:
        wrong["/adjustments"] = _("Give at most 20 adjustments; put those of one side and currency together.")
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(adjustments):
        key = (each.side, each.money.currency)
        if each.side not in SIDES:
            wrong[f"/adjustments/{place}/side"] = _("Adjust money or cover. Name one of these.")
        elif each.money.amount == Decimal(0):
            wrong[f"/adjustments/{place}/money"] = _("An adjustment is more or less than nothing. Leave it out.")
        elif not each.reason.strip():
            wrong[f"/adjustments/{place}/reason"] = _("Say why, so that a reader can follow it.")
        elif key in seen:
            wrong[f"/adjustments/{place}"] = _("This side and currency was adjusted above. Put both together.")
        seen.add(key)
    return wrong
