"""What a cover protects, and a share in another's loan, over REST: both say how money is counted once."""

from decimal import Decimal
from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.bodies import MoneyField
from deals.api.resources import ToldFilters
from deals.api.shapes import MoneyShape, PendingShape, Told
from deals.models import Commitment, Deal, ParticipationKind, Tranche
from deals.selectors.covers import COVER_LINKS, PARTICIPATIONS
from deals.services.covers import link_cover
from deals.services.participations import share_in_loan
from institutions.api.conventions.bodies import Body, Code, Key, Text, named, read
from institutions.api.conventions.filters import After, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import ListView, Resource, detail
from institutions.api.conventions.writing import answered, one_of
from institutions.isolation.levels import CHOICES, Level
from institutions.permissions import Permission


class CoverLinkShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    cover = serializers.UUIDField(allow_null=True)
    covered = serializers.UUIDField(allow_null=True, help_text="The covered commitment, or null where a tranche is")
    tranche = serializers.UUIDField(allow_null=True)
    political_percent = serializers.CharField(allow_null=True)
    commercial_percent = serializers.CharField(allow_null=True)
    amount = MoneyShape(allow_null=True)


class StatedCoverLinkShape(CoverLinkShape):
    pending_approval = PendingShape(allow_null=True)


class ParticipationShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    commitment = serializers.UUIDField(allow_null=True)
    lender = serializers.UUIDField(allow_null=True, help_text="The lender of record's commitment")
    kind = serializers.ChoiceField(ParticipationKind.choices)


class StatedParticipationShape(ParticipationShape):
    pending_approval = PendingShape(allow_null=True)


class Percent(Text):
    """A percentage as a string with at most two decimals, such as "95" or "82.50"."""

    def to_internal_value(self, data: Any) -> Decimal:  # type: ignore[override]  # a text that is read as a number
        exact: Decimal = serializers.DecimalField(
            max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100)
        ).run_validation(super().to_internal_value(data))
        return exact


class CoverLinkBody(Body):
    cover = Key()
    covered = Key(required=False, help_text="The commitment that it protects")
    tranche = Key(required=False, help_text="Or the tranche")
    political_percent = Percent(required=False)
    commercial_percent = Percent(required=False)
    amount = MoneyField(required=False)
    level = Code(CHOICES, required=False, default=Level.OWN.value)


class ParticipationBody(Body):
    commitment = Key()
    lender = Key()
    kind = Code(ParticipationKind.choices)
    level = Code(CHOICES, required=False, default=Level.OWN.value)


class CoverLinkFilters(ToldFilters):
    deal = Related(Deal)
    cover = Related(Commitment, slug="reference")
    covered = Related(Commitment, slug="reference")
    updated_after = After()


class ParticipationFilters(ToldFilters):
    deal = Related(Deal)
    lender = Related(Commitment, slug="reference")
    updated_after = After()


LINKS = Resource("cover-links", "cover_link", COVER_LINKS, CoverLinkFilters, CoverLinkShape)
SHARES = Resource("participations", "participation", PARTICIPATIONS, ParticipationFilters, ParticipationShape)


class CoverLinks(ListView):
    """What covers protect, as far as the asker may see; a POST says it of one's own cover."""

    resource = LINKS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": CoverLinkBody}
    answers = {"POST": {201: StatedCoverLinkShape}}

    def post(self, request: Request) -> Response:
        """Names the loan or the tranche; without percentages or an amount it protects all of it."""
        refuse_unknown(request.query_params, ())
        sent = read(CoverLinkBody, request)

        def act() -> Done:
            made = link_cover(
                by=asker(request),
                cover=one_of(Commitment, sent["cover"], "/cover"),
                covered=named(Commitment.objects.all(), sent.get("covered"), "/covered"),
                tranche=named(Tranche.objects.all(), sent.get("tranche"), "/tranche"),
                political=sent.get("political_percent"),
                commercial=sent.get("commercial_percent"),
                money=sent.get("amount"),
                level=Level(sent["level"]),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answered(request, LINKS, done))


class Participations(ListView):
    """Shares in others' loans, as far as the asker may see; a POST says it of one's own commitment."""

    resource = SHARES
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": ParticipationBody}
    answers = {"POST": {201: StatedParticipationShape}}

    def post(self, request: Request) -> Response:
        """Names the lender of record's commitment; a `risk` participation is never money."""
        refuse_unknown(request.query_params, ())
        sent = read(ParticipationBody, request)

        def act() -> Done:
            made = share_in_loan(
                by=asker(request),
                commitment=one_of(Commitment, sent["commitment"], "/commitment"),
                lender=one_of(Commitment, sent["lender"], "/lender"),
                kind=ParticipationKind(sent["kind"]),
                level=Level(sent["level"]),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answered(request, SHARES, done))


ROUTES: list[URLPattern] = [
    path("cover-links", CoverLinks.as_view(), name="cover-links"),
    path("cover-links/<str:key>", detail(LINKS), name="cover-link"),
    path("participations", Participations.as_view(), name="participations"),
    path("participations/<str:key>", detail(SHARES), name="participation"),
]
