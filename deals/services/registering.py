"""What is written when a commitment is registered, drawn up from what is stated: for one, or for very many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import FIRST_STAGES, STAGES, Class, Requirement
from deals.models import Commitment, Deal, Instrument, Origin, Size, Step, Tranche
from deals.services.moves import step_of
from deals.services.owning import told_within
from deals.services.requirements import unmet_requirements
from deals.services.sizes import SizeDraft, check_size_level, size_of
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must
from institutions.services.many import insert_many


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


@dataclass(frozen=True)
class Drawn:
    """Rows that are not there yet. `stage`: the one that the commitment takes once they are, where that is another;
    `waits`: until an approver confirms, it stands at `own`; `on`: the day on which it took its stage."""

    commitment: Commitment
    size: Size | None
    step: Step
    stage: str
    waits: bool
    on: date


def draw_up(
    *,
    by: Staff | Client,
    deal: Deal,
    instrument: Instrument,
    stage: str,
    level: Level = Level.OWN,
    tranche: Tranche | None = None,
    valid_until: date | None = None,
    size: SizeDraft | None = None,
    price_level: Level | None = None,
    supersedes: Commitment | None = None,
    renews: Commitment | None = None,
    since: date | None = None,
    demo: bool = False,
    **facts: Any,
) -> Drawn:
    """The asker's own commitment at an indicative stage, with its size and first step. Asks the database nothing.

    As register_commitment says. Raises Unmet naming every missing requirement.
    """
    must(by, Permission.COMMITMENTS_WRITE, "register a commitment")
    if STAGES[stage].cls is not Class.INDICATIVE:
        raise BeginsIndicative(stage=stage, pointer="/stage")
    if supersedes and (supersedes.institution_id != by.institution_id or supersedes.origin != Origin.PUBLISHED):
        raise ReplacesAnother(pointer="/supersedes")
    if renews and (renews.owner_id, renews.deal_id, renews.stage) != (by.institution_id, deal.pk, "lapsed"):
        raise RenewsAnother(pointer="/renews")
    check_size_level(level=level, size_level=size.level if size else None)
    if price_level:
        told_within(level, price_level, pointer="/price/level")
    given = {Requirement.VALID_UNTIL: valid_until, Requirement.SIZE: size.money if size else None}
    unmet_requirements(stage, {r: bool(v) for r, v in given.items()}, valid_until=valid_until)
    waits = stage not in FIRST_STAGES or level.beyond_lead
    # A stage that needs a size is entered when the size is there.
    first = "enquiry" if stage not in FIRST_STAGES or Requirement.SIZE in STAGES[stage].requires else stage
    commitment = Commitment(
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
    day = since or timezone.now().date()
    taken = stage if stage in FIRST_STAGES else first
    return Drawn(
        commitment=commitment,
        # With a commitment that waits, its size waits too.
        size=size_of(commitment, size, Level.OWN if waits else size.level or level) if size else None,
        step=step_of(commitment, stage=taken, on=day),
        stage=taken,
        waits=waits,
        on=day,
    )


@dataclass
class Registering:
    """Registers very many that wait for nobody, some thousands at a time, within one transaction."""

    _prepared: set[tuple[UUID, str]] = field(default_factory=set)

    def prepare(self, drawn: Iterable[Drawn]) -> None:
        """Has the audiences made, each once: what is undone afterwards leaves them there."""
        for each in drawn:
            for row in (each.commitment, each.size, each.step):
                if row and (where := (row.deal_id, row.level)) not in self._prepared:
                    row.prepare(Level(row.level))
                    self._prepared.add(where)

    def insert(self, drawn: Sequence[Drawn]) -> None:
        """The same rows in the same order as one by one, by a statement for each table: all of them or none.

        Raises what the database refuses, and does not say of which.
        """
        insert_many([each.commitment for each in drawn])
        insert_many([each.size for each in drawn if each.size])
        insert_many([each.step for each in drawn])
        moved: dict[str, list[UUID]] = {}
        for each in drawn:
            if each.stage != each.commitment.stage:
                moved.setdefault(each.stage, []).append(each.commitment.pk)
        for stage, keys in moved.items():
            if Commitment.objects.filter(pk__in=keys).update(stage=stage) != len(keys):
                raise Stale
