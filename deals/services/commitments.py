"""What an institution states of its own commitment: register it, change it, widen it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import APPROVED_FACTS, FIRST_STAGES, SEEN_BY_TWO, STAGES, Class, Requirement
from deals.models import Commitment, Deal, Instrument, Origin, Size, Tranche
from deals.sentences.summaries import summarised
from deals.services.moves import lay_before, parts_of, record_step
from deals.services.owning import ApprovedStands, EndedStands, own, size_is_open, told_within, update
from deals.services.prices import PriceDraft, keep_price
from deals.services.requirements import unmet_requirements
from deals.services.sizes import SizeDraft, check_size_level, put_size
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services import approvals
from institutions.services.acting import must


class ReplacesAnother(Refusal):
    code = "replaces_another"
    says = gettext_noop("A commitment replaces a published row about your own institution. Name such a one, or none.")


class RenewsAnother(Refusal):
    code = "renews_another"
    says = gettext_noop(
        "A commitment takes up a lapsed one of your own institution in the same deal. Name such a one, or none."
    )


class BeginsIndicative(Refusal):
    code = "begins_indicative"
    says = gettext_noop(
        "A commitment is registered at an indicative stage, not at '{stage}'. Register it as a letter of interest, "
        "then move it (POST …/transitions)."
    )


@transaction.atomic
def register_commitment(
    *,
    by: Staff | Client,
    deal: Deal,
    instrument: Instrument,
    stage: str,
    level: Level = Level.OWN,
    tranche: Tranche | None = None,
    valid_until: date | None = None,
    size: SizeDraft | None = None,
    price: PriceDraft | None = None,
    supersedes: Commitment | None = None,
    renews: Commitment | None = None,
    since: date | None = None,
    demo: bool = False,
    **facts: Any,
) -> Commitment:
    """Registers the asker's own commitment at an indicative stage.

    A letter, and whatever is told beyond the lead, waits for an approver: until then it stands at `own`, a letter as an
    enquiry. `since`: the day on which it took its stage, where that was not today. `facts`: reference, account,
    on_behalf_of, borrower_level, via, note. Raises Unmet naming every missing requirement.
    """
    must(by, Permission.COMMITMENTS_WRITE, "register a commitment")
    if STAGES[stage].cls is not Class.INDICATIVE:
        raise BeginsIndicative(stage=stage, pointer="/stage")
    if supersedes and (supersedes.institution_id != by.institution_id or supersedes.origin != Origin.PUBLISHED):
        raise ReplacesAnother(pointer="/supersedes")
    if renews and (renews.owner_id, renews.deal_id, renews.stage) != (by.institution_id, deal.pk, "lapsed"):
        raise RenewsAnother(pointer="/renews")
    check_size_level(level=level, size_level=size.level if size else None)
    if price:
        told_within(level, price.level, pointer="/price/level")
    given = {Requirement.VALID_UNTIL: valid_until, Requirement.SIZE: size.money if size else None}
    unmet_requirements(stage, {r: bool(v) for r, v in given.items()}, valid_until=valid_until)
    waits = stage not in FIRST_STAGES or level.beyond_lead
    # A stage that needs a size is entered when the size is there.
    first = "enquiry" if stage not in FIRST_STAGES or Requirement.SIZE in STAGES[stage].requires else stage
    commitment = Commitment.objects.create(
        owner_id=by.institution_id,
        institution_id=by.institution_id,
        deal=deal,
        tranche=tranche,
        instrument=instrument,
        stage=first,
        level=(Level.OWN if waits else level).value,
        valid_until=valid_until,
        supersedes=supersedes,
        renews=renews,
        # Whatever is put into a fictional deal is fictional too.
        demo=demo or deal.demo,
        **facts,
    )
    told: dict[Confidential, Level] = {commitment: level}
    if size:
        asked = size.level or level
        # With a commitment that waits, its size and price wait too.
        told[put_size(commitment=commitment, size=size, level=Level.OWN if waits else asked)] = asked
    if price:
        kept = keep_price(commitment=commitment, price=price.told(Level.OWN) if waits else price)
        told[kept] = price.level
    day = since or timezone.now().date()
    record_step(commitment, stage=stage if stage in FIRST_STAGES else first, on=day)
    if stage in FIRST_STAGES and first != stage:
        Commitment.objects.filter(pk=commitment.pk).update(stage=stage)
        commitment.refresh_from_db()
    further = {row: wanted for row, wanted in told.items() if wanted is not Level.OWN}
    if stage not in FIRST_STAGES:
        lay_before(by=by, commitment=commitment, to=stage, on=day, levels=further)
    elif waits:
        _ask_to_tell(by, commitment, further)
    return commitment


def widen_commitment(
    *, by: Staff | Client, commitment: Commitment, level: Level, size_level: Level | None = None
) -> Approval:
    """Asks an approver to tell the commitment as far as `level`, and its size as far as `size_level`."""
    must(by, Permission.COMMITMENTS_WRITE, "widen a commitment")
    check_size_level(level=level, size_level=size_level)
    levels: dict[Confidential, Level] = {commitment: level}
    size = Size.objects.filter(commitment=commitment).first()
    if size and size_level and size_level.rank > Level(size.level).rank:
        levels[size] = size_level
    return _ask_to_tell(by, commitment, levels)


@transaction.atomic
def change_commitment(
    *, by: Staff | Client, commitment: Commitment, size: SizeDraft | None = None, **facts: Any
) -> None:
    """Changes what the institution states: valid_until, reference, account, note, tranche …, and its size."""
    must(by, Permission.COMMITMENTS_WRITE, "change a commitment")
    own(by, commitment)
    stands = [name for name in facts if name in APPROVED_FACTS or f"{name}_id" in APPROVED_FACTS]
    if STAGES[commitment.stage].cls is Class.ENDED and stands:
        raise EndedStands(pointer=f"/{stands[0].removesuffix('_id')}")
    if commitment.stage in SEEN_BY_TWO and stands:
        raise ApprovedStands(what=f"'{stands[0]}'", pointer=f"/{stands[0].removesuffix('_id')}")
    if size:
        size_is_open(commitment)
    if facts:
        update(commitment, **facts)
    if size:
        whole = Level(commitment.level)
        # Asked further than the commitment is told yet, it waits for that (telling.tell_commitment).
        told = min(size.level or whole, whole, key=lambda level: level.rank)
        size = replace(size, level=size.level and told)
        with rules_hold():
            put_size(commitment=commitment, size=size, level=Level.OWN if told.beyond_lead else told)


def _ask_to_tell(by: Staff | Client, commitment: Commitment, levels: Mapping[Confidential, Level]) -> Approval:
    size = next((wanted for row, wanted in levels.items() if isinstance(row, Size)), None)
    says = gettext_noop("Tell {level} of {commitment} in {deal}")
    if size:
        says = "Tell {level} of {commitment} in {deal}, its size as far as {further}"
    return approvals.prepare(
        by=by,
        subject=commitment,
        deal_id=commitment.deal_id,
        asks={"levels": {str(row.pk): wanted.value for row, wanted in levels.items()}},
        summary=summarised(
            says,
            level=levels[commitment].value,
            commitment=commitment,
            deal=commitment.deal,
            further=size.value if size else "",
        ),
        parts=parts_of(commitment),
    )
