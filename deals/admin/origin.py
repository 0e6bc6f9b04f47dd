"""What an institution does on the page of what is published of it: confirm it, or replace it with its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.commitments import commitment_page
from deals.admin.forms import LetterForm, put_refusal
from deals.admin.origin_forms import ConfirmationForm
from deals.admin.words import words
from deals.models import Commitment, Instrument, Origin
from deals.selectors.deal_page import with_sizes
from deals.selectors.deals import taken_over_by
from deals.services.origin import confirm_published, replace_published
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.permissions import Permission
from institutions.refusals import Refusal


@site.page("deals/commitment/<uuid:commitment_id>/confirm/", name="deals_commitment_confirm")
def confirm(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """The institution's word that what is published of it is right."""
    commitment = _about_us(request, commitment_id)
    if request.method != "POST":
        return redirect("admin:deals_commitment_change", commitment.pk)
    form = ConfirmationForm(request.POST)
    if form.is_valid():
        level = Level(form.cleaned_data["level"])
        try:
            confirm_published(
                by=person(request),
                commitment=commitment,
                as_of=form.cleaned_data["as_of"],
                note=form.cleaned_data["note"],
                level=level,
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            said = _("Your institution's confirmation is recorded.")
            if level.beyond_lead:
                said = _(
                    "Your institution's confirmation is recorded. Until an approver confirms '%(level)s', only your "
                    "institution sees it."
                ) % {"level": words(level.value)}
            messages.success(request, said)
            return redirect("admin:deals_commitment_change", commitment.pk)
    return commitment_page(request, commitment, confirmation=form)


@site.page("deals/commitment/<uuid:commitment_id>/replace/", name="deals_commitment_replace")
def replace(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Registers a letter of one's own in the place of a published row; others go on seeing that as it was."""
    commitment = _about_us(request, commitment_id)
    # The registered deal that took the published one over, where the officer sees one.
    deal = taken_over_by(commitment.deal) or commitment.deal
    form = LetterForm(request.POST or None, deal=deal, initial={"instrument": commitment.instrument})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = replace_published(
                by=person(request),
                commitment=commitment,
                stage="letter_of_interest",
                deal=deal,
                instrument=Instrument(given["instrument"]),
                level=Level(given["level"]),
                tranche=given["tranche"],
                valid_until=given["valid_until"],
                size=form.size(),
                reference=given["reference"],
                note=given["note"],
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Your institution's own row is recorded. Whoever sees it sees it instead."))
            return redirect("admin:deals_commitment_change", made.pk)
    status = 422 if request.method == "POST" else 200
    facts = {"form": form, "deal": deal}
    return site.show(request, "admin/letter.html", facts, title=_("Replace what is published of you"), status=status)


def _about_us(request: HttpRequest, commitment_id: UUID) -> Commitment:
    """A published row about the asker's own institution; anything else is as missing here as a hidden row."""
    who = person(request)
    found = (
        with_sizes(Commitment.objects.select_related("owner"))
        .prefetch_related("deal")
        .filter(pk=commitment_id, origin=Origin.PUBLISHED, institution_id=who.institution_id)
        .first()
    )
    if found is None or not who.may(Permission.COMMITMENTS_WRITE):
        raise Http404
    return found
