"""Due-diligence reports of the deal room."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deals.admin.room.filling import fill, of_room, room_of, waits
from deals.admin.room.forms import DeliveryForm, ReportForm
from deals.models import Report
from deals.selectors.reports import called, of_same_workstream, warning
from deals.services.reports import RelianceDraft, commission_report, deliver_report
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.isolation.sealing import digest


@site.page("deals/deal/<uuid:deal_id>/room/report/", name="deals_room_report")
def commission(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Records that a report is commissioned; one that is there for the workstream is shown first."""
    deal = room_of(deal_id)

    def warn(form: ReportForm) -> Sequence[str]:
        found = [warning(report) for report in of_same_workstream(deal, form.cleaned_data["workstream"])]
        shown = digest(" ".join(found))[:32]
        if not found or form.cleaned_data["warned"] == shown:
            return ()
        # Shown once: whoever sends the same again means it.
        sent = cast(QueryDict, form.data).copy()
        sent["warned"] = shown
        form.data = sent
        return found

    def act(form: ReportForm) -> str:
        given = form.cleaned_data
        commission_report(
            by=form.who,
            deal=deal,
            workstream=given["workstream"],
            scope=given["scope"],
            adviser=given["adviser"],
            on=given["commissioned_on"],
            reliances=[RelianceDraft(each, given["until"]) for each in given["relying"]],
            level=Level(given["level"]),
        )
        return waits(given["level"], _("The report is recorded as commissioned."))

    return fill(
        request,
        deal,
        ReportForm,
        act,
        title=_("Commission a report"),
        button=pgettext("in the deal room", "Record it"),
        warn=warn,
    )


@site.page("deals/room/report/<uuid:key>/delivery/", name="deals_report_delivery")
def delivery(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Records that the adviser delivered."""
    report, deal = of_room(Report, key, owner=person(request).institution_id)

    def act(form: DeliveryForm) -> str:
        given = form.cleaned_data
        deliver_report(by=form.who, report=report, on=given["delivered_on"], document=given["document"])
        return _("The delivery is recorded.")

    title = _("Delivery of the %(report)s") % {"report": called(report)}
    return fill(request, deal, DeliveryForm, act, title=title, button=pgettext("in the deal room", "Record it"))
