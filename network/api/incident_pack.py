"""`/api/v1/incident-pack`: who changed and could see which deal in a time, as a signed archive."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from deals.selectors.incidents import named_deal
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import as_moment, as_uuid, refuse_unknown
from institutions.api.conventions.identity import MayRead, asker, still
from institutions.api.conventions.problems import Fault, Problem
from institutions.models import Client
from network.export.chunks import Ended
from network.incident.answer import MEDIA_TYPE, named, packed
from network.incident.pack import Asked
from network.incident.signing import public_key


class IncidentPack(Door):
    """Who changed and could see which deal in a time: a signed archive, as far as the asker may see."""

    permission_classes = (MayRead,)
    answers = {"GET": {(200, MEDIA_TYPE): OpenApiTypes.BINARY}}
    parameters = {
        "since": "The moment from which on, with its zone",
        "until": "The moment before which, with its zone; now where none is given",
        "deal": "The id of a deal that you see; all of them otherwise",
    }

    def get(self, request: Request) -> HttpResponseBase:
        """Changes with times in UTC, who could see what the asker owns, documents taken, the institutions concerned."""
        refuse_unknown(request.query_params, self.parameters)
        asked = _asked(request)
        if request.method == "HEAD":
            return named(HttpResponse())
        try:
            return packed(asked)
        except Ended as ended:
            raise Problem(403, "access_ended", str(ended)) from None


class LogKey(Door):
    """The public key of what this registry signs."""

    authentication_classes = ()
    permission_classes = ()
    answers = {"GET": {(200, "application/x-pem-file"): OpenApiTypes.STR}}

    def get(self, request: Request) -> HttpResponseBase:
        """Ed25519, as PEM. The same for everybody."""
        refuse_unknown(request.query_params, ())
        return HttpResponse(public_key(), content_type="application/x-pem-file")


def _asked(request: Request) -> Asked:
    who = asker(request)
    if "since" not in request.query_params:
        raise Problem.invalid([Fault("/since", "required", "Say from when on.", "query")])
    since, until = _moment(request, "since"), _moment(request, "until")
    if since >= until:
        raise Problem.invalid([Fault("/until", "invalid", "until is later than since.", "query")])
    deal = None
    if "deal" in request.query_params:
        deal = named_deal(as_uuid(request.query_params["deal"]))
        if deal is None:
            raise Problem.invalid([Fault("/deal", "not_found", "There is no such deal.", "query")])
    name = who.name if isinstance(who, Client) else f"{who.name} <{who.email}>"
    return Asked(lambda: still(request), who.institution, name, since, until, deal)


def _moment(request: Request, name: str) -> datetime:
    given = request.query_params.get(name)
    if given is None:
        return datetime.now(UTC)
    found = as_moment(given)
    if found is None:
        detail = "Give a moment with its zone, such as 2026-03-31T12:00:00Z."
        raise Problem.invalid([Fault(f"/{name}", "invalid", detail, "query")])
    return found


ROUTES: list[URLPattern] = [
    path("incident-pack", IncidentPack.as_view(), name="incident-pack"),
    path("log/key", LogKey.as_view(), name="log-key"),
]
