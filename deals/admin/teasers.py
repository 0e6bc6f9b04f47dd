"""Teasers in the web admin: received and answered, released and ended."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.admin.asked_teasers import names_of, told
from deals.admin.forms import put_refusal
from deals.admin.history import history_of
from deals.admin.teaser_forms import ReleaseForm, ReplyForm
from deals.admin.words import words
from deals.models import Deal, Interest, Origin, Teaser
from deals.selectors.teasers import received, released
from deals.services.teasers import end_teaser, release_teaser, reply_to_teaser
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal


@site.page("teasers/", name="teasers")
def teasers(request: HttpRequest) -> HttpResponseBase:
    """What others told the asker's institution of deals under their code names."""
    facts = {"rows": received(person(request).institution_id)}
    return site.show(request, "admin/teasers.html", facts, title=_("Teasers"))


@site.page("teasers/<uuid:teaser_id>/", name="deals_teaser")
def teaser(request: HttpRequest, teaser_id: UUID) -> HttpResponseBase:
    """One teaser, and the answer to it."""
    who = person(request)
    found = received(who.institution_id).filter(pk=teaser_id).first()
    if found is None:
        raise Http404
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reply_to_teaser(by=who, teaser=found, answer=Interest(given["answer"]), note=given["note"])
            messages.success(
                request, _("%(institution)s is told your answer.") % {"institution": found.owner.short_name}
            )
            return redirect("admin:deals_teaser", found.pk)
        except Refusal as refusal:
            put_refusal(form, refusal)
    facts = {
        "original": found,
        "told": told(found, names_of(found.minerals)),
        "form": form,
        "officer": who.may(Permission.DEALS_WRITE),
        "officers": with_role(who.institution_id, Role.OFFICER),
        "answer": words(answer) if (answer := getattr(found, "answer", None)) else "",
        **history_of(found.pk),
    }
    return site.show(request, "admin/teaser.html", facts, title=_("Teaser"), status=422 if form.errors else 200)


@site.page("deals/deal/<uuid:deal_id>/teaser/", name="deals_deal_teaser")
def release(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Prepares a teaser of one's own deal."""
    who = person(request)
    deal = Deal.objects.filter(pk=deal_id, owner_id=who.institution_id, origin=Origin.REGISTERED).first()
    if deal is None:
        raise Http404
    if not who.may(Permission.DEALS_WRITE):
        people = with_role(who.institution_id, Role.OFFICER)
        facts: dict[str, object] = {"deal": deal, "people": people, "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=_("Release a teaser"), status=403)
    form = ReleaseForm(request.POST or None, deal=deal)
    if request.method == "POST" and form.is_valid():
        try:
            release_teaser(by=who, deal=deal, **form.asked())
            messages.success(request, _("The teaser is prepared. It is told when an approver of yours confirms."))
            return redirect("admin:deals_deal_change", deal.pk)
        except Refusal as refusal:
            put_refusal(form, refusal)
    shown = {"form": form, "deal": deal}
    status = 422 if form.errors else 200
    return site.show(request, "admin/teaser_release.html", shown, title=_("Release a teaser"), status=status)


@site.page("deals/teaser/<uuid:teaser_id>/end/", name="deals_teaser_end")
def end(request: HttpRequest, teaser_id: UUID) -> HttpResponseBase:
    """Its owner ends it at once."""
    who = person(request)
    found = Teaser.objects.filter(pk=teaser_id, owner_id=who.institution_id, of_deal__isnull=False)
    row = found.select_related("of_deal").first()
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            end_teaser(by=who, teaser=row)
            messages.success(request, _("The teaser has ended: nobody else sees it any more."))
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_deal_change", row.of_deal.deal_id)


def teasers_of(request: HttpRequest, deal: Deal) -> dict[str, object] | None:
    """The part of a deal's page for its registrar; None for everybody else. One question."""
    who = person(request)
    if deal.owner_id != who.institution_id or deal.origin != Origin.REGISTERED:
        return None
    now = timezone.now()
    rows = [(row, _standing(row, ended=row.until <= now), row.until > now) for row in released(deal)]
    return {"rows": rows, "releases": who.may(Permission.DEALS_WRITE)}


def _standing(row: Teaser, *, ended: bool) -> str:
    if row.state == "prepared":
        return _("waits for an approver")
    return _("ended") if ended else _("told")
