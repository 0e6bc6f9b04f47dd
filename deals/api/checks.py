"""Consistency checks over REST: what does not fit together in what the asker sees of a project or a deal."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.checks import CODES, Finding
from deals.models import Project
from deals.selectors.checking import deal_findings, project_findings
from deals.selectors.deal_page import deal_page, find_deal
from deals.selectors.sameness import family_of
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import identified
from institutions.api.shapes import Documented


class FindingShape(Documented):
    check = serializers.ChoiceField(CODES)
    says = serializers.CharField(help_text="In English, with what it was found in")


class FindingsShape(Documented):
    """Doubts, not errors: nothing is held up by them."""

    results = FindingShape(many=True)


class ProjectChecks(Door):
    """What does not fit together in a project: its stage, dates, studies, estimates and makers."""

    answers = {"GET": {200: FindingsShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees; empty where nothing is doubtful."""
        refuse_unknown(request.query_params, ())
        project = Project.objects.filter(pk=identified("project", key)).first()
        if project is None:
            raise missing("project")
        return _told(project_findings(project, family_of(project.pk)))


class DealChecks(Door):
    """What does not fit together in a deal, and between it and its project."""

    answers = {"GET": {200: FindingsShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees; empty where nothing is doubtful."""
        refuse_unknown(request.query_params, ())
        deal = find_deal(identified("deal", key))
        if deal is None:
            raise missing("deal")
        return _told(deal_findings(deal, deal_page(deal)))


def _told(found: list[Finding]) -> Response:
    results: list[dict[str, Any]] = [{"check": each.code, "says": each.says} for each in found]
    return Response({"results": results})


ROUTES = [
    path("projects/<str:key>/checks", ProjectChecks.as_view(), name="project-checks"),
    path("deals/<str:key>/checks", DealChecks.as_view(), name="deal-checks"),
]
