"""Due-diligence reports with who may rely on them, and whether one of a workstream is there already."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.models import Company, Deal, Document, Reliance, Report
from deals.selectors.parts import texts, visible
from deals.sentences.joining import following
from deals.sentences.words import word
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_REPORT = ("id", "workstream", "scope", "commissioned_on", "status", "delivered_on", "level", "demo")


def _reports() -> Rows:
    reliances = Reliance.objects.filter(report=OuterRef("pk")).order_by("institution", "id")
    latest = reliances.order_by().values("report").annotate(at=Max("updated_at")).values("at")
    found: Rows = Report.objects.values(
        *_REPORT,
        "owner_id", "told_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_adviser=visible(Company, "adviser_id"),
        seen_document=visible(Document, "document_id"),
        seen_reliances=ArraySubquery(
            reliances.values(json=JSONObject(id="id", institution="institution_id", until="until", level="level"))
        ),
        changed_at=Greatest(F("updated_at"), Subquery(latest)),
    )  # fmt: skip
    return found


def _report(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["owner_id"],
            **texts(row, "workstream", "scope"),
            "adviser": row["seen_adviser"],
            **texts(row, "commissioned_on", "status", "delivered_on"),
            "document": row["seen_document"],
            "reliances": row["seen_reliances"],
            **texts(row, "level", "demo"),
            "updated_at": instant(row["changed_at"]),
        }
    )


def of_same_workstream(deal: Deal, workstream: str) -> list[Report]:
    """The reports of a deal for a workstream that the asker sees: whoever commissions another pays twice."""
    found = Report.objects.filter(deal=deal, workstream=workstream).select_related("owner", "adviser")
    return list(found.order_by("commissioned_on", "id"))


def called(report: Report) -> str:
    """As its `str` calls it, in the language that is active."""
    return _("%(workstream)s report") % {"workstream": word(report.workstream)}


def warning(report: Report) -> str:
    """What to say of a report that is there already."""
    # Null where it is hidden, as where there is none: Django raises where a row that is named can't be read.
    adviser: Company | None = getattr(report, "adviser", None)
    if adviser and report.delivered_on:
        says = _("%(owner)s commissioned a %(workstream)s report from %(adviser)s on %(day)s, delivered on %(end)s.")
    elif adviser:
        says = _("%(owner)s commissioned a %(workstream)s report from %(adviser)s on %(day)s, not yet delivered.")
    elif report.delivered_on:
        says = _("%(owner)s commissioned a %(workstream)s report on %(day)s, delivered on %(end)s.")
    else:
        says = _("%(owner)s commissioned a %(workstream)s report on %(day)s, not yet delivered.")
    facts = {
        "owner": report.owner.short_name,
        "workstream": word(report.workstream),
        "adviser": adviser.name if adviser else "",
        "day": _on(report.commissioned_on),
        "end": _on(report.delivered_on) if report.delivered_on else "",
    }
    return following(says % facts, _("Ask whether you may rely on it before you pay for a second one."))


def _on(day: date) -> str:
    return date_format(day, _("Y-m-d"))


REPORTS = Reading("report", _reports, _report)
