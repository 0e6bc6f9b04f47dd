"""Documents of the deal room: put in, told further, taken; and the consents that they rest on."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.approvals import PAGES
from deals.admin.history import told
from deals.admin.room.filling import fill, of_room, room_of, waits
from deals.admin.room.forms import ConsentForm, DocumentForm, LevelForm
from deals.admin.room.pages import badge_of
from deals.admin.words import fictional_badge, words
from deals.models import Basis, Document, DocumentKind, SponsorConsent
from deals.selectors.room_page import find_document, receipts_of
from deals.sending import attachment
from deals.services import documents
from deals.services.files import FileDamaged, keeping, receive
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import Approval
from institutions.permissions import Permission

PAGES[Document._meta.db_table] = "admin:deals_document_change"
NEWEST_RECEIPTS = 100


@site.page("deals/deal/<uuid:deal_id>/room/document/", name="deals_room_document")
def put_in(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Puts a document into the room."""
    deal = room_of(deal_id)

    def act(form: DocumentForm) -> str:
        given = dict(form.cleaned_data)
        file = receive(given.pop("file"))
        level, kind, basis = given.pop("level"), given.pop("kind"), given.pop("basis")
        with keeping() as keep:
            documents.add_document(
                by=form.who,
                deal=deal,
                file=file,
                stored_as=keep(file),
                kind=DocumentKind(kind),
                basis=Basis(basis),
                level=Level(level),
                **given,
            )
        return waits(level, _("The document is in the room."))

    return fill(request, deal, DocumentForm, act, title=_("Put in a document"), button=_("Put it in"))


@site.page("deals/document/<uuid:key>/change/", name="deals_document_change")
def document_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One document: what it is, by what right it is shown, who took it."""
    document, who = _found(key), person(request)
    receipts = list(receipts_of(document)[:NEWEST_RECEIPTS])
    own = document.owner_id == who.institution_id
    facts = {
        "document": document,
        "deal": getattr(document, "deal", None),
        "own": own,
        "may_tell": own and who.may(Permission.DEALS_WRITE),
        "badge": badge_of(document),
        "fictional": fictional_badge() if document.demo else "",
        "newer": document.replaced_by.first(),
        "receipts": receipts,
        "history": told([document.pk]),
        "waiting": Approval.objects.filter(row_id=document.pk, decision="").select_related("prepared_by").first(),
    }
    return site.show(request, "admin/document.html", facts, title=document.title)


@site.page("deals/document/<uuid:key>/level/", name="deals_document_level")
def level(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Narrower, or as far as the lead, at once; further when an approver confirms."""
    document, deal = of_room(Document, key, owner=person(request).institution_id)

    def act(form: LevelForm) -> str:
        wanted = form.cleaned_data["level"]
        approval = documents.tell(by=form.who, document=document, level=Level(wanted))
        if approval:
            says = _("An approver of your institution is asked to tell it to '%(level)s'. Until then nothing changes.")
        else:
            says = _("Told from now on: '%(level)s'.")
        return says % {"level": words(wanted)}

    title = _("Who is told of '%(title)s'") % {"title": document.title}
    initial = {"level": document.level}
    return fill(request, deal, LevelForm, act, title=title, button=_("Change who is told"), initial=initial)


@site.page("deals/document/<uuid:key>/file/", name="deals_document_file")
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file itself; whoever takes it leaves a receipt."""
    document = _found(key)
    if request.method != "GET":
        return redirect("admin:deals_document_change", document.pk)
    try:
        taken = documents.take(by=person(request), document=document)
    except FileDamaged as damaged:
        facts = {"document": document, "says": in_words(damaged)}
        return site.show(request, "admin/file_damaged.html", facts, title=document.title, status=damaged.status)
    return attachment(taken.content, name=taken.name, media_type=taken.media_type, size=taken.size)


@site.page("deals/deal/<uuid:deal_id>/room/consent/", name="deals_room_consent")
def consent(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Registers that a company consents."""
    deal = room_of(deal_id)

    def act(form: ConsentForm) -> str:
        given = dict(form.cleaned_data)
        widest, named = Level(given.pop("widest")), tuple(given.pop("institutions"))
        documents.register_consent(by=form.who, deal=deal, widest=widest, institutions=named, **given)
        return _("The consent is registered. Documents that rest on it are shown as far and as long as it says.")

    return fill(request, deal, ConsentForm, act, title=_("Register a sponsor's consent"), button=_("Register it"))


@site.page("deals/room/consent/<uuid:key>/end/", name="deals_consent_end")
def end_consent(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Records that it was taken back."""
    found, deal = of_room(SponsorConsent, key, owner=person(request).institution_id)
    if request.method == "POST":
        try:
            documents.end_consent(by=person(request), consent=found)
        except documents.ConsentEnded:
            messages.info(request, _("This consent had ended already."))
        else:
            messages.success(request, _("The consent has ended: what rests on it is shown to nobody else any more."))
    return redirect("admin:deals_deal_room", deal.pk)


def _found(key: UUID) -> Document:
    document = find_document(key)
    if document is None:
        raise Http404
    return document
