"""Due-diligence reports: commissioned, delivered, relied on. A second one for a workstream is never refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Company, Deal, Document, Reliance, Report, ReportStatus
from deals.services.room import deal_of, own, put
from deals.services.room import tell as tell_row
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must


class DocumentNotYours(Refusal):
    code = "not_your_document"
    says = gettext_noop("A report's document is one of your own in the same deal. Put it there first.")


class AlreadyDelivered(Refusal):
    code = "already_delivered"
    says = gettext_noop("This report was delivered already. A newer one is commissioned anew.")
    status = 409


class DeliveredBeforeCommissioned(Refusal):
    code = "delivered_too_early"
    says = gettext_noop("It is delivered between the day on which it was commissioned and today. Check the day.")


@dataclass(frozen=True)
class RelianceDraft:
    """Who may rely on a report, and the last day on which."""

    institution: Institution
    until: date | None = None


@transaction.atomic
def commission_report(
    *,
    by: Staff | Client,
    deal: Deal,
    workstream: str,
    on: date | None = None,
    scope: str = "",
    adviser: Company | None = None,
    reliances: Sequence[RelianceDraft] = (),
    level: Level = Level.LEAD,
) -> Report:
    """A report of the asker's for one workstream. Ask `of_same_workstream` first, and tell what it finds."""
    report = Report(
        deal=deal,
        workstream=workstream,
        scope=scope,
        adviser=adviser,
        commissioned_on=on or timezone.now().date(),
    )
    # With reliances the widening names them too: it is asked for once, when they are there.
    put(report, by=by, level=Level.OWN if level.beyond_lead else level, act=gettext_noop("commission a report"))
    for draft in reliances:
        let_rely(by=by, report=report, draft=draft)
    if level.beyond_lead:
        tell(by=by, report=report, level=level)
    return report


@transaction.atomic
def let_rely(*, by: Staff | Client, report: Report, draft: RelianceDraft) -> Reliance:
    """Names an institution that may rely on the report, told as far as a single person may tell it."""
    own(by, report)
    present = Level(report.level)
    reliance = Reliance(deal=deal_of(report), report=report, institution=draft.institution, until=draft.until)
    act = gettext_noop("let an institution rely on a report")
    return put(reliance, by=by, level=Level.LEAD if present.beyond_lead else present, act=act)


@transaction.atomic
def deliver_report(
    *, by: Staff | Client, report: Report, on: date | None = None, document: Document | None = None
) -> None:
    """Records that the adviser delivered, with the report itself where it is in the room."""
    must(by, Permission.DEALS_WRITE, "record a delivery")
    own(by, report)
    if report.status == ReportStatus.DELIVERED:
        raise AlreadyDelivered
    today = timezone.now().date()
    delivered = on or today
    if not report.commissioned_on <= delivered <= today:
        raise DeliveredBeforeCommissioned(pointer="/delivered_on")
    if document and (document.owner_id != report.owner_id or document.deal_id != report.deal_id):
        raise DocumentNotYours(pointer="/document")
    changed = Report.objects.filter(pk=report.pk, status=ReportStatus.COMMISSIONED).update(
        status=ReportStatus.DELIVERED, delivered_on=delivered, document=document
    )
    if changed != 1:
        raise Stale
    report.refresh_from_db()


@transaction.atomic
def tell(*, by: Staff | Client, report: Report, level: Level) -> Approval | None:
    """Tells a report, and who may rely on it, as far as `level`; its document has a level of its own."""
    return tell_row(by=by, row=report, level=level, parts=list(report.reliances.all()))
