"""Deciding what was prepared: confirm, or reject with a reason."""

from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import bodies
from deals.api.resources import WAITING
from deals.services import approving
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import identified, shown
from institutions.models import Approval
from institutions.permissions import Permission


class _Decision(Door):
    resource = WAITING
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_APPROVE


class Confirm(_Decision):
    """Confirms what was prepared; it is carried out at once."""

    accepts = {"POST": bodies.ConfirmBody}

    def post(self, request: Request, key: str) -> Response:
        """Another person than who prepared it, an approver of the same institution."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ConfirmBody, request) if request.data else {}
        found = _approval(key)

        def act() -> Done:
            approving.confirm(by=asker(request), approval=found, reference=sent.get("reference", ""))
            return Done(200, found.pk)

        return once(request, act, _answer)


class Reject(_Decision):
    """Rejects what was prepared; nothing of it happens."""

    accepts = {"POST": bodies.RejectBody}

    def post(self, request: Request, key: str) -> Response:
        """With the reason, which stays in the institution."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RejectBody, request)
        found = _approval(key)

        def act() -> Done:
            approving.reject(by=asker(request), approval=found, reason=sent["reason"])
            return Done(200, found.pk)

        return once(request, act, _answer)


def _approval(key: str) -> Approval:
    found = Approval.objects.filter(pk=identified("approval", key)).first()
    if found is None:
        raise missing("approval")
    return found


def _answer(done: Done) -> Response:
    shape = shown(WAITING, done.object_id)
    return Response(shape, status=done.status, headers={"ETag": preconditions.etag(shape)})
