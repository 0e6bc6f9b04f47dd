"""Categories and screening of projects by an institution: the first is told as far as it wants, the second never."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Category, EsgCategory, EsgScreening, Principle, Project, Screened
from deals.sentences.summaries import summarised
from deals.services.facts import NewerThere, NotYourStatement
from deals.services.ownership import within
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Unmet
from institutions.services.acting import must


@dataclass(frozen=True)
class CategoryDraft:
    """The Equator category that an institution gives a project."""

    category: str
    as_of: date
    basis: str = ""


@dataclass(frozen=True)
class ScreeningDraft:
    """How an institution finds a principle kept, and by what it knows it."""

    principle: str
    outcome: str
    evidence: str
    as_of: date


@transaction.atomic
def categorise(
    *, by: Staff | Client, project: Project, draft: CategoryDraft, level: Level = Level.OWN, demo: bool = False
) -> EsgCategory:
    """Gives any project that the asker sees a category, as its institution's own row; told further by two persons.

    Raises Unmet and NewerThere.
    """
    must(by, Permission.PROJECTS_WRITE, "categorise a project")
    wrong = _dated(draft.as_of)
    if draft.category not in Category.values:
        wrong["/category"] = _("Choose from: %(codes)s.") % {"codes": ", ".join(Category.values)}
    if wrong:
        raise Unmet(wrong)
    within(level, project)
    same = EsgCategory.objects.filter(owner_id=by.institution_id, project=project, as_of__gt=draft.as_of)
    if newest := same.aggregate(latest=Max("as_of"))["latest"]:
        raise NewerThere(as_of=newest, pointer="/as_of")
    made = EsgCategory.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        category=draft.category,
        as_of=draft.as_of,
        basis=draft.basis,
        demo=demo or project.demo,
    )
    if level is not Level.OWN:
        tell_category(by=by, category=made, level=level)
    return made


@transaction.atomic
def tell_category(*, by: Staff | Client, category: EsgCategory, level: Level) -> Approval | None:
    """Tells a category as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.PROJECTS_WRITE, "say how far a category is told")
    if category.owner_id != by.institution_id:
        raise NotYourStatement(owner=category.owner.short_name)
    within(level, category.project)
    summary = summarised("Tell {level} of our category of {project}", level=level.value, project=category.project)
    return tell(by=by, row=category, level=level, summary=summary)


@transaction.atomic
def screen(*, by: Staff | Client, project: Project, draft: ScreeningDraft, demo: bool = False) -> EsgScreening:
    """Screens a project against a principle; nobody else ever sees it. Raises Unmet and NewerThere."""
    must(by, Permission.PROJECTS_WRITE, "screen a project")
    wrong = _dated(draft.as_of)
    for name, value, known in (
        ("principle", draft.principle, Principle.values),
        ("outcome", draft.outcome, Screened.values),
    ):
        if value not in known:
            wrong[f"/{name}"] = _("Choose from: %(codes)s.") % {"codes": ", ".join(known)}
    if not draft.evidence:
        wrong["/evidence"] = _("Say by what it is known.")
    if wrong:
        raise Unmet(wrong)
    same = EsgScreening.objects.filter(
        owner_id=by.institution_id, project=project, principle=draft.principle, as_of__gt=draft.as_of
    )
    if newest := same.aggregate(latest=Max("as_of"))["latest"]:
        raise NewerThere(as_of=newest, pointer="/as_of")
    return EsgScreening.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        principle=draft.principle,
        outcome=draft.outcome,
        evidence=draft.evidence,
        as_of=draft.as_of,
        demo=demo or project.demo,
    )


def _dated(as_of: date) -> dict[str, str]:
    today: date = timezone.now().date()
    return {"/as_of": _("A statement is dated today or earlier.")} if as_of > today else {}
