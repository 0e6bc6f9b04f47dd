"""The balance of a commitment over REST."""

from datetime import date
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import movement_shapes as shapes
from deals.api.resources import COMMITMENTS
from deals.selectors.ledger import Balance, balance, by_day
from institutions.api.conventions.bodies import Day
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import shown
from institutions.selectors.reading import Shape


class BalanceView(Door):
    """What a commitment's ledger sums to, from what the asker may see."""

    parameters = {
        "on": "At the end of this day; today without it",
        "known": "As it was known at this time; now without",
    }
    answers = {"GET": {200: shapes.BalanceShape}}

    def get(self, request: Request, key: str) -> Response:
        """Committed, drawn, available and outstanding; hidden movements are as missing ones."""
        refuse_unknown(request.query_params, ("on", "known"))
        commitment = shown(COMMITMENTS, key)["id"]
        on: date = _asked(request, "on", Day()) or timezone.now().date()
        known = _asked(request, "known", serializers.DateTimeField())
        now = balance(commitment, on=on, known=known)
        days = [{"on": day.on, **_sums(day.balance)} for day in by_day(commitment)]
        told = {"commitment": commitment, "on": on, "label": "from what you may see", **_sums(now), "days": days}
        return Response(told)


def _sums(found: Balance | None) -> Shape:
    names = ("committed", "drawn", "available", "outstanding")
    return {name: getattr(found, name).as_json() if found else None for name in names}


def _asked(request: Request, name: str, field: "serializers.Field[Any, Any, Any, Any]") -> Any:
    if name not in request.query_params:
        return None
    try:
        return field.run_validation(request.query_params[name])
    except serializers.ValidationError as error:
        detail = " ".join(str(each) for each in error.detail)
        raise Problem.invalid([Fault(f"/{name}", "invalid", detail, "query")]) from None


ROUTES = [path("commitments/<str:key>/balance", BalanceView.as_view(), name="balance")]
