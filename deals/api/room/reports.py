"""Due-diligence reports."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.room import bodies, shapes
from deals.api.room.answering import answer_waiting, current, seen
from deals.api.room.resources import REPORTS
from deals.models import Company, Deal, Document, Report
from deals.selectors.reports import of_same_workstream, warning
from deals.services import reports
from deals.services.reports import RelianceDraft
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import DetailView, ListView
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission


class Reports(ListView):
    """Reports that the asker may see; a POST commissions one."""

    resource = REPORTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.ReportBody}
    answers = {"POST": {201: shapes.StatedReportShape}}

    def post(self, request: Request) -> Response:
        """Records that one is commissioned. `warnings` name those that are there for the same workstream."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ReportBody, request)

        def act() -> Done:
            return Done(201, _commission(request, sent).pk)

        return once(request, act, lambda done: _answer(request, done))


class ReportView(DetailView):
    """One report; a PATCH records its delivery, or says how far it is told."""

    resource = REPORTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.ReportChangeBody}
    answers = {"PATCH": {200: shapes.StatedReportShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Who may rely on it is told as far as it is."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ReportChangeBody, request)
        if "document" in sent and "delivered_on" not in sent:
            detail = "A document comes with the day of delivery."
            raise Problem.invalid([Fault("/delivered_on", "required", detail)], status=422)
        report = current(request, Report, REPORTS, key)
        if "delivered_on" in sent:
            own = Document.objects.filter(deal=report.deal_id, owner=report.owner_id)
            document = named(own, sent.get("document"), "/document")
            reports.deliver_report(by=asker(request), report=report, on=sent["delivered_on"], document=document)
        if "level" in sent:
            reports.tell(by=asker(request), report=report, level=Level(sent["level"]))
        return _answer(request, Done(200, report.pk))


class Reliances(Door):
    """Who may rely on a report; they stand in it."""

    resource = REPORTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.RelianceBody}
    answers = {"POST": {201: shapes.StatedReportShape}}

    def post(self, request: Request, key: str) -> Response:
        """Names one more. Beyond the lead others are told of it when the report is told anew, by two persons."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RelianceBody, request)
        seen(Report, REPORTS, key)

        def act() -> Done:
            report = seen(Report, REPORTS, key)
            reports.let_rely(by=asker(request), report=report, draft=_reliance(sent, "/institution"))
            return Done(201, report.pk)

        return once(request, act, lambda done: _answer(request, done))


def _commission(request: Request, sent: dict[str, Any]) -> Report:
    deal = named(Deal.objects.all(), sent["deal"], "/deal")
    assert deal is not None  # noqa: S101  # the body requires one
    return reports.commission_report(
        by=asker(request),
        deal=deal,
        workstream=sent["workstream"],
        on=sent["commissioned_on"],
        scope=sent["scope"],
        adviser=named(Company.objects.all(), sent["adviser"], "/adviser"),
        reliances=[_reliance(each, f"/reliances/{place}/institution") for place, each in enumerate(sent["reliances"])],
        level=Level(sent["level"]),
    )


def _reliance(sent: dict[str, Any], pointer: str) -> RelianceDraft:
    institution = named(Institution.objects.all(), sent["institution"], pointer)
    assert institution is not None  # noqa: S101  # the body requires one
    return RelianceDraft(institution, sent["until"])


def _answer(request: Request, done: Done) -> Response:
    """The report as it now stands, with what else is there for its workstream, as far as the asker sees it."""
    report = Report.objects.filter(pk=done.object_id).first()
    deal = Deal.objects.filter(pk=report.deal_id).first() if report else None
    others = of_same_workstream(deal, report.workstream) if report and deal else []
    warnings = [
        {"code": "workstream_commissioned", "detail": warning(other), "report": other.pk}
        for other in others
        if other.pk != done.object_id
    ]
    return answer_waiting(request, done, REPORTS, warnings=warnings)
