"""Companies as an institution keeps them: registered for itself, told further by two persons, named in projects."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stdnum import lei

from deals.models import Company, CompanyRole, Origin, Project
from deals.sentences.summaries import summarised
from deals.services.projects import network_for, own_project, tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Network, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale, Unmet
from institutions.services.acting import must


class CompanyThere(Refusal):
    code = "company_there"
    says = gettext_noop("Your institution has a company '{name}' of this country already. Name that one.")
    status = 409


class NotYourCompany(Refusal):
    code = "not_your_company"
    says = gettext_noop("Only {owner} may change this company. Register your own; with its LEI the two count as one.")
    status = 403


class PublishedCompany(Refusal):
    code = "published_company"
    says = gettext_noop(
        "A published company is compiled from its source and not changed. Register your own; with its LEI the two "
        "count as one."
    )
    status = 403


class RoleThere(Refusal):
    code = "company_role_there"
    says = gettext_noop("The project names this company in this role already. End that role first, or leave it.")
    status = 409


class RoleEnded(Refusal):
    code = "company_role_ended"
    says = gettext_noop("The role ended on {day} already. Name the company again where it has the role anew.")
    status = 409


@dataclass(frozen=True)
class CompanyDraft:
    """What an institution knows of a company. `is_state`: it is a state, or a body of one that holds for it."""

    name: str
    country: str = ""
    lei: str = ""
    register_number: str = ""
    aliases: tuple[str, ...] = ()
    is_state: bool = False


@transaction.atomic
def register_company(
    *,
    by: Staff | Client,
    draft: CompanyDraft,
    network: Network | None = None,
    level: Level = Level.OWN,
    demo: bool = False,
) -> Company:
    """A company at `own`; told further once an approver confirms. Raises Unmet naming all that is wrong with it."""
    must(by, Permission.PROJECTS_WRITE, "register a company")
    where = network_for(by.institution, network)
    _sound(draft.country, draft.lei, state=draft.is_state)
    _free(by.institution_id, draft.name, draft.country)
    made = Company.objects.create(
        owner_id=by.institution_id,
        network=where,
        name=draft.name,
        country=draft.country,
        lei=draft.lei,
        register_number=draft.register_number,
        aliases=list(draft.aliases),
        is_state=draft.is_state,
        demo=demo,
    )
    if level is not Level.OWN:
        tell_company(by=by, company=made, level=level)
    return made


@transaction.atomic
def change_company(*, by: Staff | Client, company: Company, **facts: Any) -> None:
    """Changes what is known of one's own: name, country, LEI, register number, aliases, whether it is a state."""
    must(by, Permission.PROJECTS_WRITE, "change a company")
    _own(by, company)
    now = {name: facts.get(name, getattr(company, name)) for name in ("name", "country", "lei", "is_state")}
    _sound(now["country"], now["lei"], state=now["is_state"])
    _free(by.institution_id, now["name"], now["country"], but=company.pk)
    if facts and Company.objects.filter(pk=company.pk, owner_id=by.institution_id).update(**facts) != 1:
        raise Stale


@transaction.atomic
def tell_company(*, by: Staff | Client, company: Company, level: Level) -> Approval | None:
    """Tells a company as far as `level`: narrower at once, wider when the returned approval is confirmed. Its holdings,
    roles and offtakes keep their own levels, and are never told further than it."""
    must(by, Permission.PROJECTS_WRITE, "say how far a company is told")
    _own(by, company)
    summary = summarised("Tell {level} of the company {company}", level=level.value, company=company)
    return tell(by=by, row=company, level=level, summary=summary)


@transaction.atomic
def name_role(
    *, by: Staff | Client, project: Project, company: Company, role: str, since: date | None = None
) -> CompanyRole:
    """Says what a company is in one's own project. It stands at `own` until it is told as far as the project."""
    must(by, Permission.PROJECTS_WRITE, "name a company of a project")
    own_project(by, project)
    if CompanyRole.objects.filter(project=project, company=company, role=role, until=None).exists():
        raise RoleThere(pointer="/role")
    made = CompanyRole.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        company=company,
        role=role,
        since=since,
        demo=project.demo,
    )
    wanted = min(Level(project.level), Level(company.level), key=lambda level: level.rank)
    summary = summarised("Tell {level} of a company of {project}", level=wanted.value, project=project)
    tell(by=by, row=made, level=wanted, summary=summary)
    return made


@transaction.atomic
def end_role(*, by: Staff | Client, role: CompanyRole, on: date) -> None:
    """The last day of a role in one's own project. Raises RoleEnded where it has one."""
    must(by, Permission.PROJECTS_WRITE, "end the role of a company")
    own_project(by, role.project)
    if role.until is not None:
        raise RoleEnded(day=role.until, pointer="/until")
    if role.since and on < role.since:
        raise Unmet({"/until": _("It began on %(day)s: give that day or a later one.") % {"day": role.since}})
    if CompanyRole.objects.filter(pk=role.pk, owner_id=by.institution_id).update(until=on) != 1:
        raise Stale


def _sound(country: str, code: str, *, state: bool) -> None:
    wrong = {}
    if code and not lei.is_valid(code):
        wrong["/lei"] = _(
            "These are not the 20 signs of an LEI with their check digits. Copy it again, or leave it out."
        )
    if state and not country:
        wrong["/country"] = _("Name the country of a state.")
    if wrong:
        raise Unmet(wrong)


def _free(owner: UUID, name: str, country: str, *, but: UUID | None = None) -> None:
    """Among the owner's own alone: nobody else's name is told of."""
    there = Company.objects.filter(owner_id=owner, name=name, country=country).values_list("pk", flat=True)
    if any(pk != but for pk in there):
        raise CompanyThere(name=name, pointer="/name")


def _own(by: Staff | Client, company: Company) -> None:
    if company.owner_id != by.institution_id:
        raise NotYourCompany(owner=company.owner.short_name)
    if company.origin == Origin.PUBLISHED:
        raise PublishedCompany
