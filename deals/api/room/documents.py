"""Documents with their files, and the consents that they rest on."""

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.room import bodies, shapes
from deals.api.room.answering import answer, answer_waiting, current, seen
from deals.api.room.resources import CONSENTS, DOCUMENTS
from deals.api.room.uploads import FormWithFile
from deals.file_types import TAKEN
from deals.models import Basis, Company, Deal, Document, DocumentKind, Party, SponsorConsent
from deals.sending import attachment, head
from deals.services import documents
from deals.services.files import keeping
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import DetailView, ListView, shown
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission


class Documents(ListView):
    """Documents that the asker may see; a POST puts in one of its own."""

    resource = DOCUMENTS
    permission_classes = (MayWrite,)
    parser_classes = (FormWithFile,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.DocumentBody}
    answers = {"POST": {201: shapes.StatedDocumentShape}}

    def post(self, request: Request) -> Response:
        """Puts a file into a deal room (multipart/form-data). Beyond the lead it is told once an approver confirms;
        what rests on a sponsor's consent no further and no longer than that."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.DocumentBody, request)
        with keeping() as keep:

            def act() -> Done:
                by = asker(request)
                facts = dict(sent)
                deal = named(Deal.objects.all(), facts.pop("deal"), "/deal")
                assert deal is not None  # noqa: S101  # the body requires one
                consents = SponsorConsent.objects.filter(deal=deal, owner=by.institution_id)
                before = Document.objects.filter(deal=deal, owner=by.institution_id)
                parties = Party.objects.filter(deal=deal)
                made = documents.add_document(
                    by=by,
                    deal=deal,
                    title=facts["title"],
                    kind=DocumentKind(facts["kind"]),
                    level=Level(facts["level"]),
                    basis=Basis(facts["basis"]),
                    public_source=facts["public_source"],
                    consent=named(consents, facts.get("consent"), "/consent"),
                    replaces=named(before, facts.get("replaces"), "/replaces"),
                    party=named(parties, facts.get("party"), "/party"),
                    file=facts["file"],
                    # Last of all: what is refused before leaves nothing to be taken away.
                    stored_as=keep(facts["file"]),
                )
                return Done(201, made.pk)

            return once(request, act, lambda done: answer_waiting(request, done, DOCUMENTS))


class DocumentView(DetailView):
    """One document; a PATCH says how far it is told."""

    resource = DOCUMENTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.RoomLevelBody}
    answers = {"PATCH": {200: shapes.StatedDocumentShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower, or up to the lead, at once; further once an approver confirms (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RoomLevelBody, request)
        document = current(request, Document, DOCUMENTS, key)
        documents.tell(by=asker(request), document=document, level=Level(sent["level"]))
        return answer_waiting(request, Done(200, document.pk), DOCUMENTS)


class DocumentFile(Door):
    """The file of a document; whoever takes it leaves a receipt."""

    permission_classes = (MayRead,)
    answers = {"GET": {(200, each.media_type): bytes for each in TAKEN}}

    def get(self, request: Request, key: str) -> HttpResponseBase:
        """The whole file, as an attachment, once it is known to be what was uploaded."""
        refuse_unknown(request.query_params, ())
        taken = documents.take(by=asker(request), document=seen(Document, DOCUMENTS, key))
        return attachment(taken.content, name=taken.name, media_type=taken.media_type, size=taken.size)

    def head(self, request: Request, key: str) -> HttpResponseBase:
        """What a GET would send, without sending it: no receipt."""
        refuse_unknown(request.query_params, ())
        document = seen(Document, DOCUMENTS, key)
        return head(media_type=document.media_type, size=document.size)


class Consents(ListView):
    """Consents of sponsors that the asker may see; a POST registers one."""

    resource = CONSENTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.ConsentBody}
    answers = {"POST": {201: shapes.ConsentShape}}

    def post(self, request: Request) -> Response:
        """Registers what a company allowed to be shown: what, to whom, until when, and where that is written."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ConsentBody, request)

        def act() -> Done:
            facts = dict(sent)
            deal = named(Deal.objects.all(), facts.pop("deal"), "/deal")
            company = named(Company.objects.all(), facts.pop("company"), "/company")
            assert deal is not None  # noqa: S101  # the body requires both
            assert company is not None  # noqa: S101
            made = documents.register_consent(
                by=asker(request),
                deal=deal,
                company=company,
                widest=Level(facts.pop("widest")),
                level=Level(facts.pop("level")),
                institutions=_institutions(facts.pop("institutions")),
                **facts,
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answer(request, done, CONSENTS))


class ConsentEnd(DetailView):
    """That a consent was taken back."""

    resource = CONSENTS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    http_method_names = ("post",)
    answers = {"POST": {200: shapes.ConsentShape}}

    def post(self, request: Request, key: str) -> Response:
        """From this moment what rests on it is out of everyone else's sight. It does not come back."""
        refuse_unknown(request.query_params, ())
        shown(CONSENTS, key)

        def act() -> Done:
            consent = current(request, SponsorConsent, CONSENTS, key)
            documents.end_consent(by=asker(request), consent=consent)
            return Done(200, consent.pk)

        return once(request, act, lambda done: answer(request, done, CONSENTS))


def _institutions(keys: list[UUID]) -> tuple[Institution, ...]:
    found = tuple(Institution.objects.filter(pk__in=keys))
    if len(found) != len(set(keys)):
        detail = "One of these is no institution. Check the ids."
        raise Problem.invalid([Fault("/institutions", "not_found", detail)], status=422)
    return found
