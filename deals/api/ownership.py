"""Holdings over REST, and the tiers above a project with what the rule packs find in them."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.kept import answer, current
from deals.api.project_bodies import LevelBody, Line, Number
from deals.api.resources import ToldFilters, of_family
from deals.api.shapes import PendingShape, SourceShape, Told
from deals.api.stack import asked_day
from deals.models import WITHOUT_DEAL, Company, Control, Holding, Precision, Project
from deals.ownership import Concern, Finding, Path, Ranged, Verdict
from deals.selectors.ownership import HOLDINGS, PROJECT, Ownership, is_current, ownership_of
from deals.selectors.sameness import family_of
from deals.services.ownership import HoldingDraft, state_holding, tell_holding
from institutions.api.conventions.bodies import Body, Code, Day, Key, named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, identified
from institutions.api.shapes import Documented
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row, Shape

# Of the ways by which a share arrives, so many are told.
MOST_WAYS = 20
VERDICTS = [verdict.value for verdict in Verdict]


class HoldingShape(Told):
    project = serializers.UUIDField(allow_null=True, help_text="What is held: this, or `company`")
    company = serializers.UUIDField(allow_null=True)
    holder = serializers.UUIDField(allow_null=True, help_text="A company; null: many small holders together")
    institution = serializers.UUIDField(help_text="Who states it")
    share = serializers.CharField(allow_null=True, help_text="Percent; null where not known, 0 where held no more")
    control = serializers.ChoiceField(["", *Control.values], help_text="How the holder controls beside its share")
    as_of = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices)
    basis = serializers.CharField(help_text="Where its institution has it from, in its words")
    current = serializers.BooleanField(help_text="The asker sees no later one of the same maker")
    source_ = SourceShape(allow_null=True)


class KeptHoldingShape(HoldingShape):
    pending_approval = PendingShape(allow_null=True)


class RangedShape(Documented):
    """Percent; both ends are the same where it is known."""

    low = serializers.CharField()
    high = serializers.CharField()


class HolderShape(Documented):
    company = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField(help_text="'' where it is not told, or told differently")
    state = serializers.BooleanField()
    share = RangedShape(help_text="Direct and indirect, over all ways")


class TierShape(Documented):
    held = serializers.UUIDField(help_text="The project, or a company")
    holder = serializers.UUIDField()
    share = RangedShape()
    told = serializers.BooleanField(help_text="Whether anybody tells the share")
    control = serializers.ListField(child=serializers.ChoiceField(Control.values))
    by = serializers.ListField(child=serializers.CharField(), help_text="Who states it")


class UntoldShape(Documented):
    held = serializers.UUIDField()
    share = serializers.CharField(help_text="Percent that nobody is told to hold")


class WayShape(Documented):
    holders = serializers.ListField(child=serializers.UUIDField(), help_text="From the top down to the project")
    share = RangedShape()
    by_control = serializers.BooleanField()


class PackFindingShape(Documented):
    pack = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    since = serializers.DateField(help_text="The first day of this version")
    source_ = serializers.CharField()
    url = serializers.CharField()
    note = serializers.CharField()
    threshold = serializers.CharField(help_text="Percent, reached at it")
    concern = serializers.ChoiceField([concern.value for concern in Concern])
    countries = serializers.ListField(child=serializers.CharField())
    verdict = serializers.ChoiceField(VERDICTS)
    share = RangedShape(help_text="The upper end counts what nobody is told to hold")
    holder = serializers.UUIDField(allow_null=True, help_text="The largest, where the pack looks at each alone")
    paths = WayShape(many=True, help_text="The ways by which the share arrives, at most 20")
    whole = serializers.BooleanField(help_text="False: there are more ways than were followed")


class OwnershipShape(Documented):
    project = serializers.UUIDField()
    on = serializers.DateField(help_text="The day whose packs were asked")
    whole = serializers.BooleanField(help_text="False: there are more companies above than were read")
    holders = HolderShape(many=True)
    tiers = TierShape(many=True)
    untold = UntoldShape(many=True)
    findings = PackFindingShape(many=True)


class StateHoldingBody(Body):
    project = Key(required=False, allow_null=True, default=None)
    company = Key(required=False, allow_null=True, default=None)
    holder = Key(allow_null=True, help_text="null: many small holders together")
    share = Number(required=False, allow_null=True, default=None, help_text="Percent; null where not known")
    control = Code(["", *Control.values], required=False, default="")
    as_of = Day()
    basis = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(WITHOUT_DEAL, required=False, default="own")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["project"] is None) is (attrs["company"] is None):
            says = "Name the project or the company that is held, one of them."
            raise ValidationError({"project": [ErrorDetail(says, "required")]})
        return attrs


class HoldingFilters(ToldFilters):
    project = Related(Project, method="of_project")
    company = Related(Company, slug=None)
    holder = Related(Company, slug=None)
    institution = Related(Institution, field_name="owner")
    current = django_filters.BooleanFilter(method="present")
    updated_after = After()

    def present(self, rows: QuerySet[Holding, Row], _name: str, value: bool) -> QuerySet[Holding, Row]:
        return rows.filter(is_current() if value else ~is_current())

    def of_project(self, rows: QuerySet[Holding, Row], _name: str, value: str) -> QuerySet[Holding, Row]:
        """With what was stated under the ids that were merged into it."""
        return rows.filter(project__in=of_family(value))


HOLDING = Resource("holdings", "holding", HOLDINGS, HoldingFilters, HoldingShape)


class Holdings(ListView):
    """Who holds what, every statement that one sees; a POST states one's own."""

    resource = HOLDING
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": StateHoldingBody}
    answers = {"POST": {201: KeptHoldingShape}}

    def post(self, request: Request) -> Response:
        """A holding in any project or company that one sees; one's earlier statement about it is superseded."""
        refuse_unknown(request.query_params, ())
        sent = read(StateHoldingBody, request)

        def act() -> Done:
            return Done(201, _state(request, sent).pk)

        return once(request, act, lambda done: answer(request, HOLDING, done))


