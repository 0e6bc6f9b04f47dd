"""Lines in the web admin, as the owner of a commitment answers them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.allocation_forms import AcceptForm, DeclineForm
from deals.admin.forms import put_refusal
from deals.admin.history import history_of
from deals.admin.shares import Standing, standing
from deals.models import AllocationAnswer, AllocationLine
from deals.selectors.allocations import waiting_answer, with_answers
from deals.selectors.bids import open_lines
from deals.selectors.links import commitment_in_words
from deals.services.answering import accept_line, decline_line
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.models import Staff, State
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal


@site.page("deals/allocation-line/<uuid:line_id>/", name="deals_allocationline")
def line(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Accept or decline, as the `answer` that was sent says."""
    who = person(request)
    addressed = AllocationLine.objects.filter(pk=line_id, institution_id=who.institution_id, state=State.CONFIRMED)
    found = with_answers(addressed).prefetch_related("tranche", "deal", "commitment__institution").first()
    if found is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    declines = posted is not None and posted.get("answer") == AllocationAnswer.DECLINED
    accept, decline = AcceptForm(None if declines else posted), DeclineForm(posted if declines else None)
    form = decline if declines else accept
    if posted is not None and form.is_valid() and _answered(form, who, found):
        messages.success(
            request, _("Your answer is prepared: it stands when an approver of your institution confirms it.")
        )
        return redirect("admin:deals_allocationline", found.pk)
    facts = {
        "original": found,
        "commitment": commitment_in_words(found.commitment),
        # Each can be hidden from whom the line is addressed to: missing is the same.
        "deal": getattr(found, "deal", None),
        "tranche": getattr(found, "tranche", None),
        "standing": standing(found),
        "waits": waiting_answer(found.pk),
        "accept": accept,
        "decline": decline,
        "officer": who.may(Permission.COMMITMENTS_WRITE),
        "officers": with_role(who.institution_id, Role.OFFICER),
        **history_of(found.pk),
    }
    status = 422 if form.errors else 200
    return site.show(request, "admin/allocation_line.html", facts, title=_("Allocation to you"), status=status)


def addressed_to(who: Staff) -> list[Standing]:
    """Lines that wait for the answer of `who`'s institution, as `who` sees them; with their deals, two questions."""
    found = open_lines().filter(institution_id=who.institution_id)
    return [standing(row) for row in with_answers(found).prefetch_related("deal")]


def _answered(form: AcceptForm | DeclineForm, who: Staff, found: AllocationLine) -> bool:
    try:
        if isinstance(form, DeclineForm):
            decline_line(by=who, line=found, reason=form.cleaned_data["reason"])
        else:
            accept_line(by=who, line=found, valid_until=form.cleaned_data["valid_until"])
    except Refusal as refusal:
        put_refusal(form, refusal)
        return False
    return True
