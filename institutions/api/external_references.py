"""Names that partners give the registry's objects in their own systems, over REST."""

from typing import Any

import django_filters
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.bodies import Body, Key, Text, read
from institutions.api.conventions.filters import After, Filters, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import DetailView, ListView, Resource, detail
from institutions.api.conventions.writing import answered, current
from institutions.api.shapes import ObjectShape, Versioned
from institutions.journal.naming import table_of
from institutions.models import ExternalReference
from institutions.permissions import Permission
from institutions.selectors.references import EXTERNAL_REFERENCES
from institutions.services.references import attach_reference, end_reference


class ReferenceShape(Versioned):
    scheme = serializers.CharField()
    value = serializers.CharField()
    object = ObjectShape()
    since = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class NamedObject(Body):
    type = Text(max_length=40)
    id = Key()


class ReferenceBody(Body):
    object = NamedObject()
    scheme = serializers.RegexField(r"^[a-z0-9][a-z0-9._-]*\Z", max_length=40)
    value = Text(max_length=200)


class ReferenceFilters(Filters):
    scheme = django_filters.CharFilter()
    value = django_filters.CharFilter()
    object = django_filters.UUIDFilter(field_name="object_id")
    ended = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull", exclude=True)
    updated_after = After()


REFERENCES = Resource(
    "external-references", "external_reference", EXTERNAL_REFERENCES, ReferenceFilters, ReferenceShape
)


class References(ListView):
    """What the asker's institution calls objects in its own systems; a POST names one. Nobody else sees them."""

    resource = REFERENCES
    permission_classes = (MayWrite,)
    # It tells nobody anything: whoever may read an object may name it.
    writes = Permission.READ
    accepts = {"POST": ReferenceBody}
    answers = {"POST": {201: ReferenceShape}}

    def post(self, request: Request) -> Response:
        """Names an object that the asker sees. `?ref=scheme:value` finds it in every list from then on."""
        refuse_unknown(request.query_params, ())
        sent = read(ReferenceBody, request)

        def act() -> Done:
            named = sent["object"]
            table = table_of(named["type"])
            if table is None:
                detail = f"There is no type '{named['type']}'. An object's type is the word before its events' dot."
                raise Problem.invalid([Fault("/object/type", "unknown_type", detail)], status=422)
            facts: dict[str, Any] = {"scheme": sent["scheme"], "value": sent["value"].strip()}
            return Done(201, attach_reference(by=asker(request), table=table, object_id=named["id"], **facts).pk)

        return once(request, act, lambda done: answered(request, REFERENCES, done))


class ReferenceEnd(DetailView):
    """That a name was taken off."""

    resource = REFERENCES
    http_method_names = ("post",)
    permission_classes = (MayWrite,)
    writes = Permission.READ
    answers = {"POST": {200: ReferenceShape}}

    def post(self, request: Request, key: str) -> Response:
        """The object stays as it is; the name may be given anew."""
        refuse_unknown(request.query_params, ())

        def act() -> Done:
            reference = current(request, REFERENCES, ExternalReference, key)
            end_reference(by=asker(request), reference=reference)
            return Done(200, reference.pk)

        return once(request, act, lambda done: answered(request, REFERENCES, done))


ROUTES: list[URLPattern] = [
    path("external-references", References.as_view(), name="external_references"),
    path("external-references/<str:key>", detail(REFERENCES), name="external_reference"),
    path("external-references/<str:key>/end", ReferenceEnd.as_view(), name="external_reference_end"),
]
