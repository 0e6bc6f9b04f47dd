"""Parties in the deal room: the invited one's reply, the registrar's record of NDA and end, conflicts of interest."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

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
            return "You have accepted. The coordinators are told."
        return f"You are out of {deal.name}: the coordinators are told, and you see nothing more of it."

    accepted = PartyReply.objects.filter(party=party, answer=Reply.ACCEPTED).exists()
    offered = [Reply.LEFT] if accepted else [Reply.ACCEPTED, Reply.DECLINED, Reply.LEFT]

    class Offered(ReplyForm):
        def offer(self) -> None:
            self.fields["answer"].choices = [(code.value, REPLIES[code]) for code in offered]  # type: ignore[attr-defined]

    return fill(request, deal, Offered, act, title="Reply to the invitation", button="Reply")


@site.page("deals/room/party/<uuid:key>/nda/", name="deals_party_nda")
def nda(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Records an NDA, or its renewal."""
    party, deal = _kept(request, key)

    def act(form: NdaForm) -> str:
        inviting.record_nda(by=form.who, party=party, **form.cleaned_data)
        return (
            f"The NDA of {party.institution.short_name} is in force once an approver of your institution confirms it."
        )

    initial = {
        "signed_on": party.nda_signed_on,
        "expires_on": party.nda_expires_on,
        "company": party.nda_company,
        "version": party.nda_version,
    }
    title = f"NDA of {party.institution.short_name}"
    says = "While it is in force the institution is told what goes to parties."
    return fill(request, deal, NdaForm, act, title=title, button="Record it", says=says, initial=initial)


@site.page("deals/room/party/<uuid:key>/end/", name="deals_party_end")
def end(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Ends an invitation."""
    party, deal = _kept(request, key)

    def act(form: EndForm) -> str:
        inviting.end_invitation(by=form.who, party=party, on=form.cleaned_data["on"])
        return f"The invitation of {party.institution.short_name} has ended: it sees nothing more of the deal by it."

    title = f"End the invitation of {party.institution.short_name}"
    return fill(request, deal, EndForm, act, title=title, button="End it")


@site.page("deals/deal/<uuid:deal_id>/room/conflict/", name="deals_room_conflict")
def conflict(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Declares a conflict of interest."""
    deal = room_of(deal_id)

    def act(form: ConflictForm) -> str:
        given = dict(form.cleaned_data)
        level = given.pop("level")
        parties.declare_conflict(by=form.who, deal=deal, level=Level(level), **given)
        return waits(level, "The conflict of interest is declared.")

    return fill(request, deal, ConflictForm, act, title="Declare a conflict of interest", button="Declare it")


@site.page("deals/room/conflict/<uuid:key>/end/", name="deals_conflict_end")
def end_conflict(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Says until when it lasted."""
    found, deal = of_room(ConflictOfInterest, key, owner=person(request).institution_id)

    def act(form: EndForm) -> str:
        parties.end_conflict(by=form.who, conflict=found, until=form.cleaned_data["on"] or timezone.now().date())
        return "Its end is stated; the declaration stays."

    return fill(request, deal, EndForm, act, title="End of a conflict of interest", button="State it")


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
