"""Allocations in the web admin, as the lead works: its terms, the preview, what it proposed and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.allocation_forms import AllocateForm
from deals.admin.history import history_of
from deals.admin.shares import kept, previewed, standing
from deals.admin.words import words
from deals.allocation import TIES
from deals.models import Allocation, AllocationLine, Tranche
from deals.money import Money, figure
from deals.selectors.allocations import with_answers
from deals.selectors.bids import Book, book_of
from deals.services.allocating import Preview, preview_allocation, propose_allocation, take_back
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.sealing import digest
from institutions.languages import in_words
from institutions.models import Approval, Staff, State
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal


@site.page("deals/tranche/<uuid:tranche_id>/allocate/", name="deals_tranche_allocate")
def allocate(request: HttpRequest, tranche_id: UUID) -> HttpResponseBase:
    """The lead's terms, then a preview with every offer's arithmetic, then the proposal of what was previewed."""
    who = person(request)
    mine = Tranche.objects.filter(pk=tranche_id, deal__owner_id=who.institution_id)
    tranche = mine.select_related("deal").first()
    if tranche is None:
        raise Http404
    if not who.may(Permission.DEALS_WRITE):
        return site.show(
            request,
            "admin/not_yours.html",
            {"deal": tranche.deal, "people": with_role(who.institution_id, Role.OFFICER), "role": Role.OFFICER},
            title=_("Allocate"),
            status=403,
        )
    book = book_of(tranche)
    bids = list(book.bids.values()) if book else []
    form = AllocateForm(request.POST or None, bids=bids, currency=tranche.currency)
    preview = _previewed(form, who, tranche) if request.method == "POST" and form.is_valid() else None
    if preview and "propose" in request.POST and (made := _proposed(form, who, tranche, preview)):
        messages.success(
            request, _("The allocation is prepared. Each line is told when an approver of yours confirms.")
        )
        return redirect("admin:deals_allocation", made.pk)
    return _page(request, tranche, book, form, preview)


@site.page("deals/allocation/<uuid:allocation_id>/", name="deals_allocation")
def allocation(request: HttpRequest, allocation_id: UUID) -> HttpResponseBase:
    """What the lead proposed, with its arithmetic and what became of each line."""
    made = Allocation.objects.select_related("tranche", "deal").filter(pk=allocation_id).first()
    if made is None:
        raise Http404
    facts = {
        "original": made,
        "rule": words(made.rule),
        "shares": kept(made.workings, made.currency),
        "amount": figure(Money(made.amount, made.currency)),
        "lines": [standing(line) for line in with_answers(AllocationLine.objects.filter(allocation=made))],
        "waiting": Approval.objects.filter(row_id=made.pk, decision="").select_related("prepared_by").first(),
        "ties": _(TIES),
        "may_take_back": person(request).may(Permission.DEALS_WRITE),
        **history_of(made.pk),
    }
    title = _("Allocation of %(tranche)s") % {"tranche": made.tranche}
    return site.show(request, "admin/allocation.html", facts, title=title)


@site.page("deals/allocation-line/<uuid:line_id>/take-back/", name="deals_allocationline_take_back")
def taking_back(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """The lead takes back a line that nobody has answered."""
    who = person(request)
    line = AllocationLine.objects.select_related("deal").filter(pk=line_id, owner_id=who.institution_id).first()
    if line is None:
        raise Http404
    if request.method == "POST":
        try:
            take_back(by=who, line=line)
            messages.success(request, _("Taken back: its money is free again."))
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_allocation", line.allocation_id)


def _page(
    request: HttpRequest, tranche: Tranche, book: Book | None, form: AllocateForm, preview: Preview | None
) -> HttpResponseBase:
    before = Allocation.objects.filter(tranche=tranche).exclude(state=State.REJECTED).order_by("-created_at", "id")
    facts: dict[str, object] = {
        "tranche": tranche,
        "deal": tranche.deal,
        "form": form,
        "left_out": preview.left_out if preview else book.left_out if book else (),
        "room": figure(book.room) if book else "",
        "allocated": figure(book.allocated) if book else "",
        "preview": preview,
        "shares": previewed(preview.outcome.lines) if preview else (),
        "seen": _as_seen(preview) if preview else "",
        "amount": figure(preview.outcome.amount) if preview else "",
        "offers": figure(preview.outcome.offers) if preview else "",
        "ties": _(TIES),
        "before": [(made, figure(Money(made.total, made.currency)), words(made.rule)) for made in before[:20]],
    }
    refused = request.method == "POST" and not (preview and form.is_valid())
    title = _("Allocate %(tranche)s") % {"tranche": tranche}
    return site.show(request, "admin/allocate.html", facts, title=title, status=422 if refused else 200)


def _previewed(form: AllocateForm, who: Staff, tranche: Tranche) -> Preview | None:
    try:
        return preview_allocation(by=who, tranche=tranche, **form.asked())
    except Refusal as refusal:
        _put(form, refusal)
        return None


def _proposed(form: AllocateForm, who: Staff, tranche: Tranche, preview: Preview) -> Allocation | None:
    if form.cleaned_data["seen"] != _as_seen(preview):
        form.add_error(None, _("These are other shares than those that you saw. Look at them, then propose them."))
        return None
    try:
        return propose_allocation(by=who, tranche=tranche, **form.asked())
    except Refusal as refusal:
        _put(form, refusal)
        return None


def _put(form: AllocateForm, refusal: Refusal) -> None:
    """Beside the field that it is about; what is about the offers names them."""
    name = refusal.pointer.strip("/")
    form.add_error(name if name in form.fields else None, in_words(refusal))


def _as_seen(preview: Preview) -> str:
    lines = [(str(line.bid.key), str(line.bid.amount), str(line.amount)) for line in preview.outcome.lines]
    return digest(str(sorted(lines)))[:32]
