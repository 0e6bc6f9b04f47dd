"""Consents that a later coordinator sees what the lead was told before, over REST: their owner's alone."""

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.resources import DEALS
from deals.models import Deal
from deals.selectors.lead_consents import LEAD_CONSENTS, later_leads
from deals.services.lead_consents import consent_to_lead, end_lead_consent
from institutions.api.conventions.bodies import Body, Key, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import Resource, detail, listed, shown
from institutions.api.conventions.writing import answered, current, one_of, seen_or_missing
from institutions.api.shapes import Documented, Versioned
from institutions.models import Consent, Institution
from institutions.permissions import Permission
from institutions.selectors.reading import instant


class LaterLeadShape(Documented):
    institution = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True, help_text="Since when it is coordinator, where that was stated")
    consent = serializers.UUIDField(allow_null=True, help_text="Null: it does not see what was told before")


class LaterLeadsShape(Documented):
    results = LaterLeadShape(many=True)


class LeadConsentShape(Versioned):
    deal = serializers.UUIDField()
    institution = serializers.UUIDField()
    since = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    demo = serializers.BooleanField()


class LeadConsentBody(Body):
    institution = Key()


class LeadConsentFilters(Filters):
    deal = Related(Deal, field_name="deal_id")
    institution = Related(Institution)


GIVEN = Resource("lead-consents", "lead_consent", LEAD_CONSENTS, LeadConsentFilters, LeadConsentShape)


class LaterLeads(Door):
    """Coordinators that came after something was told to the lead; a POST lets one of them see it."""

    resource = DEALS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": LeadConsentBody}
    answers = {"GET": {200: LaterLeadsShape}, "POST": {201: LeadConsentShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker's own institution told; without a `consent` the coordinator does not see it."""
        refuse_unknown(request.query_params, ())
        deal = seen_or_missing(Deal, "deal", key)
        found = [
            {
                "institution": row.institution_id,
                "name": row.name,
                "since": instant(row.since),
                "consent": row.consent_id,
            }
            for row in later_leads(deal.pk)
        ]
        return Response({"results": found})

    def post(self, request: Request, key: str) -> Response:
        """Lets it see, at once, what the lead was told before it came."""
        refuse_unknown(request.query_params, ())
        sent = read(LeadConsentBody, request)

        def act() -> Done:
            deal = seen_or_missing(Deal, "deal", key)
            institution = one_of(Institution, sent["institution"], "/institution")
            return Done(201, consent_to_lead(by=asker(request), deal=deal, institution=institution).pk)

        return once(request, act, lambda done: answered(request, GIVEN, done))


class LeadConsentEnd(Door):
    """That such a consent was taken back."""

    resource = GIVEN
    needs_version = ("POST",)
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    answers = {"POST": {200: LeadConsentShape}}

    def post(self, request: Request, key: str) -> Response:
        """At once; it may be given anew."""
        refuse_unknown(request.query_params, ())
        shown(GIVEN, key)

        def act() -> Done:
            consent = current(request, GIVEN, Consent, key)
            end_lead_consent(by=asker(request), consent=consent)
            return Done(200, consent.pk)

        return once(request, act, lambda done: answered(request, GIVEN, done))


ROUTES: list[URLPattern] = [
    path("deals/<str:key>/lead-consents", LaterLeads.as_view(), name="deal_lead_consents"),
    path("lead-consents", listed(GIVEN), name="lead_consents"),
    path("lead-consents/<str:key>", detail(GIVEN), name="lead_consent"),
    path("lead-consents/<str:key>/end", LeadConsentEnd.as_view(), name="lead_consent_end"),
]
