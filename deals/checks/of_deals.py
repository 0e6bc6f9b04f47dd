"""Whether a deal's target, tranches, money, cover and dates agree with each other and with its project."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.checks.seen import Check, SeenCommitment, SeenDeal
from deals.money import Money, figure

SEEKS = ("in_market", "allocating")


def _more(one: Money | None, other: Money | None) -> bool:
    """Whether both are known, of one currency, and the one is more."""
    return bool(one and other and one.currency == other.currency and one.amount > other.amount)


def no_target(seen: SeenDeal) -> Iterator[str]:
    if seen.target is None and seen.status in SEEKS:
        yield _("The deal is in the market without a target: nobody can tell what is missing.")


def no_lead(seen: SeenDeal) -> Iterator[str]:
    if not seen.leads and seen.status in SEEKS:
        yield _("Nobody is named who leads the deal.")


def tranches_differ_from_target(seen: SeenDeal) -> Iterator[str]:
    base = [tranche for tranche in seen.tranches if tranche.purpose == "base"]
    amounts = [tranche.amount for tranche in base if tranche.amount]
    if seen.target is None or not base or len(amounts) < len(base):
        return
    if {money.currency for money in amounts} == {seen.target.currency}:
        whole = sum((money.amount for money in amounts), Decimal(0))
        if whole != seen.target.amount:
            names = {"tranches": f"{seen.target.currency} {whole:,.0f}", "target": figure(seen.target)}
            yield _("The base tranches seek %(tranches)s together, and the deal %(target)s.") % names


def firm_beyond_target(seen: SeenDeal) -> Iterator[str]:
    if _more(seen.firm, seen.target):
        yield _("Firm money (%(firm)s) is more than the target (%(target)s).") % {
            "firm": figure(seen.firm),
            "target": figure(seen.target),
        }


def closed_with_a_gap(seen: SeenDeal) -> Iterator[str]:
    if seen.status in ("closed", "completed") and _more(seen.target, seen.firm):
        yield _("The deal has closed, and firm money (%(firm)s) does not reach the target (%(target)s).") % {
            "firm": figure(seen.firm),
            "target": figure(seen.target),
        }


def sought_beyond_cost(seen: SeenDeal) -> Iterator[str]:
    cost = seen.project.latest("capex") if seen.project else None
    if cost and _more(seen.sought, cost.money):
        names = {"sought": figure(seen.sought), "cost": figure(cost.money)}
        yield _("The project's deals seek %(sought)s together, more than its capital cost of %(cost)s.") % names


def grace_beyond_tenor(seen: SeenDeal) -> Iterator[str]:
    for tranche in seen.tranches:
        if tranche.tenor_months and tranche.grace_months and tranche.grace_months >= tranche.tenor_months:
            yield _("%(tranche)s: its grace period is as long as its tenor.") % {"tranche": tranche.name}


def tenor_beyond_mine_life(seen: SeenDeal) -> Iterator[str]:
    life = seen.project.latest("mine_life") if seen.project else None
    if life is None or life.number is None:
        return
    for tranche in seen.tranches:
        if tranche.tenor_months and tranche.tenor_months > life.number * 12:
            names = {"tranche": tranche.name, "years": f"{life.number.normalize():f}"}
            yield _("%(tranche)s runs longer than the mine lives (%(years)s years).") % names


def availability_ended(seen: SeenDeal) -> Iterator[str]:
    for tranche in seen.tranches:
        ends = tranche.availability_ends_on
        if ends and ends < seen.today and seen.status in SEEKS:
            yield _("%(tranche)s: its availability ended on %(day)s, and it is still being placed.") % {
                "tranche": tranche.name,
                "day": ends,
            }


def condition_after_availability(seen: SeenDeal) -> Iterator[str]:
    ends = [tranche.availability_ends_on for tranche in seen.tranches if tranche.availability_ends_on]
    for condition in seen.conditions:
        if ends and condition.is_open and condition.due_on and condition.due_on > max(ends):
            yield _("'%(condition)s' is due on %(day)s, when nothing can be drawn any more.") % {
                "condition": condition.text[:80],
                "day": condition.due_on,
            }


def closed_with_open_conditions(seen: SeenDeal) -> Iterator[str]:
    count = sum(1 for condition in seen.conditions if condition.is_open)
    if seen.status == "completed" and count:
        yield _("The deal is completed, and conditions are open (%(count)s).") % {"count": count}


def cover_beyond_covered(seen: SeenDeal) -> Iterator[str]:
    for one in seen.commitments:
        for cover, covered in one.covers:
            if _more(cover, covered):
                names = {"institution": one.by, "cover": figure(cover), "covered": figure(covered)}
                yield _("%(institution)s covers %(cover)s of %(covered)s.") % names


def cover_of_nothing(seen: SeenDeal) -> Iterator[str]:
    for one in seen.commitments:
        if one.cover and one.cls == "firm" and not one.covers:
            yield _("%(institution)s: it is not told what its cover protects.") % {"institution": one.by}


def other_currency_than_tranche(seen: SeenDeal) -> Iterator[str]:
    for one in _of_tranches(seen):
        if one.amount and one.tranche and one.amount.currency != one.tranche.currency:
            names = {"institution": one.by, "currency": one.amount.currency, "tranche": one.tranche.name}
            yield _("%(institution)s commits %(currency)s to %(tranche)s, which is in another currency.") % names


def more_than_tranche(seen: SeenDeal) -> Iterator[str]:
    for one in _of_tranches(seen):
        whole = one.tranche.amount if one.tranche else None
        if one.cls == "firm" and not one.cover and _more(one.amount, whole):
            names = {"institution": one.by, "amount": figure(one.amount), "whole": figure(whole)}
            yield _("%(institution)s alone has committed %(amount)s, more than its tranche (%(whole)s).") % names


def signed_before_announced(seen: SeenDeal) -> Iterator[str]:
    for one in seen.commitments:
        if one.signed_on and seen.announced_on and one.signed_on < seen.announced_on:
            names = {"institution": one.by, "signed": one.signed_on, "announced": seen.announced_on}
            yield _("%(institution)s signed on %(signed)s, before the deal was announced (%(announced)s).") % names


def money_for_what_is_closed(seen: SeenDeal) -> Iterator[str]:
    if seen.project and seen.project.stage in ("closed", "care_and_maintenance") and seen.status in SEEKS:
        yield _("The deal seeks money for a project that is closed or at rest.")


def _of_tranches(seen: SeenDeal) -> list[SeenCommitment]:
    return [one for one in seen.commitments if one.tranche]


CHECKS = (
    Check("no_target", no_target),
    Check("no_lead", no_lead),
    Check("tranches_differ_from_target", tranches_differ_from_target),
    Check("firm_beyond_target", firm_beyond_target),
    Check("closed_with_a_gap", closed_with_a_gap),
    Check("sought_beyond_cost", sought_beyond_cost),
    Check("grace_beyond_tenor", grace_beyond_tenor),
    Check("tenor_beyond_mine_life", tenor_beyond_mine_life),
    Check("availability_ended", availability_ended),
    Check("condition_after_availability", condition_after_availability),
    Check("closed_with_open_conditions", closed_with_open_conditions),
    Check("cover_beyond_covered", cover_beyond_covered),
    Check("cover_of_nothing", cover_of_nothing),
    Check("other_currency_than_tranche", other_currency_than_tranche),
    Check("more_than_tranche", more_than_tranche),
    Check("signed_before_announced", signed_before_announced),
    Check("money_for_what_is_closed", money_for_what_is_closed),
)
