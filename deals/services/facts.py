"""Stating facts of a project. Nothing is overwritten: a new statement stands beside its maker's earlier ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import (
    CATEGORIES,
    ESTIMATES,
    GRADE_UNITS,
    KINDS,
    OUTPUT_FORMS,
    UNITS,
    DevelopmentStage,
    FactCode,
    FactKind,
    Mineral,
    Origin,
    Precision,
    Project,
    ProjectFact,
    ReportingCode,
    StudyType,
)
from deals.money import Money
from deals.sentences.summaries import summarised
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Unmet
from institutions.services.acting import must

# The words that a statement of text may say.
TEXTS: dict[FactCode, list[str]] = {
    FactCode.DEVELOPMENT_STAGE: DevelopmentStage.values,
    FactCode.STUDY_TYPE: StudyType.values,
}


class NotYourStatement(Refusal):
    code = "not_your_statement"
    says = gettext_noop("Only {owner} may change this statement. State your own beside it.")
    status = 403


class NewerThere(Refusal):
    code = "newer_there"
    says = gettext_noop(
        "Your institution's present statement is of {as_of}. An earlier one does not replace it; give a later day."
    )


class FactBeyondProject(Refusal):
    code = "fact_beyond_project"
    says = gettext_noop("A fact is told no further than its project ('{level}'). Tell the project further first.")


@dataclass(frozen=True)
class FactDraft:
    """A statement as its institution makes it; one of text, day, money and number, as its code asks."""

    code: FactCode
    as_of: date
    precision: Precision = Precision.DAY
    text: str = ""
    day: date | None = None
    money: Money | None = None
    number: Decimal | None = None
    unit: str = ""
    mineral: Mineral | None = None
    category: str = ""
    form: str = ""
    reporting_code: str = ""
    grade: Decimal | None = None
    grade_unit: str = ""
    competent_person: str = ""
    basis: str = ""


@transaction.atomic
def state_fact(
    *, by: Staff | Client, project: Project, draft: FactDraft, level: Level = Level.OWN, demo: bool = False
) -> ProjectFact:
    """States a fact of any project that the asker sees, its own or not, as its institution's own row.

    To whoever sees it, it is its institution's present statement, and the earlier one stays, superseded. Raises Unmet
    naming all that the statement lacks. Told beyond `own` once an approver confirms.
    """
    must(by, Permission.PROJECTS_WRITE, "state a fact of a project")
    if lacks := lacking(draft):
        raise Unmet(lacks)
    if level.rank > Level(project.level).rank:
        raise FactBeyondProject(level=project.level, pointer="/level")
    newest = ProjectFact.objects.filter(
        owner_id=by.institution_id,
        project=project,
        code=draft.code,
        mineral=draft.mineral,
        category=draft.category,
        as_of__gt=draft.as_of,
    ).aggregate(latest=Max("as_of"))["latest"]
    if newest:
        raise NewerThere(as_of=newest, pointer="/as_of")
    fact = ProjectFact.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        code=draft.code,
        mineral=draft.mineral,
        category=draft.category,
        text=draft.text,
        day=draft.day,
        amount=draft.money.amount if draft.money else None,
        currency=draft.money.currency if draft.money else "",
        quantity=draft.number,
        unit=draft.unit,
        form=draft.form,
        reporting_code=draft.reporting_code,
        grade=draft.grade,
        grade_unit=draft.grade_unit,
        competent_person=draft.competent_person,
        as_of=draft.as_of,
        precision=draft.precision,
        basis=draft.basis,
        demo=demo or project.demo,
    )
    if level is not Level.OWN:
        tell_fact(by=by, fact=fact, level=level)
    return fact


@transaction.atomic
def tell_fact(*, by: Staff | Client, fact: ProjectFact, level: Level) -> Approval | None:
    """Tells a statement as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.PROJECTS_WRITE, "say how far a fact is told")
    if fact.owner_id != by.institution_id or fact.origin == Origin.PUBLISHED:
        raise NotYourStatement(owner=fact.owner.short_name)
    if level.rank > Level(fact.project.level).rank:
        raise FactBeyondProject(level=fact.project.level, pointer="/level")
    return tell(
        by=by, row=fact, level=level, summary=summarised("Tell {level} the {fact}", level=level.value, fact=fact)
    )


def lacking(draft: FactDraft) -> dict[str, str]:
    """All that a statement lacks or has too much, by the field it concerns; the table's constraints say the same."""
    wrong: dict[str, str] = {}
    kind = KINDS[draft.code]
    given = {
        FactKind.TEXT: ("/text", bool(draft.text)),
        FactKind.DATE: ("/date", draft.day is not None),
        FactKind.MONEY: ("/money", draft.money is not None),
        FactKind.QUANTITY: ("/quantity", draft.number is not None),
    }
    for each, (pointer, there) in given.items():
        if (each is kind) is not there:
            name = draft.code.replace("_", " ")
            wrong[pointer] = f"State the {name} here." if each is kind else f"The {name} is no {each.value}."
    if draft.text and (words := TEXTS.get(draft.code)) and draft.text not in words:
        wrong["/text"] = f"Choose from: {', '.join(words)}."
    if draft.number is not None and kind is FactKind.QUANTITY and draft.unit not in UNITS[draft.code]:
        wrong["/quantity/unit"] = f"Choose from: {', '.join(UNITS[draft.code])}."
    if draft.form not in OUTPUT_FORMS.get(draft.code, ("",)):
        offered = OUTPUT_FORMS.get(draft.code)
        wrong["/form"] = f"Choose from: {', '.join(filter(None, offered))}." if offered else "Leave the form out."
    if draft.as_of > timezone.now().date():
        wrong["/as_of"] = "A statement is dated today or earlier."
    return wrong | _subject(draft) | _estimate(draft)


def _subject(draft: FactDraft) -> dict[str, str]:
    wrong = {}
    if draft.code is FactCode.PLANNED_OUTPUT and draft.mineral is None:
        wrong["/mineral"] = "Name the mineral of which this much is planned."
    if draft.mineral is not None and draft.code not in (FactCode.PLANNED_OUTPUT, *ESTIMATES):
        wrong["/mineral"] = "This statement is of the project as a whole: leave the mineral out."
    allowed = CATEGORIES.get(draft.code, ("",))
    if draft.category not in allowed:
        wrong["/category"] = f"Choose from: {', '.join(allowed)}." if any(allowed) else "Leave the category out."
    return wrong


def _estimate(draft: FactDraft) -> dict[str, str]:
    """What belongs to a resource or reserve, and to nothing else."""
    wrong = {}
    if draft.code in ESTIMATES:
        if draft.reporting_code not in ReportingCode.values:
            wrong["/reporting_code"] = f"Name the code under which it was reported: {', '.join(ReportingCode.values)}."
        if (draft.grade is not None) is not bool(draft.grade_unit) or draft.grade_unit not in ("", *GRADE_UNITS):
            wrong["/grade"] = f"Give a grade with its unit ({', '.join(GRADE_UNITS)}), or neither."
        return wrong
    for name in ("reporting_code", "grade", "competent_person"):
        if getattr(draft, name):
            wrong[f"/{name}"] = "Only a resource or reserve has this."
    return wrong
