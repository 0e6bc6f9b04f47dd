"""Every route of version 1."""

from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from deals.api import (
    allocations,
    book_status,
    checks,
    commitments,
    companies,
    covers,
    deal_parts,
    esg,
    facts,
    joint_amounts,
    mandates,
    matches,
    network_picture,
    offtakes,
    origin,
    ownership,
    projects,
    returns,
    sameness,
    stack,
    teasers,
)
from deals.api import deals as of_a_deal
from deals.api import resources as of_deals
from deals.api.approvals import Confirm, Reject
from deals.api.balances import ROUTES as OF_BALANCES
from deals.api.conditions import ROUTES as CONDITION_ROUTES
from deals.api.deal_teams import ROUTES as OF_TEAMS
from deals.api.lead_consents import ROUTES as OF_LEADS
from deals.api.movements import ROUTES as OF_MOVEMENTS
from deals.api.rates import FX_RATES_RESOURCE
from deals.api.room.routes import ROUTES as OF_ROOM
from deals.api.sharing import ROUTES as OF_SHARING
from institutions.api import resources as of_institutions
from institutions.api.conventions.doors import NoSuchRoute
from institutions.api.conventions.resources import Resource, detail, listed
from institutions.api.external_references import ROUTES as REFERENCE_ROUTES
from network.api.codelists import Codelists
from network.api.events import Events
from network.api.export import files_of
from network.api.iati import ROUTES as OF_IATI
from network.api.imports import ROUTES as OF_IMPORTS
from network.api.incident_pack import ROUTES as OF_INCIDENTS
from network.api.mail_preferences import ROUTES as OF_MAIL
from network.api.sealed_log import ROUTES as OF_THE_LOG
from network.api.snapshot import Snapshot
from network.api.webhooks import ROUTES as OF_WEBHOOKS

# Read, and nothing else: to OPTIONS the package's page would answer with an error.
_READ = ["get", "head"]
# Its page has a style within; its script is asked for apart.
_docs = csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=_READ)
)

READ_ONLY: tuple[Resource, ...] = (*of_institutions.RESOURCES, *of_deals.RESOURCES, FX_RATES_RESOURCE)

ROUTES: list[URLPattern | URLResolver] = [
    path("schema", SpectacularJSONAPIView.as_view(http_method_names=_READ), name="schema"),
    path("docs", _docs, name="docs"),
    path("codelists", Codelists.as_view(), name="codelists"),
    path("events", Events.as_view(), name="events"),
    path("snapshot", Snapshot.as_view(), name="snapshot"),
    *OF_THE_LOG,
    *OF_INCIDENTS,
    # Before the lists that are only read: these are written too.
    *of_a_deal.ROUTES,
    *deal_parts.ROUTES,
    *(path(resource.name, listed(resource), name=resource.name) for resource in READ_ONLY),
    *(path(f"{resource.name}/<str:key>", detail(resource), name=resource.noun) for resource in READ_ONLY),
    *commitments.ROUTES,
    *CONDITION_ROUTES,
    *allocations.ROUTES,
    *book_status.ROUTES,
    *teasers.ROUTES,
    path("approvals/<str:key>/confirm", Confirm.as_view(), name="confirm"),
    path("approvals/<str:key>/reject", Reject.as_view(), name="reject"),
    *stack.ROUTES,
    *covers.ROUTES,
    *joint_amounts.ROUTES,
    *projects.ROUTES,
    *facts.ROUTES,
    *companies.ROUTES,
    *ownership.ROUTES,
    *offtakes.ROUTES,
    *esg.ROUTES,
    *checks.ROUTES,
    *mandates.ROUTES,
    *matches.ROUTES,
    *network_picture.ROUTES,
    *returns.ROUTES,
    *sameness.ROUTES,
    *origin.ROUTES,
    *OF_BALANCES,
    *OF_MOVEMENTS,
    *OF_ROOM,
    *OF_SHARING,
    *OF_TEAMS,
    *OF_LEADS,
    *REFERENCE_ROUTES,
    *OF_WEBHOOKS,
    *OF_IMPORTS,
    *OF_MAIL,
    *OF_IATI,
]
urlpatterns = [*ROUTES, *files_of(ROUTES), re_path("", NoSuchRoute.as_view())]
