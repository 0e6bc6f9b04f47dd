"""The capital stack of a tranche, a deal or a project over REST."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django.db.models import Model
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.stack_shapes import StackShape, shape
from deals.models import Deal, Project, Tranche
from deals.money import MoneyError, minor_units
from deals.selectors.stack import Stack, deal_stack, project_stack, tranche_stack
from institutions.api.conventions import preconditions
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.past import ASKS, as_asked
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.api.conventions.resources import identified
from institutions.selectors.reading import versioned

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _StackView(Door):
    answers: ClassVar[dict[str, Any]] = {"GET": {200: StackShape}}
    parameters: ClassVar[dict[str, str]] = {
        "currency": "The reporting currency; the target's where none is given",
        "on": "YYYY-MM-DD: the day whose rates are asked for, or the last published before; the newest otherwise",
        **ASKS,
    }
    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    stack: ClassVar[Callable[..., Stack]]

    def get(self, request: Request, key: str) -> Response:
        """From what the asker may see. 304 to If-None-Match where it is unchanged."""
        refuse_unknown(request.query_params, tuple(self.parameters))
        currency, on = _currency(request), asked_day(request)
        with as_asked(request):
            found = self.model._default_manager.filter(pk=identified(self.kind, key)).first()
            if found is None:
                raise missing(self.kind)
            told = versioned(shape(self.kind, found.pk, type(self).stack(found, currency=currency, on=on)))
        headers = {"ETag": preconditions.etag(told)}
        if preconditions.unchanged(request, told):
            return Response(status=304, headers=headers)
        return Response(told, headers=headers)


class DealStack(_StackView):
    """The capital stack of a deal, with the published one that it took over."""

    kind, model, stack = "deal", Deal, staticmethod(deal_stack)


class TrancheStack(_StackView):
    """The capital stack of a tranche: what it seeks, and who brings it."""

    kind, model, stack = "tranche", Tranche, staticmethod(tranche_stack)


class ProjectStack(_StackView):
    """The capital stack of a project: all of its deals, but for cancelled ones."""

    kind, model, stack = "project", Project, staticmethod(project_stack)


def _currency(request: Request) -> str | None:
    code = request.query_params.get("currency")
    if code is None:
        return None
    try:
        minor_units(code)
    except MoneyError as error:
        raise Problem.invalid([Fault("/currency", error.code, error.detail, "query")]) from None
    return code


def asked_day(request: Request) -> date | None:
    given = request.query_params.get("on")
    if given is None:
        return None
    try:
        on = date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        on = None
    if on is None or on > timezone.now().date():
        raise Problem.invalid([Fault("/on", "invalid", "Give a day that has come, as YYYY-MM-DD.", "query")])
    return on


ROUTES = [
    path("deals/<str:key>/stack", DealStack.as_view(), name="deal_stack"),
    path("tranches/<str:key>/stack", TrancheStack.as_view(), name="tranche_stack"),
    path("projects/<str:key>/stack", ProjectStack.as_view(), name="project_stack"),
]
