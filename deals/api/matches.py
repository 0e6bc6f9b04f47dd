"""Matching over REST: whom a deal's lead could ask, and which deals an institution could join."""

from collections.abc import Sequence
from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.shapes import MoneyShape
from deals.models import Deal
from deals.money import Money
from deals.selectors.closing_sets import ClosingSet
from deals.selectors.deals import leads
from deals.selectors.explaining import Explained, explained
from deals.selectors.matching import Criterion, Verdict, deals_for
from deals.selectors.whom_to_ask import whom_to_ask
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.identity import asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import identified
from institutions.api.shapes import Documented
from institutions.refusals import Refusal
from institutions.selectors.reading import Shape

VERDICTS = [each.value for each in Verdict]


class NotYourGap(Refusal):
    code = "not_your_gap"
    says = "Whom a deal could ask is told to its registrar and its coordinators. See /matches for deals of your own."
    status = 403


class CriterionShape(Documented):
    criterion = serializers.ChoiceField([each.value for each in Criterion])
    verdict = serializers.ChoiceField(VERDICTS)
    reason = serializers.CharField(help_text="In English, from what the asker sees")


class MatchShape(Documented):
    deal = serializers.UUIDField()
    mandate = serializers.UUIDField()
    institution = serializers.UUIDField(help_text="Whose mandate it is")
    fits = serializers.BooleanField(help_text="No criterion failed")
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    criteria = CriterionShape(many=True)
    gap = MoneyShape(allow_null=True, help_text="Target minus firm, at most")
    fill = MoneyShape(allow_null=True, help_text="How much of it the mandate's largest ticket could fill")


class ClosingSetShape(Documented):
    institutions = serializers.ListField(child=serializers.UUIDField())
    most = MoneyShape(help_text="Their largest tickets together, each at most the gap")
    worked_together = serializers.IntegerField(help_text="Pairs that are in one deal that the asker sees")


class MatchesShape(Documented):
    results = MatchShape(many=True)
    closing_sets = ClosingSetShape(many=True, help_text="Of a deal: the smallest sets that could close its gap")


class Matches(Door):
    """With `deal`, institutions for it, the fittest first; without, deals that fit a mandate of one's own."""

    answers = {"GET": {200: MatchesShape}}
    parameters = {"deal": "The id of a deal that one registered or coordinates"}

    def get(self, request: Request) -> Response:
        """From what the asker sees of deals and mandates; 50 deals at most."""
        refuse_unknown(request.query_params, tuple(self.parameters))
        institution = asker(request).institution_id
        key = request.query_params.get("deal")
        if key is None:
            return Response({"results": _told(explained(deals_for(institution))), "closing_sets": []})
        deal = Deal.objects.filter(pk=identified("deal", key)).first()
        if deal is None:
            raise missing("deal")
        if not leads(institution, deal.pk):
            raise NotYourGap
        found = whom_to_ask(deal)
        return Response({"results": _told(found.lines), "closing_sets": [_set(each) for each in found.sets]})


def _told(lines: Sequence[Explained]) -> list[Shape]:
    return [_match(line) for line in lines]


def _match(line: Explained) -> dict[str, Any]:
    match, mandate = line.match, line.mandate
    return {
        "deal": match.deal,
        "mandate": mandate.pk,
        "institution": mandate.owner_id,
        "fits": match.fits,
        "failed": match.count(Verdict.FAILED),
        "unknown": match.count(Verdict.UNKNOWN),
        "criteria": [
            {"criterion": each.code.value, "verdict": each.verdict.value, "reason": each.reason}
            for each in line.criteria
        ],
        "gap": _money(match.gap),
        "fill": _money(match.fill),
    }


def _set(found: ClosingSet) -> dict[str, Any]:
    return {
        "institutions": [each.institution for each in found.members],
        "most": found.most.as_json(),
        "worked_together": found.together,
    }


def _money(money: Money | None) -> dict[str, Any] | None:
    return money.as_json() if money else None


ROUTES = [path("matches", Matches.as_view(), name="matches")]
