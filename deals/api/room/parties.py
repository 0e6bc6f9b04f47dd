"""Parties: the registrar's record of their NDAs and ends, their own replies, and conflicts of interest."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.resources import PARTIES
from deals.api.room import bodies, shapes
from deals.api.room.answering import answer, answer_waiting, current
from deals.api.room.resources import CONFLICTS, REPLIES
from deals.api.shapes import StatedPartyShape
from deals.models import Company, ConflictOfInterest, Deal, Party, Reply
from deals.services import inviting, parties, room
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import Body, named, read
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, identified, shown
from institutions.isolation.levels import Level
from institutions.permissions import Permission


class Replies(ListView):
    """Replies to invitations that the asker may see; a POST makes its own."""

    resource = REPLIES
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.ReplyBody}
    answers = {"POST": {201: shapes.ReplyShape}}

    def post(self, request: Request) -> Response:
        """Accepts, declines or leaves. Whoever declines or leaves sees nothing more of the deal from this moment."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ReplyBody, request)

        def act() -> Done:
            party = named(Party.objects.all(), sent["party"], "/party")
            assert party is not None  # noqa: S101  # the body requires one
            made = parties.reply(by=asker(request), party=party, answer=Reply(sent["answer"]), note=sent["note"])
            return Done(201, made.pk)

        return once(request, act, lambda done: answer(request, done, REPLIES))


class _OfParty(DetailView):
    """An act of the registrar about one of its parties."""

    resource = PARTIES
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    http_method_names = ("post",)
    answers = {"POST": {200: StatedPartyShape}}
    body: type[Body]

    def post(self, request: Request, key: str) -> Response:
        refuse_unknown(request.query_params, ())
        sent = read(self.body, request)
        shown(PARTIES, key)

        def act() -> Done:
            party = _kept(request, key)
            self.act(request, party, sent)
            return Done(200, party.pk)

        return once(request, act, lambda done: answer_waiting(request, done, PARTIES))

    def act(self, request: Request, party: Party, sent: dict[str, Any]) -> None:
        raise NotImplementedError


class PartyNda(_OfParty):
    """The NDA of a party, signed or renewed: in force once an approver confirms it (`pending_approval`). Its paper is a
    document that names the party."""

    body = bodies.NdaBody
    accepts = {"POST": bodies.NdaBody}

    def act(self, request: Request, party: Party, sent: dict[str, Any]) -> None:
        inviting.record_nda(by=asker(request), party=party, **sent)


class PartyEnd(_OfParty):
    """The end of an invitation, by the registrar."""

    body = bodies.EndBody
    accepts = {"POST": bodies.EndBody}

    def act(self, request: Request, party: Party, sent: dict[str, Any]) -> None:
        inviting.end_invitation(by=asker(request), party=party, on=sent["on"])


class Conflicts(ListView):
    """Conflicts of interest that the asker may see; a POST declares its own."""

    resource = CONFLICTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.ConflictBody}
    answers = {"POST": {201: shapes.StatedConflictShape}}

    def post(self, request: Request) -> Response:
        """Declares one. The parties are told once an approver of the declaring institution confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ConflictBody, request)

        def act() -> Done:
            facts = dict(sent)
            deal = named(Deal.objects.all(), facts.pop("deal"), "/deal")
            assert deal is not None  # noqa: S101  # the body requires one
            company = named(Company.objects.all(), facts.pop("company"), "/company")
            level = Level(facts.pop("level"))
            made = parties.declare_conflict(by=asker(request), deal=deal, company=company, level=level, **facts)
            return Done(201, made.pk)

        return once(request, act, lambda done: answer_waiting(request, done, CONFLICTS))


class ConflictView(DetailView):
    """One declaration; a PATCH says until when it lasted, or how far it is told."""

    resource = CONFLICTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.ConflictChangeBody}
    answers = {"PATCH": {200: shapes.StatedConflictShape}}

    def patch(self, request: Request, key: str) -> Response:
        """What was declared stands; its end can be stated."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ConflictChangeBody, request)
        conflict = current(request, ConflictOfInterest, CONFLICTS, key)
        if "until" in sent:
            parties.end_conflict(by=asker(request), conflict=conflict, until=sent["until"])
        if "level" in sent:
            room.tell(by=asker(request), row=conflict, level=Level(sent["level"]))
        return answer_waiting(request, Done(200, conflict.pk), CONFLICTS)


def _kept(request: Request, key: str) -> Party:
    """The registrar's party, locked, once it has shown that it read it as it is. Another's is a 403."""
    found = Party.objects.filter(pk=identified("party", key)).first()
    if found is None:
        raise missing("party")
    parties.kept_by(asker(request), found)
    preconditions.must_match(request, shown(PARTIES, found.pk))
    return found
