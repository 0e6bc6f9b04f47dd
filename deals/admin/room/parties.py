"""Parties in the deal room: the invited one's reply, the registrar's record of NDA and end, conflicts of interest."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deals.admin.room.filling import fill, of_room, room_of, waits
from deals.admin.room.forms import REPLIES, ConflictForm, EndForm, NdaForm, ReplyForm
from deals.models import ConflictOfInterest, Deal, Party, PartyReply, Reply
from deals.services import inviting, parties
from institutions.admin.site import person, site
from institutions.isolation.levels import Level


@site.page("deals/room/party/<uuid:key>/reply/", name="deals_party_reply")
def reply(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Accepts, declines or leaves."""
    party, deal = _party(key)
    if party.institution_id != person(request).institution_id:
        raise Http404

    def act(form: ReplyForm) -> str:
        answer = Reply(form.cleaned_data["answer"])
        parties.reply(by=form.who, party=party, answer=answer, note=form.cleaned_data["note"])
        if answer is Reply.ACCEPTED:
            return _("You have accepted. The coordinators are told.")
        says = _("You are out of %(deal)s: the coordinators are told, and you see nothing more of it.")
        return says % {"deal": deal.name}

    accepted = PartyReply.objects.filter(party=party, answer=Reply.ACCEPTED).exists()
    offered = [Reply.LEFT] if accepted else [Reply.ACCEPTED, Reply.DECLINED, Reply.LEFT]

    class Offered(ReplyForm):
        def offer(self) -> None:
            self.fields["answer"].choices = [(code.value, REPLIES[code]) for code in offered]  # type: ignore[attr-defined]

    return fill(request, deal, Offered, act, title=_("Reply to the invitation"), button=_("Reply"))


@site.page("deals/room/party/<uuid:key>/nda/", name="deals_party_nda")
def nda(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Records an NDA, or its renewal."""
    party, deal = _kept(request, key)

    def act(form: NdaForm) -> str:
        inviting.record_nda(by=form.who, party=party, **form.cleaned_data)
        says = _("The NDA of %(institution)s is in force once an approver of your institution confirms it.")
        return says % {"institution": party.institution.short_name}

    initial = {
        "signed_on": party.nda_signed_on,
        "expires_on": party.nda_expires_on,
        "company": party.nda_company,
        "version": party.nda_version,
    }
    title = _("NDA of %(institution)s") % {"institution": party.institution.short_name}
    says = _("While it is in force the institution is told what goes to parties.")
    return fill(
        request,
        deal,
        NdaForm,
        act,
        title=title,
        button=pgettext("in the deal room", "Record it"),
        says=says,
        initial=initial,
    )


@site.page("deals/room/party/<uuid:key>/end/", name="deals_party_end")
def end(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Ends an invitation."""
    party, deal = _kept(request, key)

    def act(form: EndForm) -> str:
        inviting.end_invitation(by=form.who, party=party, on=form.cleaned_data["on"])
        says = _("The invitation of %(institution)s has ended: it sees nothing more of the deal by it.")
        return says % {"institution": party.institution.short_name}

    title = _("End the invitation of %(institution)s") % {"institution": party.institution.short_name}
    return fill(request, deal, EndForm, act, title=title, button=_("End it"))


@site.page("deals/deal/<uuid:deal_id>/room/conflict/", name="deals_room_conflict")
def conflict(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Declares a conflict of interest."""
    deal = room_of(deal_id)

    def act(form: ConflictForm) -> str:
        given = dict(form.cleaned_data)
        level = given.pop("level")
        parties.declare_conflict(by=form.who, deal=deal, level=Level(level), **given)
        return waits(level, _("The conflict of interest is declared."))

    return fill(request, deal, ConflictForm, act, title=_("Declare a conflict of interest"), button=_("Declare it"))


@site.page("deals/room/conflict/<uuid:key>/end/", name="deals_conflict_end")
def end_conflict(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Says until when it lasted."""
    found, deal = of_room(ConflictOfInterest, key, owner=person(request).institution_id)

    def act(form: EndForm) -> str:
        parties.end_conflict(by=form.who, conflict=found, until=form.cleaned_data["on"] or timezone.now().date())
        return _("Its end is stated; the declaration stays.")

    return fill(request, deal, EndForm, act, title=_("End of a conflict of interest"), button=_("State it"))


def _party(key: UUID) -> tuple[Party, Deal]:
    party = Party.objects.select_related("institution").filter(pk=key).first()
    if party is None:
        raise Http404
    return party, room_of(party.deal_id)


def _kept(request: HttpRequest, key: UUID) -> tuple[Party, Deal]:
    """One of the registrar's; to others there is no such page."""
    party, deal = _party(key)
    if party.owner_id != person(request).institution_id or party.origin != "registered":
        raise Http404
    return party, deal
