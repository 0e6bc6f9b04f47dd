"""What a cover protects, and one figure for several commitments: both say how money is counted once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import COVER, Commitment, CoverLink, JointAmount, Qualifier, Size, Tranche
from deals.money import Money
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen
from deals.services.owning import own, own_all, size_is_open, told_within
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class NoCover(Refusal):
    code = "no_cover"
    says = gettext_noop("A {instrument} is money and protects nothing. Name a guarantee or an insurance of your own.")


class CoversOneThing(Refusal):
    code = "covers_one_thing"
    says = gettext_noop("Name the commitment or the tranche that it protects, in the deal of the cover.")


class MoreThanWhole(Refusal):
    code = "covers_at_most_whole"
    says = gettext_noop(
        "The covers of one owner protect at most 100 % of a loan against each risk. Give less, or change another."
    )


class NotTogether(Refusal):
    code = "not_together"
    says = gettext_noop("One figure is for two or more of your own commitments in one deal. Name at least two.")


class FigureIsKnown(Refusal):
    code = "figure_is_known"
    says = gettext_noop(
        "An amount is given, so it is not unknown. Say how sure it is: exact, up to, approximate or at least."
    )


@transaction.atomic
def link_cover(
    *,
    by: Staff | Client,
    cover: Commitment,
    covered: Commitment | None = None,
    tranche: Tranche | None = None,
    political: Decimal | None = None,
    commercial: Decimal | None = None,
    money: Money | None = None,
    level: Level = Level.OWN,
) -> CoverLink:
    """Says which loan or tranche one's own cover protects: percentages per risk, an amount, or all of it.

    Told no further than the cover and what it names; beyond the lead once an approver confirms.
    """
    must(by, Permission.COMMITMENTS_WRITE, "say what a cover protects")
    own(by, cover)
    if cover.instrument not in COVER:
        raise NoCover(instrument=cover.instrument.replace("_", " "), pointer="/cover")
    told_within(cover.level, level)
    named = [row for row in (covered, tranche) if row is not None]
    if len(named) != 1 or named[0].deal_id != cover.deal_id:
        raise CoversOneThing(pointer="/covered")
    if covered:
        told_within(covered.level, level)
    with _at_most_whole(political, commercial), rules_hold():
        link = CoverLink.objects.create(
            owner_id=cover.owner_id,
            deal_id=cover.deal_id,
            cover=cover,
            covered=covered,
            covered_tranche=tranche,
            political_percent=political,
            commercial_percent=commercial,
            amount=money.amount if money else None,
            currency=money.currency if money else "",
            level=(Level.OWN if level.beyond_lead else level).value,
            demo=cover.demo,
        )
    if level.beyond_lead:
        summary = summarised(
            "Tell {level} that {commitment} protects {covered}",
            level=level.value,
            commitment=cover,
            covered=named[0],
        )
        ask_to_widen(by=by, subject=link, rows=[link], level=level, deal_id=link.deal_id, summary=summary)
    return link


@transaction.atomic
def promise_together(
    *,
    by: Staff | Client,
    commitments: Sequence[Commitment],
    money: Money,
    qualifier: Qualifier = Qualifier.EXACT,
    note: str = "",
    level: Level = Level.OWN,
) -> JointAmount:
    """One figure for several of one's own commitments in a deal: it counts once, and their own sizes are unknown.

    Beyond the lead it is told once an approver confirms.
    """
    must(by, Permission.COMMITMENTS_WRITE, "promise one amount for several commitments")
    if qualifier is Qualifier.UNKNOWN:
        raise FigureIsKnown(pointer="/qualifier")
    rows = own_all(by, commitments)
    for commitment in rows:
        size_is_open(commitment, pointer="/commitments")
    if len(rows) < 2 or len({row.deal_id for row in rows}) != 1:
        raise NotTogether(pointer="/commitments")
    first = rows[0]
    joint = JointAmount.objects.create(
        owner_id=first.owner_id,
        deal_id=first.deal_id,
        amount=money.amount,
        currency=money.currency,
        qualifier=qualifier.value,
        note=note[:300],
        level=(Level.OWN if level.beyond_lead else level).value,
        demo=first.demo,
    )
    with rules_hold():
        _count_within(joint, rows, level)
    if level.beyond_lead:
        summary = summarised(
            "Tell {level} of {money} that stand for {count} commitments together",
            level=level.value,
            money=money,
            count=len(rows),
        )
        ask_to_widen(by=by, subject=joint, rows=[joint], level=level, deal_id=joint.deal_id, summary=summary)
    return joint


def _count_within(joint: JointAmount, commitments: Sequence[Commitment], level: Level) -> None:
    """Their sizes are unknown from now on: their money is within the joint amount."""
    stated = {size.commitment_id: size for size in Size.objects.filter(commitment__in=commitments)}
    for commitment in commitments:
        told = min(level, Level(commitment.level), Level.LEAD, key=lambda each: each.rank)
        within: dict[str, Any] = {"amount": None, "currency": "", "qualifier": Qualifier.UNKNOWN.value, "joint": joint}
        if size := stated.get(commitment.pk):
            size.prepare(told)
            Size.objects.filter(pk=size.pk).update(level=told.value, **within)
        else:
            facts = {"owner_id": commitment.owner_id, "deal_id": commitment.deal_id, "demo": commitment.demo}
            Size.objects.create(commitment=commitment, level=told.value, **facts, **within)


@contextmanager
def _at_most_whole(political: Decimal | None, commercial: Decimal | None) -> Iterator[None]:
    """Names the field of too much cover, where it can be one alone."""
    given = {"/political_percent": political, "/commercial_percent": commercial}
    risks = [pointer for pointer, percent in given.items() if percent is not None]
    try:
        yield
    except MoreThanWhole as refused:
        # Of both risks the database does not say which it was.
        raise MoreThanWhole(pointer=risks[0] if len(risks) == 1 else "") from refused
