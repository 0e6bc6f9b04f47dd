"""The schema: told from the same declarations that the views work by, so that the two can't drift."""

import re
from functools import cache
from typing import Any

from django_filters import BaseInFilter, BooleanFilter, ChoiceFilter, IsoDateTimeFilter
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from institutions.api.conventions.bodies import Body
from institutions.api.conventions.doors import Door, NoSuchRoute
from institutions.api.conventions.idempotency import HEADER
from institutions.api.conventions.ordering import orderings
from institutions.api.conventions.past import ASKS
from institutions.api.conventions.problems import MEDIA_TYPE
from institutions.api.conventions.resources import DetailView, ListView, Resource
from institutions.api.shapes import Documented, Versioned
from institutions.permissions import SCOPES, Permission


class FaultShape(Documented):
    pointer = serializers.CharField(help_text="JSON pointer into the body, or /name of the parameter")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemShape(Documented):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors_ = FaultShape(many=True)
    request_id = serializers.CharField()


class DoorSchema(AutoSchema):
    """Reads `resource`, `accepts`, `answers` and `parameters` of a view."""

    def is_excluded(self) -> bool:
        return isinstance(self.view, NoSuchRoute)

    def get_operation_id(self) -> str:
        verb = {"GET": "read", "POST": "post", "PATCH": "change", "PUT": "put"}[self.method]
        steps = [step for step in self.path.split("/")[3:] if step and not step.startswith("{")]
        return (
            "_".join([verb, *(["one"] if self.path.endswith("}") else []), *steps]).replace("-", "_").replace(".", "_")
        )

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        # Clients are generated from these names: a commitment is a Commitment there.
        return super().get_serializer_name(serializer, direction).removesuffix("Shape")

    def get_description(self) -> str:  # type: ignore[override]  # as the package itself does
        resource = self._resource()
        said: str = super().get_description()
        if not said and resource and isinstance(self.view, ListView):
            return f"A page of the {resource.name.replace('-', ' ')} that the asker may see."
        if not said and resource:
            return f"One {resource.noun.replace('_', ' ')} as the asker sees it; unchanged, it is not sent again (304)."
        return said

    def is_deprecated(self) -> bool:
        return getattr(self.view, "deprecated", None) is not None

    def get_summary(self) -> str:
        return re.split(r"[.;]\s", " ".join(self.get_description().split()) + " ")[0].rstrip(".")

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3].partition(".")[0]]

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "accepts", {}).get(self.method)

    def get_override_parameters(self) -> list[Any]:
        if self.method == "POST":
            return [_header(HEADER, "1 to 200 visible characters; a repeat is carried out once"), *self._condition()]
        if self.method == "PATCH":
            return self._condition()
        if self.method == "PUT":
            return [
                _header("If-Match", "The version that you read, where there is one"),
                _header("If-None-Match", "*, where there must be none yet"),
            ]
        given = getattr(self.view, "parameters", {})
        found = [OpenApiParameter(name, description=says) for name, says in given.items()]
        resource = self._resource()
        if resource and isinstance(self.view, ListView):
            found += [_filter(name, each) for name, each in resource.filters.base_filters.items()] + _PAGING
            found += _PAST if resource.remembers else []
            if orders := orderings(resource):
                found.append(
                    OpenApiParameter("ordering", enum=list(orders), description="The first where none is given")
                )
        elif resource and getattr(self.view, "whole_list", False):
            found += [_filter(name, each) for name, each in resource.filters.base_filters.items()]
            found += [_FIELDS] if getattr(self.view, "chooses_fields", True) else []
            found += _PAST if getattr(self.view, "chooses_fields", True) and resource.remembers else []
        elif resource and self.path.endswith("}"):
            found += [_FIELDS, _header("If-None-Match", "304 where the version is still this", required=False)]
            found += _PAST if resource.remembers else []
        return found

    def get_response_serializers(self) -> Any:
        problems = OpenApiResponse(ProblemShape, description="A problem (RFC 9457)")
        return {**self._answers(), ("4XX", MEDIA_TYPE): problems, ("5XX", MEDIA_TYPE): problems}

    def _resource(self) -> Resource | None:
        return getattr(self.view, "resource", None)

    def _condition(self) -> list[OpenApiParameter]:
        if self.method not in getattr(self.view, "needs_version", ()):
            return []
        return [_header("If-Match", "The version that you read; 428 without, 412 when it is another", required=True)]

    def _answers(self) -> dict[Any, Any]:
        told = getattr(self.view, "answers", {})
        if self.method in told:
            return dict(told[self.method])
        resource = self._resource()
        if resource is None or not isinstance(self.view, ListView):
            return {200: resource.shape if resource else None}
        return {200: page_shape(resource)}


def bases() -> list[type]:
    """Classes whose docstrings are for those who build the API, not for those who call it."""
    theirs: list[type] = get_lib_doc_excludes()  # type: ignore[no-untyped-call]
    return [*theirs, Body, Documented, Versioned, Door, ListView, DetailView]


@cache
def page_shape(resource: Resource) -> serializers.Serializer[Any]:
    """The shape of a page of the resource."""
    return inline_serializer(
        f"{resource.noun.title().replace(' ', '').replace('_', '')}Page",
        {
            "results": resource.shape(many=True),
            "next": serializers.URLField(allow_null=True),
            "count": serializers.IntegerField(required=False, help_text="With count=true; 10000 at most"),
            "count_capped": serializers.BooleanField(required=False),
        },
    )


class ClientScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "institutions.api.conventions.identity.ClientAuthentication"
    name = "client"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = {str(scope): says for scope, says in SCOPES.items()}
        return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        reads = auto_schema.method == "GET"
        needed = getattr(auto_schema.view, "reads", Permission.READ) if reads else auto_schema.view.writes
        return {self.name: [needed.value]}


class PersonScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "institutions.api.conventions.identity.PersonAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "__Host-sessionid"}


def _header(name: str, says: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, location=OpenApiParameter.HEADER, description=says, required=required)


def _filter(name: str, each: Any) -> OpenApiParameter:
    codes = [code for code, _ in each.extra["choices"]] if isinstance(each, ChoiceFilter) else None
    kinds = {BooleanFilter: OpenApiTypes.BOOL, IsoDateTimeFilter: OpenApiTypes.DATETIME}
    kind = next((found for cls, found in kinds.items() if isinstance(each, cls)), OpenApiTypes.STR)
    many = isinstance(each, BaseInFilter)
    return OpenApiParameter(name, kind, enum=codes, many=many, explode=False if many else None)


_PAST = [OpenApiParameter(name, description=says) for name, says in ASKS.items()]
_FIELDS = OpenApiParameter("fields", description="Only these fields, with commas between them")
_PAGING = [
    OpenApiParameter("cursor", description="From `next`"),
    OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 500; 50 where none is given"),
    OpenApiParameter("ref", description="scheme:value, as your own systems call it (/external-references)"),
    OpenApiParameter("count", OpenApiTypes.BOOL, description="Also count, up to 10000"),
    _FIELDS,
]
