"""Companies over REST: registered, changed, told further, named in projects."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.kept import answer, current
from deals.api.project_bodies import COUNTRY, Line
from deals.api.project_shapes import ProjectShape
from deals.api.resources import COMPANIES, PROJECTS
from deals.api.shapes import CompanyShape, PendingShape
from deals.models import COMPANY_ROLES, WITHOUT_DEAL, Company, Project
from deals.services.companies import CompanyDraft, change_company, end_role, name_role, register_company, tell_company
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text, named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, identified
from institutions.isolation.levels import Level
from institutions.models import Network
from institutions.permissions import Permission


class KeptCompanyShape(CompanyShape):
    pending_approval = PendingShape(allow_null=True)


class KeptProjectOfCompaniesShape(ProjectShape):
    pending_approval = PendingShape(allow_null=True)


class AboutCompany(Body):
    lei = Text(required=False, allow_blank=True, max_length=20, help_text="ISO 17442, with its check digits")
    register_number = Line(required=False, allow_blank=True, max_length=60)
    aliases = serializers.ListField(child=Line(max_length=200), required=False, max_length=20)
    is_state = serializers.BooleanField(required=False, help_text="A state, or a body of one that holds for it")
    level = Code(WITHOUT_DEAL, required=False)


class RegisterCompanyBody(AboutCompany):
    name = Line(max_length=200)
    country = Text(validators=[COUNTRY], required=False)
    network = Key(required=False, help_text="Where several are possible")


class ChangeCompanyBody(AboutCompany):
    name = Line(max_length=200, required=False)
    country = Text(validators=[COUNTRY], required=False)


class NameCompanyBody(Body):
    company = Key()
    role = Code(COMPANY_ROLES)
    since = Day(required=False, allow_null=True, default=None)


class EndCompanyRoleBody(Body):
    until = Day()


class Companies(ListView):
    """Companies that the asker may see; a POST registers one of its own."""

    resource = COMPANIES
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": RegisterCompanyBody}
    answers = {"POST": {201: KeptCompanyShape}}

    def post(self, request: Request) -> Response:
        """Registers a company at `own`; to be told further it waits for an approver."""
        refuse_unknown(request.query_params, ())
        sent = read(RegisterCompanyBody, request)

        def act() -> Done:
            return Done(201, _register(request, sent).pk)

        return once(request, act, lambda done: answer(request, COMPANIES, done))


class CompanyView(DetailView):
    """One company; a PATCH changes what is known of one's own."""

    resource = COMPANIES
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": ChangeCompanyBody}
    answers = {"PATCH": {200: KeptCompanyShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Changes it, and says how far it is told."""
        refuse_unknown(request.query_params, ())
        sent = read(ChangeCompanyBody, request)
        company = current(request, COMPANIES, Company.objects.select_related("owner"), key)
        level = sent.pop("level", None)
        if sent:
            change_company(by=asker(request), company=company, **sent)
        if level:
            tell_company(by=asker(request), company=company, level=Level(level))
        return answer(request, COMPANIES, Done(200, company.pk))


class ProjectCompanies(Door):
    """The companies of a project of one's own."""

    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": NameCompanyBody}
    answers = {"POST": {201: KeptProjectOfCompaniesShape}}

    def post(self, request: Request, key: str) -> Response:
        """Names one in a role; the answer is the project."""
        refuse_unknown(request.query_params, ())
        sent = read(NameCompanyBody, request)
        project = _project(key)

        def act() -> Done:
            company = named(Company.objects.all(), sent["company"], "/company")
            assert company is not None  # noqa: S101  # the body requires one
            name_role(by=asker(request), project=project, company=company, role=sent["role"], since=sent["since"])
            return Done(201, project.pk)

        return once(request, act, lambda done: answer(request, PROJECTS, done))


class ProjectCompany(Door):
    """A company in a role of a project of one's own."""

    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": EndCompanyRoleBody}
    answers = {"PATCH": {200: KeptProjectOfCompaniesShape}}

    def patch(self, request: Request, key: str, role: str) -> Response:
        """Its last day in the role; the answer is the project."""
        refuse_unknown(request.query_params, ())
        sent = read(EndCompanyRoleBody, request)
        project = _project(key)
        found = project.companies.select_related("project").filter(pk=identified("company role", role)).first()
        if found is None:
            raise missing("company role")
        end_role(by=asker(request), role=found, on=sent["until"])
        return answer(request, PROJECTS, Done(200, project.pk))


def _register(request: Request, sent: dict[str, Any]) -> Company:
    facts = dict(sent)
    network = named(Network.objects.all(), facts.pop("network", None), "/network")
    level = Level(facts.pop("level", Level.OWN))
    draft = CompanyDraft(**facts | {"aliases": tuple(facts.get("aliases", ()))})
    return register_company(by=asker(request), draft=draft, network=network, level=level)


def _project(key: str) -> Project:
    found = Project.objects.select_related("owner").filter(pk=identified("project", key)).first()
    if found is None:
        raise missing("project")
    return found


ROUTES = [
    path("companies", Companies.as_view(), name="companies"),
    path("companies/<str:key>", CompanyView.as_view(), name="company"),
    path("projects/<str:key>/companies", ProjectCompanies.as_view(), name="project-companies"),
    path("projects/<str:key>/companies/<str:role>", ProjectCompany.as_view(), name="project-company"),
]
