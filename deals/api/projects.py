"""Projects over REST: an old id leads to the project that it was merged into; members register their own."""

from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import project_bodies as bodies
from deals.api import project_shapes as shapes
from deals.api.resources import PROJECTS
from deals.models import Mineral, Project
from deals.selectors.duplicates import likeness_of, suggest_duplicates
from deals.selectors.sameness import survivor_of
from deals.services import projects
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.bulk import bulk
from institutions.api.conventions.by_ref import by_ref
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, MayWrite, asker
from institutions.api.conventions.past import as_asked
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.api.conventions.resources import OF_ONE, DetailView, ListView, fields_of, identified, pick, shown
from institutions.api.conventions.written import Written
from institutions.isolation.levels import Level
from institutions.models import Network
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Shape


class Projects(ListView):
    """Projects that the asker may see; a POST registers one of its own."""

    resource = PROJECTS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": bodies.RegisterProjectBody}
    answers = {"POST": {201: shapes.KeptProjectShape}}

    def post(self, request: Request) -> Response:
        """Registers a project at `own`; the answer names those that it could be the same as (`duplicates`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RegisterProjectBody, request)

        def act() -> Done:
            return Done(201, _register(request, sent).pk)

        return once(request, act, lambda done: _answer(request, done))


class ProjectView(DetailView):
    """One project; a PATCH changes what identifies it."""

    resource = PROJECTS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": bodies.ChangeProjectBody}
    answers = {"PATCH": {200: shapes.KeptProjectShape}}

    def get(self, request: Request, key: str) -> Response:
        """The id of a project that was merged leads to the one that it is now (`Content-Location`), for whoever sees
        both and the merge; others see the project as before."""
        refuse_unknown(request.query_params, OF_ONE)
        chosen = fields_of(request, PROJECTS)
        headers = {}
        with as_asked(request):
            shape = shown(PROJECTS, key)
            if shape["merged_into"]:
                shape = shown(PROJECTS, shape["merged_into"])
                headers["Content-Location"] = _address(request, shape)
        headers["ETag"] = preconditions.etag(shape)
        if preconditions.unchanged(request, shape):
            return Response(status=304, headers=headers)
        return Response(pick(shape, chosen), headers=headers)

    def patch(self, request: Request, key: str) -> Response:
        """Changes a project of one's own. Telling more than one's own institution waits for an approver."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeProjectBody, request)
        project = _current(request, key)
        _change(request, project, sent)
        return _answer(request, Done(200, project.pk))


class Duplicates(Door):
    """Projects that could be the same as one, among those that the asker sees."""

    permission_classes = (MayRead,)
    answers = {"GET": {200: shapes.DuplicatesShape}}

    def get(self, request: Request, key: str) -> Response:
        """The likeliest first, at most ten, each with its reasons; linked and merged ones are left out."""
        refuse_unknown(request.query_params, ())
        project = Project.objects.filter(pk=identified("project", key)).first()
        if project is None:
            raise missing("project")
        return Response({"results": duplicates(project)})


def duplicates(project: Project) -> list[Shape]:
    return [
        {
            "project": found.project.pk,
            "slug": found.project.slug,
            "name": found.project.name,
            "country": found.project.country,
            "institution": found.project.owner_id,
            "reasons": list(found.reasons),
        }
        for found in suggest_duplicates(likeness_of(project), but=project.pk)
    ]


def _register(request: Request, sent: dict[str, Any]) -> Project:
    network = named(Network.objects.all(), sent.get("network"), "/network")
    draft = projects.ProjectDraft(
        name=sent["name"],
        country=sent["country"],
        slug=sent.get("slug", ""),
        aliases=tuple(sent.get("aliases", ())),
        region=sent.get("region", ""),
        latitude=sent.get("latitude"),
        longitude=sent.get("longitude"),
        chain_stages=tuple(sent.get("chain_stages", ())),
        minerals=_minerals(sent.get("minerals", [])),
    )
    level = Level(sent.get("level", Level.OWN))
    return projects.register_project(by=asker(request), draft=draft, network=network, level=level)


def _change(request: Request, project: Project, sent: dict[str, Any]) -> None:
    level = sent.pop("level", None)
    minerals = _minerals(sent.pop("minerals", []))
    projects.change_project(by=asker(request), project=project, minerals=minerals, **sent)
    if level:
        projects.tell_project(by=asker(request), project=project, level=Level(level))


def _minerals(sent: list[dict[str, Any]]) -> dict[Mineral, bool]:
    found = {}
    for place, each in enumerate(sent):
        mineral = named(Mineral.objects.all(), each["mineral"], f"/minerals/{place}/mineral")
        assert mineral is not None  # noqa: S101  # the body requires one
        found[mineral] = each["by_product"]
    return found


def _current(request: Request, key: str) -> Project:
    """The project, locked, once the asker has shown that it read it as it is."""
    found = identified("project", key)
    seen = Project.objects.select_related("owner").filter(pk=found).first()
    if seen is None:
        raise missing("project")
    projects.own_project(asker(request), seen)
    if survivor_of(found):
        detail = "This project was merged: change the one that it is now."
        raise Problem(409, "merged", detail, [Fault("", "merged", detail)])
    # Read after the lock: of two who read the same version, the second finds another.
    preconditions.must_match(request, shown(PROJECTS, found))
    seen.refresh_from_db()
    return seen


def _answer(request: Request, done: Done) -> Response:
    """The project as it now stands, with what waits for an approver and what it could be the same as."""
    shape = shown(PROJECTS, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = _address(request, shape)
    project = Project.objects.get(pk=done.object_id)
    more = {"pending_approval": waiting(done), "duplicates": duplicates(project)}
    return Response(shape | more, status=done.status, headers=headers)


def waiting(done: Done) -> Shape | None:
    """What waits for an approver about the object that was just written."""
    waits = waiting_about(done.object_id)
    return {"id": waits["id"], "summary": waits["summary"]} if waits else None


def _address(request: Request, shape: Shape) -> str:
    return request.build_absolute_uri(f"/api/v1/projects/{shape['id']}")


WRITTEN = Written(
    PROJECTS, Project, Permission.PROJECTS_WRITE, bodies.RegisterProjectBody, bodies.ChangeProjectBody,
    register=_register, current=_current, change=_change, answer=_answer,
)  # fmt: skip
ROUTES = [
    path("projects", Projects.as_view(), name="projects"),
    bulk(WRITTEN),
    by_ref(WRITTEN),
    path("projects/<str:key>", ProjectView.as_view(), name="project"),
    path("projects/<str:key>/duplicates", Duplicates.as_view(), name="duplicates"),
]
