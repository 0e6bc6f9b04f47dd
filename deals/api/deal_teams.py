"""An institution's deal team, the wall that it put around a deal, over REST: told to who is on it alone."""

from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.shapes import PendingShape
from deals.api.sharing import STATES
from deals.models import Deal
from deals.selectors.deal_teams import candidates, insiders, shape_of, team_of
from deals.services.deal_teams import add_to_team, ask_to_take_down, take_off_team, wall_off
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import Body, Key, Moment, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import identified
from institutions.api.conventions.writing import seen_or_missing
from institutions.api.shapes import Documented, Versioned
from institutions.models import Client, DealTeam, Staff
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Shape


class InsiderShape(Documented):
    id = serializers.UUIDField()
    person = serializers.UUIDField(help_text="A staff member's or a client's id")
    kind = serializers.ChoiceField(["person", "client"])
    name = serializers.CharField()
    starts = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(STATES)
    added_by = serializers.CharField()


class TeamShape(Versioned):
    deal = serializers.UUIDField()
    since = serializers.DateTimeField()
    members = InsiderShape(many=True)
    earlier = InsiderShape(many=True)
    demo = serializers.BooleanField()


class StatedTeamShape(TeamShape):
    pending_approval = PendingShape(allow_null=True)


class TeamBody(Body):
    people = serializers.ListField(child=Key(), min_length=1, max_length=200)


class MemberBody(Body):
    person = Key(help_text="A staff member's or a client's id")
    starts = Moment(required=False, help_text="Otherwise from now on")
    until = Moment(required=False, help_text="Otherwise without an end")


class TeamDoor(Door):
    """What the doors of a deal team share. Whether an officer or an approver acts is the service's to say."""

    permission_classes = (MayRead,)
    # What the schema tells; an approver's own scope opens these doors too.
    writes = Permission.COMMITMENTS_WRITE

    def deal(self, key: str) -> Deal:
        return seen_or_missing(Deal, "deal", key)

    def team(self, request: Request, key: str) -> DealTeam:
        """The team that stands; whoever is not on it is told that there is none."""
        found = team_of(self.deal(key).pk, asker(request).institution_id)
        if found is None:
            raise missing("team")
        return found

    def current(self, request: Request, key: str) -> DealTeam:
        team = self.team(request, key)
        preconditions.must_match(request, shape_of(insiders(team)))
        return team

    def answer(self, request: Request, done: Done) -> Response:
        found = DealTeam.objects.filter(pk=done.object_id).first()
        if found is None:
            raise missing("team")
        shape: Shape = shape_of(insiders(found))
        waits = waiting_about(found.pk)
        pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
        headers = {"ETag": preconditions.etag(shape)}
        return Response(shape | {"pending_approval": pending}, status=done.status, headers=headers)


class TeamView(TeamDoor):
    """The insider list of the asker's institution in a deal; a POST walls the deal off."""

    accepts = {"POST": TeamBody}
    answers = {"GET": {200: StatedTeamShape}, "POST": {201: StatedTeamShape}}

    def get(self, request: Request, key: str) -> Response:
        """Who is on the team, since and until when, who was earlier, and who added whom. 404 where there is no wall."""
        refuse_unknown(request.query_params, ())
        return self.answer(request, Done(200, self.team(request, key).pk))

    def post(self, request: Request, key: str) -> Response:
        """From this moment on the listed people and clients see the deal, and no colleague else. Name yourself, and an
        approver."""
        refuse_unknown(request.query_params, ())
        sent = read(TeamBody, request)

        def act() -> Done:
            deal = self.deal(key)
            own = _own(request)
            people = [_one_of(own, each, f"people/{at}") for at, each in enumerate(sent["people"])]
            return Done(201, wall_off(by=asker(request), deal=deal, people=people).pk)

        return once(request, act, lambda done: self.answer(request, done))


class TeamMembers(TeamDoor):
    """A POST adds somebody to the team."""

    accepts = {"POST": MemberBody}
    answers = {"POST": {201: StatedTeamShape}}

    def post(self, request: Request, key: str) -> Response:
        """From now or a later moment on; one person of the team adds another."""
        refuse_unknown(request.query_params, ())
        sent = read(MemberBody, request)

        def act() -> Done:
            team, facts = self.team(request, key), dict(sent)
            who = _one_of(_own(request), facts.pop("person"), "person")
            add_to_team(by=asker(request), team=team, person=who, **facts)
            return Done(201, team.pk)

        return once(request, act, lambda done: self.answer(request, done))


class TeamMemberEnd(TeamDoor):
    """The end of somebody's time on the team."""

    needs_version = ("POST",)
    answers = {"POST": {200: StatedTeamShape}}

    def post(self, request: Request, key: str, member: str) -> Response:
        """At once: the next request of whoever was taken off finds nothing of the deal."""
        refuse_unknown(request.query_params, ())

        def act() -> Done:
            team = self.current(request, key)
            take_off_team(by=asker(request), team=team, member=identified("member", member))
            return Done(200, team.pk)

        return once(request, act, lambda done: self.answer(request, done))


class TeamEnd(TeamDoor):
    """The end of the wall."""

    needs_version = ("POST",)
    answers = {"POST": {202: StatedTeamShape}}

    def post(self, request: Request, key: str) -> Response:
        """Every colleague sees the deal again once an approver on the team confirms it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())

        def act() -> Done:
            team = self.current(request, key)
            ask_to_take_down(by=asker(request), team=team, deal=self.deal(key))
            return Done(202, team.pk)

        return once(request, act, lambda done: self.answer(request, done))


def _own(request: Request) -> dict[UUID, Staff | Client]:
    """Active colleagues and clients by their ids."""
    people, clients = candidates(asker(request).institution_id)
    own: list[Staff | Client] = [*people, *clients]
    return {each.pk: each for each in own}


def _one_of(own: dict[UUID, Staff | Client], key: UUID, pointer: str) -> Staff | Client:
    """One of them; another institution's is as missing."""
    found = own.get(key)
    if found is None:
        says: Any = [ErrorDetail("There is no such person or client of your institution. Check the id.", "not_found")]
        field, _, at = pointer.partition("/")
        wrong: Any = {int(at): says} if at else says
        raise ValidationError({field: wrong})
    return found


ROUTES: list[URLPattern] = [
    path("deals/<str:key>/team", TeamView.as_view(), name="deal_team"),
    path("deals/<str:key>/team/members", TeamMembers.as_view(), name="deal_team_members"),
    path("deals/<str:key>/team/members/<str:member>/end", TeamMemberEnd.as_view(), name="deal_team_member_end"),
    path("deals/<str:key>/team/end", TeamEnd.as_view(), name="deal_team_end"),
]
