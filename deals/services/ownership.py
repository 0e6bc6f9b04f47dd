"""Stating who holds what. Nothing is overwritten: a new statement stands beside its maker's earlier ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.models import Company, Control, Holding, Origin, Project
from deals.sentences.summaries import summarised
from deals.services.facts import NewerThere, NotYourStatement
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Unmet
from institutions.services.acting import must

WHOLE = Decimal(100)


class BeyondWhatItNames(Refusal):
    code = "beyond_what_it_names"
    says = gettext_noop(
        "It is told no further than what it names: '{name}' is told to '{level}'. Tell that further first."
    )


@dataclass(frozen=True)
class HoldingDraft:
    """A holding as its institution states it, of a project or a company. `holder` None: many small holders together.
    `share` in percent, None where it is not known, 0 where there is none any more."""

    held: Project | Company
    holder: Company | None
    as_of: date
    share: Decimal | None = None
    control: str = ""
    basis: str = ""


@transaction.atomic
def state_holding(*, by: Staff | Client, draft: HoldingDraft, level: Level = Level.OWN, demo: bool = False) -> Holding:
    """States a holding in any project or company that the asker sees, as its institution's own row.

    Raises Unmet naming all that is wrong with it, and NewerThere. Told beyond `own` once an approver confirms.
    """
    must(by, Permission.PROJECTS_WRITE, "state who holds what")
    if wrong := lacking(draft):
        raise Unmet(wrong)
    within(level, draft.held, draft.holder)
    project, company = (draft.held, None) if isinstance(draft.held, Project) else (None, draft.held)
    same = Holding.objects.filter(owner_id=by.institution_id, project=project, company=company, holder=draft.holder)
    if newest := same.filter(as_of__gt=draft.as_of).aggregate(latest=Max("as_of"))["latest"]:
        raise NewerThere(as_of=newest, pointer="/as_of")
    made = Holding.objects.create(
        owner_id=by.institution_id,
        network_id=draft.held.network_id,
        project=project,
        company=company,
        holder=draft.holder,
        share=draft.share,
        control=draft.control,
        as_of=draft.as_of,
        basis=draft.basis,
        demo=demo or draft.held.demo,
    )
    if level is not Level.OWN:
        tell_holding(by=by, holding=made, level=level)
    return made


@transaction.atomic
def tell_holding(*, by: Staff | Client, holding: Holding, level: Level) -> Approval | None:
    """Tells a statement as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.PROJECTS_WRITE, "say how far a holding is told")
    if holding.owner_id != by.institution_id or holding.origin == Origin.PUBLISHED:
        raise NotYourStatement(owner=holding.owner.short_name)
    held = holding.project or holding.company
    within(level, held, holding.holder)
    summary = summarised("Tell {level} who holds {held}", level=level.value, held=held)
    return tell(by=by, row=holding, level=level, summary=summary)


def within(level: Level, *named: Project | Company | None) -> None:
    """Raises BeyondWhatItNames where one of these is told less far than `level`."""
    for one in named:
        if one is not None and level.rank > Level(one.level).rank:
            raise BeyondWhatItNames(name=one, level=one.level, pointer="/level")


def lacking(draft: HoldingDraft) -> dict[str, str]:
    """All that does not fit together, by the field it concerns; the table's constraints say the same."""
    wrong: dict[str, str] = {}
    if draft.share is not None and not 0 <= draft.share <= WHOLE:
        wrong["/share"] = _("A share is from 0 to 100 percent. Leave it out where it is not known.")
    if draft.holder is None and draft.share is None:
        wrong["/share"] = _("Give the share of the many small holders together.")
    if draft.holder is None and draft.control:
        wrong["/control"] = _("Many small holders control nothing together. Name the holder who does.")
    if draft.control and draft.control not in Control.values:
        wrong["/control"] = _("Choose from: %(codes)s.") % {"codes": ", ".join(Control.values)}
    if draft.holder is not None and draft.holder == draft.held:
        wrong["/holder"] = _("A company does not hold itself. Name another.")
    if draft.as_of > timezone.now().date():
        wrong["/as_of"] = _("A statement is dated today or earlier.")
    return wrong
