"""What a commitment's owner does on its page: move it, and change how far it is told."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.commitments import commitment_page, next_stages
from deals.admin.forms import LevelForm, MoveForm, put_refusal
from deals.admin.words import words
from deals.models import Commitment, Origin
from deals.selectors.deal_page import with_sizes
from deals.services.moves import move_commitment
from deals.services.telling import tell_commitment
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Staff
from institutions.refusals import Refusal


@site.page("deals/commitment/<uuid:commitment_id>/move/", name="deals_commitment_move")
def move(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Enters the next stage, or lays the move before an approver."""
    commitment = own_commitment(request, commitment_id)
    if request.method != "POST":
        return redirect("admin:deals_commitment_change", commitment.pk)
    form = MoveForm(request.POST, commitment=commitment, stages=[step.stage for step in next_stages(commitment)])
    if form.is_valid():
        try:
            approval = move_commitment(by=person(request), commitment=commitment, **form.cleaned_data)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            stage = words(form.cleaned_data["to"])
            says = _("'%(stage)s' waits for an approver.") if approval else _("The commitment is now: %(stage)s.")
            messages.success(request, says % {"stage": stage})
            return redirect("admin:deals_commitment_change", commitment.pk)
    return commitment_page(request, commitment, move=form)


@site.page("deals/commitment/<uuid:commitment_id>/level/", name="deals_commitment_level")
def level(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Narrower, or as far as the lead, at once; further when an approver confirms."""
    commitment = own_commitment(request, commitment_id)
    if request.method != "POST":
        return redirect("admin:deals_commitment_change", commitment.pk)
    form = LevelForm(request.POST, commitment=commitment)
    if form.is_valid():
        try:
            said = _tell(person(request), commitment, form)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, said)
            return redirect("admin:deals_commitment_change", commitment.pk)
    return commitment_page(request, commitment, level=form)


def own_commitment(request: HttpRequest, commitment_id: UUID) -> Commitment:
    """One of the asker's own; another's is as missing here as a hidden one."""
    commitment = (
        with_sizes(Commitment.objects.select_related("owner"))
        .prefetch_related("deal")
        .filter(pk=commitment_id, owner_id=person(request).institution_id, origin=Origin.REGISTERED)
        .first()
    )
    if commitment is None:
        raise Http404
    return commitment


def _tell(who: Staff, commitment: Commitment, form: LevelForm) -> str:
    """Carries out what needs one person, asks for the rest, and says which was which."""
    wanted, size_wanted = Level(form.cleaned_data["level"]), form.cleaned_data.get("size_level")
    approval = tell_commitment(
        by=who, commitment=commitment, level=wanted, size_level=Level(size_wanted) if size_wanted else None
    )
    if approval:
        says = _("An approver of your institution is asked to tell it to '%(level)s'. Until then nothing changes.")
    else:
        says = _("Told from now on: '%(level)s'.")
    return says % {"level": words(wanted.value)}
