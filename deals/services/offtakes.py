"""Stating who takes what of a project's output. Nothing is overwritten: a new statement stands beside earlier ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import TONNAGE, Company, Mineral, Offtake, Origin, Project
from deals.sentences.summaries import summarised
from deals.services.facts import NewerThere, NotYourStatement
from deals.services.ownership import WHOLE, within
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Unmet
from institutions.services.acting import must

# A table of them is read by people: the column takes more (1990 to 2150).
YEARS = range(2000, 2081)


@dataclass(frozen=True)
class OfftakeDraft:
    """A contract as its institution states it: a share in percent or an amount a year, or neither where not known.
    `last_year` None: no end is told. `contract` names it where a buyer has several."""

    project: Project
    buyer: Company
    mineral: Mineral
    first_year: int
    as_of: date
    binding: bool
    last_year: int | None = None
    share: Decimal | None = None
    number: Decimal | None = None
    unit: str = ""
    contract: str = ""
    basis: str = ""


@transaction.atomic
def state_offtake(*, by: Staff | Client, draft: OfftakeDraft, level: Level = Level.OWN, demo: bool = False) -> Offtake:
    """States an offtake of any project that the asker sees, as its institution's own row.

    Raises Unmet naming all that is wrong with it, and NewerThere. Told beyond `own` once an approver confirms.
    """
    must(by, Permission.PROJECTS_WRITE, "state an offtake")
    if wrong := lacking(draft):
        raise Unmet(wrong)
    within(level, draft.project, draft.buyer)
    same = Offtake.objects.filter(
        owner_id=by.institution_id, project=draft.project, buyer=draft.buyer, mineral=draft.mineral,
        contract=draft.contract,
    )  # fmt: skip
    if newest := same.filter(as_of__gt=draft.as_of).aggregate(latest=Max("as_of"))["latest"]:
        raise NewerThere(as_of=newest, pointer="/as_of")
    made = Offtake.objects.create(
        owner_id=by.institution_id,
        network_id=draft.project.network_id,
        project=draft.project,
        buyer=draft.buyer,
        mineral=draft.mineral,
        contract=draft.contract,
        share=draft.share,
        quantity=draft.number,
        unit=draft.unit,
        first_year=draft.first_year,
        last_year=draft.last_year,
        binding=draft.binding,
        as_of=draft.as_of,
        basis=draft.basis,
        demo=demo or draft.project.demo,
    )
    if level is not Level.OWN:
        tell_offtake(by=by, offtake=made, level=level)
    return made


@transaction.atomic
def tell_offtake(*, by: Staff | Client, offtake: Offtake, level: Level) -> Approval | None:
    """Tells a statement as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.PROJECTS_WRITE, "say how far an offtake is told")
    if offtake.owner_id != by.institution_id or offtake.origin == Origin.PUBLISHED:
        raise NotYourStatement(owner=offtake.owner.short_name)
    within(level, offtake.project, offtake.buyer)
    summary = summarised("Tell {level} who takes the output of {project}", level=level.value, project=offtake.project)
    return tell(by=by, row=offtake, level=level, summary=summary)


def lacking(draft: OfftakeDraft) -> dict[str, str]:
    """All that does not fit together, by the field it concerns; the table's constraints say the same."""
    wrong: dict[str, str] = {}
    if draft.share is not None and draft.number is not None:
        wrong["/share"] = _("Give a share or an amount, not both.")
    elif draft.share is not None and not 0 <= draft.share <= WHOLE:
        wrong["/share"] = _("A share is from 0 to 100 percent. Leave it out where it is not known.")
    if draft.number is not None and draft.number <= 0:
        wrong["/quantity"] = _("An amount is more than nothing. A contract that is no more has a share of 0.")
    elif (draft.number is not None) is not bool(draft.unit) or draft.unit not in ("", *TONNAGE):
        wrong["/quantity/unit"] = _("Choose from: %(codes)s.") % {"codes": ", ".join(TONNAGE)}
    if draft.first_year not in YEARS:
        wrong["/first_year"] = _("Give a year such as 2027.")
    if draft.last_year is not None and (draft.last_year not in YEARS or draft.last_year < draft.first_year):
        wrong["/last_year"] = _("Give a last year that is not before the first, or none.")
    if draft.as_of > timezone.now().date():
        wrong["/as_of"] = _("A statement is dated today or earlier.")
    return wrong
