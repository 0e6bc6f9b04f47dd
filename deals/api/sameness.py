"""Links and merges of projects over REST."""

from django.db.models import Q, QuerySet
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import project_bodies as bodies
from deals.api import project_shapes as shapes
from deals.api.kept import answer, current
from deals.api.resources import WAITING
from deals.models import Project, ProjectMerge, SameAs
from deals.selectors.sameness import LINKS, MERGES
from deals.services import sameness
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, identified, shown
from institutions.api.shapes import ApprovalShape
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Approval, Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row


class PairFilters(Filters):
    """Links and merges of a project, on whichever side of the pair it stands."""

    project = Related(Project, method="of_project")
    institution = Related(Institution, field_name="owner")
    level = Codes(choices=CHOICES)
    updated_after = After()
    other = "other"

    def of_project(self, rows: QuerySet[SameAs, Row], _name: str, value: str) -> QuerySet[SameAs, Row]:
        asked = Related(Project, field_name="pk").filter(Project.objects.all(), value).order_by().values("pk")
        return rows.filter(Q(project__in=asked) | Q(**{f"{self.other}__in": asked}))


class MergeFilters(PairFilters):
    other = "survivor"


SAME_AS = Resource("same-as", "link", LINKS, PairFilters, shapes.LinkShape)
PROJECT_MERGES = Resource("project-merges", "merge", MERGES, MergeFilters, shapes.MergeShape)


class Links(ListView):
    """Which projects are said to be one; a POST links a project of one's own to another that one sees."""

    resource = SAME_AS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": bodies.LinkBody}
    answers = {"POST": {201: shapes.KeptLinkShape}}

    def post(self, request: Request) -> Response:
        """The link is one's own word, told no further than both projects."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.LinkBody, request)

        def act() -> Done:
            project, other = (_project(sent[name], f"/{name}") for name in ("project", "other"))
            made = sameness.link_same(by=asker(request), project=project, other=other, level=Level(sent["level"]))
            return Done(201, made.pk)

        return once(request, act, lambda done: answer(request, SAME_AS, done))


class LinkView(DetailView):
    """One link; a PATCH tells it further or narrower, or ends it."""

    resource = SAME_AS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": bodies.ChangeLinkBody}
    answers = {"PATCH": {200: shapes.KeptLinkShape}}

    def patch(self, request: Request, key: str) -> Response:
        """What has ended stays ended: link anew."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeLinkBody, request)
        link = current(request, SAME_AS, SameAs.objects.select_related("project", "other"), key)
        if sent["ended"]:
            sameness.end_link(by=asker(request), link=link)
        elif "level" in sent:
            sameness.tell_link(by=asker(request), link=link, level=Level(sent["level"]))
        return answer(request, SAME_AS, Done(200, link.pk))


class Merges(ListView):
    """Owners' words that merge projects; a POST gives one's own."""

    resource = PROJECT_MERGES
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": bodies.MergeBody}
    answers = {"POST": {201: shapes.KeptMergeShape, 202: ApprovalShape}}

    def post(self, request: Request) -> Response:
        """201 where both projects are one's own: merged. 202 where one is another's: an approver of one's own
        institution confirms the proposal first (the approval is answered), then the other owner agrees."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.MergeBody, request)

        def act() -> Done:
            project, survivor = (_project(sent[name], f"/{name}") for name in ("project", "survivor"))
            made = sameness.merge_projects(
                by=asker(request), project=project, survivor=survivor, level=Level(sent["level"])
            )
            return Done(202 if isinstance(made, Approval) else 201, made.pk)

        return once(request, act, lambda done: _merged(request, done))


class MergeView(DetailView):
    """One owner's word; a PATCH tells it further or narrower, or withdraws it."""

    resource = PROJECT_MERGES
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": bodies.ChangeMergeBody}
    answers = {"PATCH": {200: shapes.KeptMergeShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Withdrawn, the two are two projects again."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeMergeBody, request)
        rows = ProjectMerge.objects.select_related("project", "survivor")
        word = current(request, PROJECT_MERGES, rows, key)
        if sent["withdrawn"]:
            sameness.withdraw_merge(by=asker(request), word=word)
        elif "level" in sent:
            sameness.tell_link(by=asker(request), link=word, level=Level(sent["level"]))
        return answer(request, PROJECT_MERGES, Done(200, word.pk))


class Agreement(Door):
    """Agreeing to what the other owner proposed."""

    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    answers = {"POST": {202: ApprovalShape}}

    def post(self, request: Request, key: str) -> Response:
        """An approver of one's own institution confirms; then the merge is in effect."""
        refuse_unknown(request.query_params, ())
        rows = ProjectMerge.objects.select_related("project__owner", "survivor__owner")
        found = shown(PROJECT_MERGES, identified("merge", key))
        proposal = rows.filter(pk=found["id"]).first()
        if proposal is None:
            raise missing("merge")

        def act() -> Done:
            return Done(202, sameness.agree_to_merge(by=asker(request), proposal=proposal).pk)

        return once(request, act, lambda done: _merged(request, done))


def _project(key: object, pointer: str) -> Project:
    found = named(Project.objects.select_related("owner"), key, pointer)  # type: ignore[arg-type]
    assert found is not None  # noqa: S101  # the body requires one
    return found


def _merged(request: Request, done: Done) -> Response:
    if done.status != 202:
        return answer(request, PROJECT_MERGES, done)
    shape = shown(WAITING, done.object_id)
    address = request.build_absolute_uri(f"/api/v1/approvals/{shape['id']}")
    return Response(shape, status=202, headers={"ETag": preconditions.etag(shape), "Location": address})


ROUTES = [
    path("same-as", Links.as_view(), name="same-as"),
    path("same-as/<str:key>", LinkView.as_view(), name="link"),
    path("project-merges", Merges.as_view(), name="project-merges"),
    path("project-merges/<str:key>", MergeView.as_view(), name="project-merge"),
    path("project-merges/<str:key>/agreement", Agreement.as_view(), name="agreement"),
]
