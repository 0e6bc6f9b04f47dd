"""Confirming over REST what is published of one's institution. It is replaced with POST /commitments {supersedes}."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import project_bodies as bodies
from deals.api import project_shapes as shapes
from deals.api.kept import answer, current
from deals.api.resources import COMMITMENTS
from deals.models import Commitment, Confirmation
from deals.selectors.origin import CONFIRMATIONS
from deals.services import origin
from institutions.api.conventions.bodies import read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, Resource, identified, listed
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Institution
from institutions.permissions import Permission


class ConfirmationFilters(Filters):
    commitment = Related(Commitment, slug="reference")
    institution = Related(Institution, field_name="owner")
    level = Codes(choices=CHOICES)
    updated_after = After()


CONFIRMED = Resource("confirmations", "confirmation", CONFIRMATIONS, ConfirmationFilters, shapes.ConfirmationShape)


class Confirm(Door):
    """An institution's word that what is published of it is right."""

    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.ConfirmationBody}
    answers = {"POST": {201: shapes.KeptConfirmationShape}}

    def post(self, request: Request, key: str) -> Response:
        """The published commitment stays as it is; whoever sees the word reads `confirmed_on` with it."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ConfirmationBody, request)
        commitment = Commitment.objects.filter(pk=identified(COMMITMENTS.noun, key)).first()
        if commitment is None:
            raise missing(COMMITMENTS.noun)

        def act() -> Done:
            word = origin.confirm_published(
                by=asker(request),
                commitment=commitment,
                as_of=sent["as_of"],
                note=sent["note"],
                level=Level(sent["level"]),
            )
            return Done(201, word.pk)

        return once(request, act, lambda done: answer(request, CONFIRMED, done))


class ConfirmationView(DetailView):
    """One confirmation; a PATCH says how far it is told."""

    resource = CONFIRMED
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"PATCH": bodies.ChangeConfirmationBody}
    answers = {"PATCH": {200: shapes.KeptConfirmationShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower, or to the lead, at once; further when an approver confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeConfirmationBody, request)
        word = current(request, CONFIRMED, Confirmation.objects.all(), key)
        origin.tell_confirmation(by=asker(request), word=word, level=Level(sent["level"]))
        return answer(request, CONFIRMED, Done(200, word.pk))


ROUTES = [
    path("confirmations", listed(CONFIRMED), name="confirmations"),
    path("confirmations/<str:key>", ConfirmationView.as_view(), name="confirmation"),
    path("commitments/<str:key>/confirmation", Confirm.as_view(), name="confirm-published"),
]
