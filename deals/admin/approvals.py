"""Approvals: what waits for a second person of one's institution, and that person's word on it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from deals.admin.asked_links import AskedLinks, asked_of_links
from deals.admin.asked_teasers import asked_of_teasers
from deals.admin.forms import DecisionForm
from deals.admin.words import TOLD, words
from deals.models import Allocation, Commitment, Condition, Deal, Project, Size
from deals.money import figure
from deals.selectors.deal_page import price_in_words, size_in_words
from deals.services.approving import confirm, reject
from deals.services.sizes import read_size
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.journal.naming import type_of
from institutions.models import Approval, Confidential, Institution, Staff, Standing
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal
from institutions.services.rows import by_kind

PAGES = {
    Commitment._meta.db_table: "admin:deals_commitment_change",
    Condition._meta.db_table: "admin:deals_condition_change",
    Deal._meta.db_table: "admin:deals_deal_change",
    Project._meta.db_table: "admin:deals_project_change",
    Allocation._meta.db_table: "admin:deals_allocation",
}


@dataclass(frozen=True)
class Waiting:
    """One approval as the page shows it; `form` is there where the asker may decide it, `why_not` where not."""

    approval: Approval
    asked: tuple[str, ...]
    link: str
    why_not: str
    form: DecisionForm | None


@site.page("approvals/", name="approvals")
def approvals(request: HttpRequest) -> HttpResponseBase:
    """What waits, oldest first, and what was decided last."""
    return _page(request)


@site.page("approvals/<uuid:approval_id>/", name="approval")
def decide(request: HttpRequest, approval_id: UUID) -> HttpResponseBase:
    """Confirms or rejects; a refusal comes back at the approval that it concerns."""
    approval = _approvals().filter(pk=approval_id).first()
    if approval is None:
        raise Http404
    if request.method != "POST":
        return redirect("admin:approvals")
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, _decided(person(request), approval, form))
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect("admin:approvals")
    return _page(request, refused={approval.pk: form})


def waiting_for(who: Staff, forms: dict[UUID, DecisionForm] | None = None) -> list[Waiting]:
    """Every approval of `who`'s institution that is open, as far as `who` sees them."""
    found = list(_approvals().filter(decision="").order_by("created_at", "id"))
    # A teaser has no conditions, nor what has conditions a teaser.
    kinds, sizes, terms = _kinds(found), _sizes(found), _conditions(found) | asked_of_teasers(found)
    names, in_force, links = _named(found), _in_force(found), asked_of_links(found)
    return [
        _waiting(approval, who, kinds, sizes, terms, names, in_force, links, (forms or {}).get(approval.pk))
        for approval in found
    ]


def badge(_request: HttpRequest) -> str:
    """How many wait, for the sidebar; nothing where none do."""
    return str(Approval.objects.filter(decision="").count() or "")


def _approvals() -> QuerySet[Approval]:
    return Approval.objects.select_related("prepared_by", "prepared_client", "decided_by")


def _page(request: HttpRequest, refused: dict[UUID, DecisionForm] | None = None) -> HttpResponseBase:
    who = person(request)
    facts = {
        "waiting": waiting_for(who, refused),
        "decided": _approvals().exclude(decision="").order_by("-decided_at", "id")[:10],
        "approvers": with_role(who.institution_id, Role.APPROVER),
        "refused": [text for form in (refused or {}).values() for text in form.non_field_errors()],
    }
    return site.show(request, "admin/approvals.html", facts, title="Approvals", status=422 if refused else 200)


def _waiting(
    approval: Approval,
    who: Staff,
    kinds: dict[str, str],
    sizes: dict[UUID, str],
    terms: dict[UUID, list[str]],
    names: dict[str, str],
    in_force: dict[UUID, list[str]],
    links: AskedLinks,
    form: DecisionForm | None,
) -> Waiting:
    row = links.pages.get(approval.row_id, approval.row_id)
    page = PAGES.get(approval.table) if row == approval.row_id else "admin:deals_commitment_change"
    asked = _asked(approval, kinds, sizes, names, in_force)
    why_not = _why_not(approval, who)
    return Waiting(
        approval=approval,
        asked=tuple(links.said.get(approval.row_id, []) + asked + terms.get(approval.row_id, [])),
        link=reverse(page, args=[row]) if page else "",
        why_not=why_not,
        form=None if why_not else form or DecisionForm(),
    )


def _why_not(approval: Approval, who: Staff) -> str:
    if approval.prepared_by_id == who.pk:
        return "You prepared this: another person of your institution must decide it."
    if not who.may(Permission.COMMITMENTS_APPROVE):
        return f"Your role is {words(who.role)}: an approver of your institution decides it."
    return ""


