"""Answers of owners to what consistency checks doubt: a reason that stays with what was found."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Deal, DealCheckAnswer, Origin, Project, ProjectCheckAnswer
from deals.sentences.summaries import summarised
from deals.services.projects import own_project, tell
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class NothingDoubted(Refusal):
    code = "nothing_doubted"
    says = gettext_noop("The check '{code}' finds nothing here now. See what is doubted, and answer that.")
    status = 409


class AnsweredAlready(Refusal):
    code = "check_answered"
    says = gettext_noop("Your institution answered this already. Its reason stands for as long as the same is found.")
    status = 409


class NotYourDeal(Refusal):
    code = "not_your_deal"
    says = gettext_noop("Only {owner} answers what is doubted in this deal. Ask it in the deal room.")
    status = 403


@transaction.atomic
def answer_project_check(
    *, by: Staff | Client, project: Project, code: str, finding: Sequence[str], reason: str
) -> ProjectCheckAnswer:
    """Says why what a check doubts in one's own project is so. `finding`: the seals of what it finds now, none for
    nothing (selectors/checking.py). It is told as far as the project once an approver confirms."""
    must(by, Permission.PROJECTS_WRITE, "answer what is doubted in a project")
    own_project(by, project)
    same = ProjectCheckAnswer.objects.filter(project=project, code=code, finding__in=finding)
    _open(code, finding, answered=same.exists())
    made = ProjectCheckAnswer.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        code=code,
        finding=finding[0],
        reason=reason,
        demo=project.demo,
    )
    summary = summarised("Tell {level} why '{check}' is so in {whole}", level=project.level, check=code, whole=project)
    tell(by=by, row=made, level=Level(project.level), summary=summary)
    return made


@transaction.atomic
def answer_deal_check(
    *, by: Staff | Client, deal: Deal, code: str, finding: Sequence[str], reason: str
) -> DealCheckAnswer:
    """The same of a deal, by its registrar."""
    must(by, Permission.DEALS_WRITE, "answer what is doubted in a deal")
    if deal.owner_id != by.institution_id or deal.origin == Origin.PUBLISHED:
        raise NotYourDeal(owner=deal.owner.short_name)
    same = DealCheckAnswer.objects.filter(deal=deal, code=code, finding__in=finding)
    _open(code, finding, answered=same.exists())
    made = DealCheckAnswer.objects.create(
        owner_id=by.institution_id, deal=deal, code=code, finding=finding[0], reason=reason, demo=deal.demo
    )
    summary = summarised("Tell {level} why '{check}' is so in {whole}", level=deal.level, check=code, whole=deal)
    tell(by=by, row=made, level=Level(deal.level), summary=summary, deal_id=deal.pk)
    return made


def _open(code: str, finding: Sequence[str], *, answered: bool) -> None:
    if not finding:
        raise NothingDoubted(code=code, pointer="/check")
    if answered:
        raise AnsweredAlready(pointer="/check")
