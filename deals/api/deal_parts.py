"""The parts that a registrar gives its deal over REST: tranches, invitations, roles."""

from django.urls import URLPattern, path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import deal_bodies as bodies
from deals.api import shapes
from deals.api.resources import DEALS, PARTIES, TRANCHES
from deals.models import Deal, DealRole, Purpose, RoleKind, Tranche
from deals.services import deals, inviting
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, identified, shown
from institutions.api.conventions.writing import answered, current, one_of, seen_or_missing
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about


class DealRoles(Door):
    """A POST gives an institution a role in the deal."""

    resource = DEALS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.RoleBody}
    answers = {"POST": {202: shapes.StatedDealShape, 200: shapes.StatedDealShape}}

    def post(self, request: Request, key: str) -> Response:
        """Another's role waits for an approver (202): a coordinator is told what is told to the lead."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RoleBody, request)
        shown(DEALS, key)

        def act() -> Done:
            deal = seen_or_missing(Deal, "deal", key)
            role = inviting.name_role(
                by=asker(request),
                deal=deal,
                institution=one_of(Institution, sent["institution"], "/institution"),
                role=RoleKind(sent["role"]),
                since=sent.get("since"),
                tranche=named(Tranche.objects.filter(deal=deal), sent.get("tranche"), "/tranche"),
            )
            return Done(202 if waiting_about(role.pk) else 200, role.pk)

        def answer(done: Done) -> Response:
            return answered(request, DEALS, Done(done.status, identified("deal", key)), about=done.object_id)

        return once(request, act, answer)


class DealRoleEnd(Door):
    """The end of a role, by the registrar."""

    resource = DEALS
    needs_version = ("POST",)
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.EndRoleBody}
    answers = {"POST": {200: shapes.StatedDealShape}}

    def post(self, request: Request, key: str, role: str) -> Response:
        """From that day on a coordinator is told nothing more of what is told to the lead."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.EndRoleBody, request)
        shown(DEALS, key)

        def act() -> Done:
            deal = current(request, DEALS, Deal, key)
            held = seen_or_missing(DealRole, "role", role)
            if held.deal_id != deal.pk:
                raise missing("role")
            inviting.end_role(by=asker(request), role=held, on=sent["on"])
            return Done(200, deal.pk)

        return once(request, act, lambda done: answered(request, DEALS, done))


class Tranches(ListView):
    """Tranches that the asker may see; a POST adds one to a deal of its own."""

    resource = TRANCHES
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.AddTrancheBody}
    answers = {"POST": {201: shapes.TrancheShape}}

    def post(self, request: Request) -> Response:
        """A tranche of the deal, told as far as the deal is."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.AddTrancheBody, request)

        def act() -> Done:
            facts = dict(sent)
            deal = one_of(Deal, facts.pop("deal"), "/deal")
            purpose = Purpose(facts.pop("purpose", Purpose.BASE))
            return Done(201, deals.add_tranche(by=asker(request), deal=deal, purpose=purpose, **facts).pk)

        return once(request, act, lambda done: answered(request, TRANCHES, done))


class TrancheView(DetailView):
    """One tranche; a PATCH changes its terms."""

    resource = TRANCHES
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.ChangeTrancheBody}
    answers = {"PATCH": {200: shapes.TrancheShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Its currency, purpose and seniority stay: another is another tranche."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeTrancheBody, request)
        tranche = current(request, TRANCHES, Tranche, key)
        bodies.check_currency(sent, tranche.currency)
        deals.change_tranche(by=asker(request), tranche=tranche, **sent)
        return answered(request, TRANCHES, Done(200, tranche.pk))


class Parties(ListView):
    """Parties that the asker may see; a POST invites one into a deal of its own."""

    resource = PARTIES
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.InviteBody}
    answers = {"POST": {202: shapes.StatedPartyShape}}

    def post(self, request: Request) -> Response:
        """The invitation takes effect when an approver confirms it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.InviteBody, request)

        def act() -> Done:
            facts = dict(sent)
            party = inviting.invite(
                by=asker(request),
                deal=one_of(Deal, facts.pop("deal"), "/deal"),
                institution=one_of(Institution, facts.pop("institution"), "/institution"),
                on=facts.pop("invited_on", timezone.now().date()),
                **facts,
            )
            return Done(202, party.pk)

        return once(request, act, lambda done: answered(request, PARTIES, done))


ROUTES: list[URLPattern] = [
    path("deals/<str:key>/roles", DealRoles.as_view(), name="deal-roles"),
    path("deals/<str:key>/roles/<str:role>/end", DealRoleEnd.as_view(), name="deal-role-end"),
    path("tranches", Tranches.as_view(), name="tranches"),
    path("tranches/<str:key>", TrancheView.as_view(), name="tranche"),
    path("parties", Parties.as_view(), name="parties"),
]