def _asked(
    approval: Approval,
    kinds: dict[str, str],
    sizes: dict[UUID, str],
    names: dict[str, str],
    in_force: dict[UUID, list[str]],
) -> list[str]:
    """What would happen, in sentences made of what is asked and of the rows themselves."""
    said = []
    if stage := approval.asks.get("stage"):
        said.append(f"Move it to '{words(stage)}' as of {approval.asks.get('on', 'today')}.")
        said += [
            f"{words(name.removesuffix('_id'))}: {value}." for name, value in approval.asks.get("facts", {}).items()
        ]
        if reason := approval.asks.get("reason"):
            said.append(f"Reason: {reason}")
    said += _asked_of_conditions(approval.asks)
    said += in_force.get(approval.pk, [])
    for dates in approval.asks.get("nda", {}).values():
        signed, expires = dates.split("/")
        said.append(f"Record the NDA signed {signed}{f', until {expires}' if expires else ', without an end'}.")
    # What its preparer says that it comes to.
    said += [f"In the preparer's words: {text}" for text in approval.asks.get("says", ())]
    size, wanted = sizes.get(approval.row_id), approval.asks.get("size")
    if wanted:
        said.append(f"Its size becomes: {_wanted_size(wanted)}{f' (now {size})' if size else ''}.")
    elif size:
        said.append(f"Its size: {size}.")
    if price := approval.asks.get("price"):
        said.append(f"Its price becomes: {price_in_words(price['margin_bps'], price['fees'], price['premium'])}.")
    if approval.asks.get("merge"):
        said.append("Give your institution's word to the other owner that the two projects are one.")
        if len(approval.asks["grants"]) > 1:
            said.append("Show the other owner your project, with its minerals and companies.")
    elif grants := approval.asks.get("grants"):
        named = " and ".join(sorted({names.get(to, "an institution") for to in grants.values()}))
        what = " and ".join(_counted(sorted(kinds.get(row, "row") for row in grants)))
        begins = f"from {asked[:16].replace('T', ' ')} " if (asked := approval.asks.get("starts")) else ""
        said.append(f"Show {named} {what}, {begins}until {approval.asks['until'][:16].replace('T', ' ')} UTC.")
    if approval.asks.get("ends"):
        said.append("Take down the wall around the deal: every colleague sees what your institution sees of it.")
    by_level: dict[str, list[str]] = {}
    for row, level in approval.asks.get("levels", {}).items():
        by_level.setdefault(level, []).append(kinds.get(row, "row"))
    for level, told in by_level.items():
        things = " and ".join(_counted(sorted(told)))
        said.append(f"Tell {things} to '{level}': {TOLD[Level(level)]}.")
    return said


def _wanted_size(text: str) -> str:
    draft = read_size(text)
    return f"{figure(draft.money)} ({words(draft.qualifier)})" if draft.money else "unknown"


def _asked_of_conditions(asks: dict[str, Any]) -> list[str]:
    said = [
        f"Have it {words(to)} as of {asks['on']}. Reason: {asks['reason']}"
        for to in asks.get("conditions", {}).values()
    ]
    for text in asks.get("adds", {}).values():
        due = asks["condition"]["due_on"]
        said.append(f"Add the condition precedent '{text}'{f', due by {due}' if due else ''}.")
    return said


def _counted(names: list[str]) -> list[str]:
    counted = {name: names.count(name) for name in names}
    return [f"the {name}" if count == 1 else f"{count} rows of kind {name}" for name, count in counted.items()]


def _sizes(found: list[Approval]) -> dict[UUID, str]:
    """The size of each commitment that an approval is about, as it would stand; one question for all."""
    rows = {approval.row_id for approval in found}
    sizes = Size.objects.select_related("joint").filter(commitment_id__in=rows) if rows else ()
    return {size.commitment_id: size_in_words(size) for size in sizes}


def _conditions(found: list[Approval]) -> dict[UUID, list[str]]:
    """The conditions of each commitment that would be moved, as they stand; one question for all."""
    rows = {approval.row_id for approval in found if approval.asks.get("stage")}
    said: dict[UUID, list[str]] = {}
    for row in Condition.objects.filter(commitment_id__in=rows) if rows else ():
        if row.commitment_id:
            shown = ", ".join(text for text in (row.evidence, row.evidence_reference, row.reason) if text)
            line = f"Condition precedent, {row.state}: {row.text}{f' ({shown})' if shown else ''}."
            said.setdefault(row.commitment_id, []).append(line)
    return said


def _kinds(found: list[Approval]) -> dict[str, str]:
    """What each row is that an approval names; one question for all."""
    rows = {row for approval in found for part in ("levels", "grants") for row in approval.asks.get(part, {})}
    tables = Standing.objects.filter(row_id__in=rows).values_list("row_id", "table") if rows else ()
    return {str(row): words(type_of(table)) for row, table in tables}


def _named(found: list[Approval]) -> dict[str, str]:
    """Who would be named by grants; one question for all."""
    ids = {to for approval in found for to in approval.asks.get("grants", {}).values()}
    return {str(row.pk): row.short_name for row in Institution.objects.filter(pk__in=ids)} if ids else {}


def _in_force(found: list[Approval]) -> dict[UUID, list[str]]:
    """The prepared rows that would take effect, each in its own words; a question per table."""
    ids = [row for approval in found for row in approval.asks.get("states", ())]
    said: dict[str, str] = {}
    for model, rows in by_kind(ids) if ids else ():
        for row in _with_institution(model, rows):
            money = getattr(row, "amount", None), getattr(row, "currency", "")
            amount = f", {money[0]:f} {money[1]}" if money[0] is not None else ""
            kind = words(type_of(model._meta.db_table))
            said[str(row.pk)] = f"Put in force the {kind}: {_name(row)}{amount}."
    return {a.pk: [said[row] for row in a.asks.get("states", ()) if row in said] for a in found}


def _with_institution(model: type[Confidential], rows: list[UUID]) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.filter(pk__in=rows)
    named = {field.name for field in model._meta.concrete_fields}
    return found.select_related("institution") if "institution" in named else found


def _name(row: Confidential) -> str:
    """Without a question for each: whom it is about where it says so, else its own words."""
    return str(row.pk) if type(row).__str__ is Confidential.__str__ else words(str(row))


def _decided(who: Staff, approval: Approval, form: DecisionForm) -> str:
    if form.cleaned_data["decision"] == "rejected":
        reject(by=who, approval=approval, reason=form.cleaned_data["reason"])
        return f"Rejected: {approval.summary}. Nothing of it happens; {approval.prepared_by.name} sees your reason."
    confirm(by=who, approval=approval)
    return f"Confirmed: {approval.summary}."
