"""Approvals: what waits for a second person of one's institution, and that person's word on it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from deals.admin.asked import Known, asked_of, known_of
from deals.admin.asked_links import AskedLinks, asked_of_links
from deals.admin.forms import DecisionForm, put_refusal
from deals.admin.words import words
from deals.models import Allocation, AnnualReturn, Commitment, Condition, Deal, Project
from deals.sentences.summaries import summary_in_words
from deals.services.approving import confirm, reject
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.models import Admission, Approval, Decision, MembershipChange, Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

PAGES = {
    AnnualReturn._meta.db_table: "admin:annual_return",
    Commitment._meta.db_table: "admin:deals_commitment_change",
    Condition._meta.db_table: "admin:deals_condition_change",
    Deal._meta.db_table: "admin:deals_deal_change",
    Project._meta.db_table: "admin:deals_project_change",
    Allocation._meta.db_table: "admin:deals_allocation",
    Admission._meta.db_table: "admin:admission",
    MembershipChange._meta.db_table: "admin:membership_change",
}


@dataclass(frozen=True)
class Waiting:
    """One approval as the page shows it; `form` is there where the asker may decide it, `why_not` where not."""

    approval: Approval
    summary: str
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
            put_refusal(form, refusal)
        else:
            return redirect("admin:approvals")
    return _page(request, refused={approval.pk: form})


def waiting_for(who: Staff, forms: dict[UUID, DecisionForm] | None = None) -> list[Waiting]:
    """Every approval of `who`'s institution that is open, as far as `who` sees them."""
    found = list(_approvals().filter(decision="").order_by("created_at", "id"))
    known, links = known_of(found), asked_of_links(found)
    return [_waiting(approval, who, known, links, (forms or {}).get(approval.pk)) for approval in found]


def badge(_request: HttpRequest) -> str:
    """How many wait, for the sidebar; nothing where none do."""
    return str(Approval.objects.filter(decision="").count() or "")


def _approvals() -> QuerySet[Approval]:
    return Approval.objects.select_related("prepared_by", "prepared_client", "decided_by")


def _page(request: HttpRequest, refused: dict[UUID, DecisionForm] | None = None) -> HttpResponseBase:
    who = person(request)
    facts = {
        "waiting": waiting_for(who, refused),
        "decided": list(map(_shown, _approvals().exclude(decision="").order_by("-decided_at", "id")[:10])),
        "approvers": with_role(who.institution_id, Role.APPROVER),
        "refused": [text for form in (refused or {}).values() for text in form.non_field_errors()],
    }
    return site.show(request, "admin/approvals.html", facts, title=_("Approvals"), status=422 if refused else 200)


def _shown(approval: Approval) -> tuple[Approval, str, str]:
    """What was decided: in words, and by whom how."""
    says = _("rejected by %(name)s") if approval.decision == Decision.REJECTED else _("confirmed by %(name)s")
    how = says % {"name": approval.decided_by.name if approval.decided_by else ""}
    if approval.reason:
        how = _("%(how)s: %(reason)s") % {"how": how, "reason": approval.reason}
    return approval, summary_in_words(approval.summary), how


def _waiting(approval: Approval, who: Staff, known: Known, links: AskedLinks, form: DecisionForm | None) -> Waiting:
    row = links.pages.get(approval.row_id, approval.row_id)
    page = PAGES.get(approval.table) if row == approval.row_id else "admin:deals_commitment_change"
    why_not = _why_not(approval, who)
    return Waiting(
        approval=approval,
        summary=summary_in_words(approval.summary),
        asked=tuple(links.said.get(approval.row_id, []) + asked_of(approval, known)),
        link=reverse(page, args=[row]) if page else "",
        why_not=why_not,
        form=None if why_not else form or DecisionForm(),
    )


def _why_not(approval: Approval, who: Staff) -> str:
    if approval.prepared_by_id == who.pk:
        return _("You prepared this: another person of your institution must decide it.")
    if not who.may(Permission.COMMITMENTS_APPROVE):
        says = _("Your role is %(role)s: an approver of your institution decides it.")
        return says % {"role": words(who.role)}
    return ""


def _decided(who: Staff, approval: Approval, form: DecisionForm) -> str:
    facts = {"summary": summary_in_words(approval.summary), "preparer": approval.prepared_by.name}
    if form.cleaned_data["decision"] == "rejected":
        reject(by=who, approval=approval, reason=form.cleaned_data["reason"])
        return _("Rejected: %(summary)s. Nothing of it happens; %(preparer)s sees your reason.") % facts
    confirm(by=who, approval=approval)
    return _("Confirmed: %(summary)s.") % facts
