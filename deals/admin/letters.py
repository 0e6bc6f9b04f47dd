"""Recording a letter of interest."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.forms import LetterForm, put_refusal
from deals.admin.words import words
from deals.models import Deal, Instrument
from deals.selectors.deal_page import find_deal
from deals.services.commitments import register_commitment
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal


@site.page("deals/deal/<uuid:deal_id>/letter/", name="deals_deal_letter")
def letter(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """The form, and what it leads to: the letter stands, or every mistake is named at its field."""
    deal, who = find_deal(deal_id), person(request)
    if deal is None:
        raise Http404
    if not who.may(Permission.COMMITMENTS_WRITE):
        return site.show(
            request,
            "admin/not_yours.html",
            {"deal": deal, "people": with_role(who.institution_id, Role.OFFICER), "role": Role.OFFICER},
            title=_("Record a letter of interest"),
            status=403,
        )
    form = LetterForm(request.POST or None, deal=deal)
    if request.method == "POST" and form.is_valid() and _registered(form, deal, who):
        messages.success(request, _what_happens_next(Level(form.cleaned_data["level"])))
        return redirect("admin:deals_deal_change", deal.pk)
    status = 422 if request.method == "POST" else 200
    facts = {"form": form, "deal": deal}
    return site.show(request, "admin/letter.html", facts, title=_("Record a letter of interest"), status=status)


def _registered(form: LetterForm, deal: Deal, who: Staff) -> bool:
    given = form.cleaned_data
    try:
        register_commitment(
            by=who,
            deal=deal,
            instrument=Instrument(given["instrument"]),
            stage="letter_of_interest",
            level=Level(given["level"]),
            tranche=given["tranche"],
            valid_until=given["valid_until"],
            size=form.size(),
            reference=given["reference"],
            note=given["note"],
        )
    except Refusal as refusal:
        put_refusal(form, refusal)
        return False
    return True


def _what_happens_next(level: Level) -> str:
    if level is Level.OWN:
        return _(
            "The letter is prepared. It is a letter once an approver of your institution confirms it. Only your "
            "institution sees it."
        )
    return _(
        "The letter is prepared. It is a letter once an approver of your institution confirms it. It is told to "
        "'%(level)s' from then on."
    ) % {"level": words(level.value)}
