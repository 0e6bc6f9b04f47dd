"""What an institution states of its own commitment: register it, change it, widen it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.lifecycle import APPROVED_FACTS, FIRST_STAGES, SEEN_BY_TWO, STAGES, Class
from deals.models import Commitment, Deal, Instrument, Size, Tranche
from deals.sentences.summaries import summarised
from deals.services.moves import lay_before, parts_of
from deals.services.owning import ApprovedStands, EndedStands, own, size_is_open, update
from deals.services.prices import PriceDraft, keep_price
from deals.services.registering import draw_up
from deals.services.sizes import SizeDraft, check_size_level, put_size
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Staff
from institutions.permissions import Permission
from institutions.services import approvals
from institutions.services.acting import must


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
    drawn = draw_up(
        by=by,
        deal=deal,
        instrument=instrument,
        stage=stage,
        level=level,
        tranche=tranche,
        valid_until=valid_until,
        size=size,
        price_level=price.level if price else None,
        supersedes=supersedes,
        renews=renews,
        since=since,
        demo=demo,
        **facts,
    )
    commitment = drawn.commitment
    commitment.save(force_insert=True)
    told: dict[Confidential, Level] = {commitment: level}
    if size and drawn.size:
        drawn.size.save(force_insert=True)
        told[drawn.size] = size.level or level
    if price:
        kept = keep_price(commitment=commitment, price=price.told(Level.OWN) if drawn.waits else price)
        told[kept] = price.level
    drawn.step.save(force_insert=True)
    if drawn.stage != commitment.stage:
        Commitment.objects.filter(pk=commitment.pk).update(stage=drawn.stage)
        commitment.refresh_from_db()
    further = {row: wanted for row, wanted in told.items() if wanted is not Level.OWN}
    if stage not in FIRST_STAGES:
        lay_before(by=by, commitment=commitment, to=stage, on=drawn.on, levels=further)
    elif drawn.waits:
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
