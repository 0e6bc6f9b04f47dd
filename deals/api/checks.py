"""Consistency checks over REST: what does not fit together in what the asker sees of a project or a deal."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.project_bodies import Line
from deals.checks import CODES
from deals.models import Deal, Project
from deals.selectors.checking import Doubt, deal_doubts, project_doubts, seals_of
from deals.selectors.deal_page import deal_page, find_deal
from deals.selectors.sameness import family_of
from deals.services.answering_checks import answer_deal_check, answer_project_check
from institutions.api.conventions.bodies import Body, Code, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import identified
from institutions.api.shapes import Documented
from institutions.isolation.levels import CHOICES
from institutions.permissions import Permission
from institutions.selectors.reading import instant


class CheckAnswerShape(Documented):
    institution = serializers.UUIDField(help_text="The owner of what is doubted")
    reason = serializers.CharField()
    answered_at = serializers.DateTimeField(help_text="When it came to its present level")
    level = serializers.ChoiceField(CHOICES)


class FindingShape(Documented):
    check = serializers.ChoiceField(CODES)
    says = serializers.CharField(help_text="In English, with what it was found in")
    answer = CheckAnswerShape(allow_null=True, help_text="Why it is so; to exactly this, and to nothing found later")


class FindingsShape(Documented):
    """Doubts, not errors: nothing is held up by them."""

    results = FindingShape(many=True)


class AnswerCheckBody(Body):
    check = Code(CODES)
    reason = Line(max_length=600)


class ProjectChecks(Door):
    """What does not fit together in a project: its stage, dates, studies, estimates and makers."""

    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": AnswerCheckBody}
    answers = {"GET": {200: FindingsShape}, "POST": {201: FindingsShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees; empty where nothing is doubtful."""
        refuse_unknown(request.query_params, ())
        return Response(_told(_doubts_of(_project(key))))

    def post(self, request: Request, key: str) -> Response:
        """The reason of whoever keeps the project why what a check finds now is so; told as far as the project once an
        approver confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(AnswerCheckBody, request)
        project = _project(key)

        def act() -> Done:
            finding = seals_of(_doubts_of(project), sent["check"])
            answer_project_check(
                by=asker(request), project=project, code=sent["check"], finding=finding, reason=sent["reason"]
            )
            return Done(201, project.pk)

        return once(request, act, lambda done: Response(_told(_doubts_of(project)), status=done.status))


class DealChecks(Door):
    """What does not fit together in a deal, and between it and its project."""

    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": AnswerCheckBody}
    answers = {"GET": {200: FindingsShape}, "POST": {201: FindingsShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees; empty where nothing is doubtful."""
        refuse_unknown(request.query_params, ())
        deal = _deal(key)
        return Response(_told(deal_doubts(deal, deal_page(deal))))

    def post(self, request: Request, key: str) -> Response:
        """The reason of the deal's registrar why what a check finds now is so; told as far as the deal once an approver
        confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(AnswerCheckBody, request)
        deal = _deal(key)

        def act() -> Done:
            finding = seals_of(deal_doubts(deal, deal_page(deal)), sent["check"])
            answer_deal_check(by=asker(request), deal=deal, code=sent["check"], finding=finding, reason=sent["reason"])
            return Done(201, deal.pk)

        return once(request, act, lambda done: Response(_told(deal_doubts(deal, deal_page(deal))), status=done.status))


def _doubts_of(project: Project) -> list[Doubt]:
    return project_doubts(project, family_of(project.pk))


def _project(key: str) -> Project:
    found = Project.objects.select_related("owner").filter(pk=identified("project", key)).first()
    if found is None:
        raise missing("project")
    return found


def _deal(key: str) -> Deal:
    found = find_deal(identified("deal", key))
    if found is None:
        raise missing("deal")
    return found


def _told(found: list[Doubt]) -> dict[str, Any]:
    return {
        "results": [
            {
                "check": each.code,
                "says": each.says,
                "answer": {
                    "institution": each.answer.owner_id,
                    "reason": each.answer.reason,
                    "answered_at": instant(each.answer.told_at),
                    "level": each.answer.level,
                }
                if each.answer
                else None,
            }
            for each in found
        ]
    }


ROUTES = [
    path("projects/<str:key>/checks", ProjectChecks.as_view(), name="project-checks"),
    path("deals/<str:key>/checks", DealChecks.as_view(), name="deal-checks"),
]