class HoldingView(DetailView):
    """One statement; a PATCH says how far it is told."""

    resource = HOLDING
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": LevelBody}
    answers = {"PATCH": {200: KeptHoldingShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms; what it says stays."""
        refuse_unknown(request.query_params, ())
        sent = read(LevelBody, request)
        rows = Holding.objects.select_related("owner", "project", "company", "holder")
        holding = current(request, HOLDING, rows, key)
        tell_holding(by=asker(request), holding=holding, level=Level(sent["level"]))
        return answer(request, HOLDING, Done(200, holding.pk))


class ProjectOwnership(Door):
    """Who holds a project over all tiers, and what the rule packs find."""

    answers = {"GET": {200: OwnershipShape}}
    parameters = {"on": "YYYY-MM-DD: the day whose rule packs are asked; today otherwise"}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees. A share that is not told is a range."""
        refuse_unknown(request.query_params, tuple(self.parameters))
        on = asked_day(request) or timezone.now().date()
        project = Project.objects.filter(pk=identified("project", key)).first()
        if project is None:
            raise missing("project")
        seen = ownership_of(family_of(project.pk), on)
        return Response({"project": project.pk, "on": on, **_told(project, seen)})


def _told(project: Project, seen: Ownership) -> Shape:
    keys = {**seen.companies, PROJECT: project.pk}
    shares = sorted(seen.tiers.shares().items(), key=lambda each: (-each[1].high, -each[1].low, str(keys[each[0]])))
    holders = seen.tiers.holders
    return {
        "whole": seen.whole,
        "holders": [
            {
                "company": keys[key],
                "name": holders[key].name,
                "country": holders[key].country,
                "state": holders[key].state,
                "share": _ranged(share),
            }
            for key, share in shares
        ],
        "tiers": [
            {
                "held": keys[held],
                "holder": keys[one.holder],
                "share": _ranged(one.share),
                "told": one.told,
                "control": list(one.controls),
                "by": list(one.by),
            }
            for held, above in seen.tiers.above.items()
            for one in above
        ],
        "untold": [{"held": keys[held], "share": percent(rest)} for held, rest in seen.tiers.untold.items() if rest],
        "findings": [_finding(found, keys) for found in seen.findings],
    }


def _finding(found: Finding, keys: dict[str, Any]) -> Shape:
    pack = found.pack
    return {
        "pack": pack.code,
        "version": pack.version,
        "name": pack.name,
        "since": pack.since,
        "source": pack.source,
        "url": pack.url,
        "note": pack.note,
        "threshold": percent(pack.threshold),
        "concern": pack.concern.value,
        "countries": list(pack.countries),
        "verdict": found.verdict.value,
        "share": _ranged(found.share),
        "holder": keys[found.holder] if found.holder else None,
        "paths": [_way(path, keys) for path in found.paths[:MOST_WAYS]],
        "whole": found.whole,
    }


def _way(path: Path, keys: dict[str, Any]) -> Shape:
    return {
        "holders": [keys[holder] for holder in path.holders],
        "share": _ranged(path.share),
        "by_control": path.by_control,
    }


def _ranged(share: Ranged) -> Shape:
    """The lower end rounded down, the upper one up."""
    return {"low": percent(share.low), "high": percent(share.high, ROUND_CEILING)}


def percent(share: Decimal, rounding: str = ROUND_FLOOR) -> str:
    """At most six decimals, and no zero at the end."""
    return format(share.quantize(Decimal("0.000001"), rounding).normalize(), "f")


def _state(request: Request, sent: dict[str, Any]) -> Holding:
    facts = dict(sent)
    project = named(Project.objects.all(), facts.pop("project"), "/project")
    company = named(Company.objects.all(), facts.pop("company"), "/company")
    held = project or company
    assert held is not None  # noqa: S101  # the body requires one
    holder = named(Company.objects.all(), facts.pop("holder"), "/holder")
    level = Level(facts.pop("level"))
    draft = HoldingDraft(held=held, holder=holder, **facts)
    return state_holding(by=asker(request), draft=draft, level=level)


ROUTES = [
    path("holdings", Holdings.as_view(), name="holdings"),
    path("holdings/<str:key>", HoldingView.as_view(), name="holding"),
    path("projects/<str:key>/ownership", ProjectOwnership.as_view(), name="ownership"),
]
