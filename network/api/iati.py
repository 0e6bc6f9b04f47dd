"""`/api/v1/iati/activities.xml`: what is public, as IATI 2.03 activities."""

from dataclasses import replace

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from deals.api.resources import COMMITMENTS
from deals.selectors.activities import ACTIVITIES
from institutions.api.conventions.filters import narrowed, refuse_beyond
from institutions.api.conventions.identity import still
from institutions.api.conventions.problems import Problem
from institutions.selectors.reading import Rows
from network.api.export import FileOfList
from network.export.activities import MEDIA_TYPE, answer, are_any, named


class IatiActivities(FileOfList):
    """Each commitment that anybody may see, as an activity of its own."""

    resource = replace(COMMITMENTS, reading=ACTIVITIES)
    chooses_fields = False
    answers = {"GET": {(200, MEDIA_TYPE): OpenApiTypes.BINARY}}

    def get(self, request: Request) -> HttpResponseBase:
        """All public commitments that the filters find: the same for every asker, whatever else it may see."""
        found = self.resource
        refuse_beyond(found.filters, request.query_params)

        def rows() -> Rows:
            return narrowed(found.filters, request.query_params, found.reading.rows())

        if not are_any(rows):
            raise Problem(404, "nothing_public", "Nothing of this is public, and a file without activities is invalid.")
        if request.method == "HEAD":
            return named(HttpResponse())
        return answer(rows, lambda: still(request))


ROUTES: list[URLPattern] = [path("iati/activities.xml", IatiActivities.as_view(), name="iati-activities")]
