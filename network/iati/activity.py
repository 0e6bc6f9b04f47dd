"""One activity as XML: one institution's commitment to one deal."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from deals.lifecycle import Class
from deals.selectors.activities import Activity, Told
from institutions.models import Institution
from network.iati import codes
from network.iati.transactions import Day, Transaction, began, remarks, transactions_of

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# The name of WGS 84, which nobody loads.
_WGS_84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN = {"vocabulary": codes.OWN_VOCABULARY, "vocabulary-uri": codes.MINERALS}
_BEGUN = ("signed", "effective", "disbursing", "repaid")


def as_xml(activity: Activity) -> str:
    """The element `iati-activity`; '' where no day of it is known, without which there is none."""
    day = began(activity)
    return tostring(_element(activity, day), encoding="unicode") if day else ""


def organisation(institution: Institution) -> str:
    """Its identifier: by its LEI, else by a name of the registry's own, which stands on no list of identifiers."""
    return f"XI-LEI-{institution.lei}" if institution.lei else f"OREBOOK-{institution.slug}"


def identifier(told: Told) -> str:
    """An activity's identifier begins with that of whoever reports it."""
    return f"{organisation(told.reporter)}-{told.id}"


def _element(activity: Activity, day: Day) -> Element:
    # The order is the schema's.
    of, told = activity.commitment, activity.told
    root = Element("iati-activity", {"last-updated-datetime": of["updated_at"], _LANGUAGE: "en"})
    SubElement(root, "iati-identifier").text = identifier(told)
    second = {"secondary-reporter": "1"} if told.reporter != told.institution else {}
    _organisation(root, "reporting-org", told.reporter, second)
    name = activity.deal["name"] if activity.deal else f"Financing by {told.institution.name}"
    _said(SubElement(root, "title"), name)
    _said(SubElement(root, "description", {"type": "1"}), " ".join(_description(activity)))
    _organisation(root, "participating-org", told.institution, {"role": codes.FUNDING})
    if borrower := activity.borrower:
        ref = {"ref": f"XI-LEI-{borrower['lei']}"} if borrower["lei"] else {}
        _said(SubElement(root, "participating-org", ref | {"role": codes.IMPLEMENTING}), borrower["name"])
    SubElement(root, "activity-status", {"code": _status(activity)})
    begun = of["signed_on"] or of["stage"] in _BEGUN
    kind = codes.ACTUAL_START if begun else codes.PLANNED_START
    date = SubElement(root, "activity-date", {"type": kind, "iso-date": day.on.isoformat()})
    if day.says:
        _said(date, day.says)
    _place(root, activity)
    if told.institution.kind == "export_credit_agency" and of["instrument"] in codes.EXPORT_CREDITS:
        SubElement(root, "default-flow-type", {"code": codes.EXPORT_CREDIT})
    if finance := codes.FINANCE_TYPES.get(of["instrument"]):
        SubElement(root, "default-finance-type", {"code": finance})
    for each in transactions_of(activity):
        _transaction(root, told, each)
    for other in activity.beside:
        SubElement(root, "related-activity", {"ref": identifier(other), "type": codes.CO_FUNDED})
    return root


def _description(activity: Activity) -> Iterator[str]:
    of = activity.commitment
    what, stage = (of[name].replace("_", " ") for name in ("instrument", "stage"))
    yield f"{what.capitalize()} of {activity.told.institution.name}: {stage} ({of['class']})."
    if of["demo"]:
        yield "Fictional: made for a demonstration."
    yield from remarks(activity)
    if source := of["source"]:
        parts = (source[name] for name in ("title", "date", "url"))
        yield f"Compiled from a public source: {', '.join(part for part in parts if part)}."


def _status(activity: Activity) -> str:
    of = activity.commitment
    if of["stage"] == "repaid":
        return codes.CLOSED
    if of["class"] == Class.ENDED:
        return codes.CANCELLED
    if activity.deal and activity.deal["status"] == "suspended":
        return codes.SUSPENDED
    return codes.IMPLEMENTATION if of["class"] == Class.FIRM else codes.PIPELINE


def _place(root: Element, activity: Activity) -> None:
    """Country, place, sector and minerals of the project."""
    project = activity.project
    if project is None:
        return
    SubElement(root, "recipient-country", {"code": project["country"]})
    location = SubElement(root, "location")
    _said(SubElement(location, "name"), project["name"])
    if project["latitude"] and project["longitude"]:
        point = SubElement(location, "point", {"srsName": _WGS_84})
        SubElement(point, "pos").text = f"{project['latitude']} {project['longitude']}"
    stages = project["chain_stages"]
    sector = codes.MINING if "extraction" in stages or not stages else codes.INDUSTRY
    if sector == codes.MINING or any(stage in codes.INDUSTRIES for stage in stages):
        SubElement(root, "sector", {"vocabulary": codes.SECTORS, "code": sector})
    for mineral in project["minerals"]:
        SubElement(root, "tag", {"code": mineral["slug"]} | _OWN)


def _transaction(root: Element, told: Told, each: Transaction) -> None:
    found = SubElement(root, "transaction", {"ref": _held(each.ref)} if each.ref else {})
    on = each.on.isoformat()
    SubElement(found, "transaction-type", {"code": each.type})
    SubElement(found, "transaction-date", {"iso-date": on})
    SubElement(found, "value", {"currency": each.currency, "value-date": on}).text = each.amount
    _said(SubElement(found, "description"), each.says)
    _organisation(found, "provider-org", told.institution, {"provider-activity-id": identifier(told)})


def _organisation(root: Element, tag: str, institution: Institution, more: dict[str, str]) -> None:
    kind = codes.ORGANISATION_TYPES[institution.kind]
    _said(SubElement(root, tag, {"ref": organisation(institution), "type": kind} | more), institution.name)


def _said(element: Element, text: str) -> None:
    SubElement(element, "narrative").text = _held(text)


def _held(text: str) -> str:
    """What XML can't hold is shown as a sign that is not known."""
    return _NO_XML.sub("\ufffd", text)
