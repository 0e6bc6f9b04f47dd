"""Teasers: released and ended by a deal's registrar, read and answered by whom they are addressed to."""

from typing import Any

import django_filters
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.shapes import MoneyShape, PendingShape
from deals.models import Deal, DevelopmentStage, Instrument, Interest, Purpose, Teaser
from deals.selectors.teasers import TEASERS
from deals.services.teasers import Facts, end_teaser, release_teaser, reply_to_teaser
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import Resource, detail, listed, shown
from institutions.api.conventions.writing import answered, current, one_of, seen_or_missing
from institutions.api.shapes import Documented, Versioned
from institutions.models import Institution, State
from institutions.permissions import Permission


class FactsBody(Body):
    """What is told; what is left out is not."""

    minerals = serializers.ListField(child=Text(max_length=60), required=False, max_length=20)
    place = Text(required=False, allow_blank=True, max_length=80, help_text="A country or a region")
    stage = Code(DevelopmentStage.choices, required=False)
    words = Text(required=False, allow_blank=True, max_length=1000)
    instruments = serializers.ListField(child=Code(Instrument.choices), required=False, max_length=20)
    purposes = serializers.ListField(child=Code(Purpose.choices), required=False, max_length=20)


class ReleaseBody(Body):
    to = Key(help_text="A member or observer of the deal's network")
    until = Day(help_text="The last day on which it is told (UTC)")
    reply_to = Text(max_length=200, help_text="Whom to answer: name, address or telephone")
    facts = FactsBody(required=False)
    tell_target = serializers.BooleanField(required=False, default=False, help_text="The target as the deal states it")


class TeaserReplyBody(Body):
    answer = Code(Interest.choices)
    note = Text(required=False, allow_blank=True, max_length=600, default="")


class TeaserReplyShape(Documented):
    id = serializers.UUIDField()
    answer = serializers.ChoiceField(Interest.choices)
    note = serializers.CharField()
    at = serializers.DateTimeField()


class TeaserShape(Versioned):
    """Seen by its owner and, once confirmed and until it ends, by whom it is addressed to."""

    owner = serializers.UUIDField()
    to = serializers.UUIDField()
    deal = serializers.UUIDField(allow_null=True, help_text="null for whom it is addressed to")
    state = serializers.ChoiceField(State.choices)
    code_name = serializers.CharField()
    until = serializers.DateTimeField()
    minerals = serializers.ListField(child=serializers.CharField())
    place = serializers.CharField()
    stage = serializers.ChoiceField(DevelopmentStage.choices, allow_blank=True)
    words = serializers.CharField()
    target = MoneyShape(allow_null=True)
    instruments = serializers.ListField(child=serializers.ChoiceField(Instrument.choices))
    purposes = serializers.ListField(child=serializers.ChoiceField(Purpose.choices))
    reply_to = serializers.CharField()
    replies = TeaserReplyShape(many=True, help_text="The last one holds")
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class StatedTeaserShape(TeaserShape):
    pending_approval = PendingShape(allow_null=True)


class TeaserFilters(Filters):
    owner = Related(Institution)
    to = Related(Institution)
    state = django_filters.ChoiceFilter(choices=State.choices)
    updated_after = After("changed_at")


TEASER = Resource("teasers", "teaser", TEASERS, TeaserFilters, TeaserShape)


class Release(Door):
    """A teaser of one deal."""

    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": ReleaseBody}
    answers = {"POST": {201: StatedTeaserShape}}

    def post(self, request: Request, key: str) -> Response:
        """Prepares it (`pending_approval`): it is told once an approver confirms."""
        refuse_unknown(request.query_params, ())
        deal = seen_or_missing(Deal, "deal", key)
        sent = read(ReleaseBody, request)

        def act() -> Done:
            told: dict[str, Any] = {
                name: tuple(v) if isinstance(v, list) else v for name, v in sent.get("facts", {}).items()
            }
            made = release_teaser(
                by=asker(request),
                deal=deal,
                to=one_of(Institution, sent["to"], "/to"),
                until=sent["until"],
                reply_to=sent["reply_to"],
                facts=Facts(**told),
                tell_target=sent["tell_target"],
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answered(request, TEASER, done))


class _OfTeaser(Door):
    """An act about one teaser, by whoever read it as it is."""

    resource = TEASER
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE


class End(_OfTeaser):
    """Ends a teaser at once: from now on nobody but its owner sees it."""

    needs_version = ("POST",)
    answers = {"POST": {200: StatedTeaserShape}}

    def post(self, request: Request, key: str) -> Response:
        """By one person of its owner."""
        refuse_unknown(request.query_params, ())
        shown(TEASER, key)

        def act() -> Done:
            teaser = current(request, TEASER, Teaser, key)
            end_teaser(by=asker(request), teaser=teaser)
            return Done(200, teaser.pk)

        return once(request, act, lambda done: answered(request, TEASER, done))


class Replies(_OfTeaser):
    """What the institution that it is addressed to answers; its owner sees it."""

    accepts = {"POST": TeaserReplyBody}
    answers = {"POST": {201: StatedTeaserShape}}

    def post(self, request: Request, key: str) -> Response:
        """The last answer holds."""
        refuse_unknown(request.query_params, ())
        sent = read(TeaserReplyBody, request)
        shown(TEASER, key)

        def act() -> Done:
            teaser = seen_or_missing(Teaser, "teaser", key)
            reply_to_teaser(by=asker(request), teaser=teaser, answer=Interest(sent["answer"]), note=sent["note"])
            return Done(201, teaser.pk)

        return once(request, act, lambda done: answered(request, TEASER, done))


ROUTES: list[URLPattern] = [
    path("teasers", listed(TEASER), name="teasers"),
    path("teasers/<str:key>", detail(TEASER), name="teaser"),
    path("teasers/<str:key>/end", End.as_view(), name="teaser-end"),
    path("teasers/<str:key>/replies", Replies.as_view(), name="teaser-replies"),
    path("deals/<str:key>/teasers", Release.as_view(), name="deal-teasers"),
]
