"""Documents: put into a deal room, shown as their basis allows, taken with a receipt."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import Basis, Company, Deal, Document, DocumentKind, Download, Party, SponsorConsent
from deals.services.files import Received, checked
from deals.services.room import own, put
from deals.services.room import tell as tell_row
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must, person_of


class BasisIncomplete(Refusal):
    code = "basis_incomplete"
    says = gettext_noop(
        "Say by what right it is shown: 'own'; 'sponsor_consent' with the consent; or 'public_source' with where it is "
        "published. Each goes without what belongs to the others."
    )


class BeyondConsent(Refusal):
    code = "beyond_consent"
    says = gettext_noop(
        "The consent goes to '{widest}' at most. Choose that or a narrower level, or register a wider consent."
    )


class ConsentEnded(Refusal):
    code = "consent_ended"
    says = gettext_noop(
        "The consent has ended: what rests on it stays with your institution. Register a new consent and document."
    )


class OtherVersion(Refusal):
    code = "not_a_version_of_it"
    says = gettext_noop("A new version replaces a document of your own in the same deal. Name such a one, or none.")


@dataclass(frozen=True)
class Taken:
    """A file on its way out."""

    name: str
    media_type: str
    size: int
    content: IO[bytes]


@transaction.atomic
def register_consent(
    *,
    by: Staff | Client,
    deal: Deal,
    company: Company,
    covers: str,
    widest: Level,
    evidence: str,
    institutions: tuple[Institution, ...] = (),
    until: date | None = None,
    level: Level = Level.OWN,
) -> SponsorConsent:
    """A company's consent that what it told is shown: as far as `widest`, and to those named, to the end of `until`."""
    consent = SponsorConsent(
        deal=deal,
        company=company,
        covers=covers,
        widest=widest.value,
        institutions=sorted(each.pk for each in institutions),
        until=until,
        evidence=evidence,
    )
    return put(consent, by=by, level=level, act=gettext_noop("register a consent"))


@transaction.atomic
def end_consent(*, by: Staff | Client, consent: SponsorConsent) -> None:
    """Records that a consent was taken back: what rests on it goes out of everyone else's sight at once."""
    must(by, Permission.DEALS_WRITE, "end a consent")
    own(by, consent)
    if SponsorConsent.objects.filter(pk=consent.pk, ended_at__isnull=True).update(ended_at=timezone.now()) != 1:
        raise ConsentEnded
    consent.refresh_from_db()


@transaction.atomic
def add_document(
    *,
    by: Staff | Client,
    deal: Deal,
    file: Received,
    stored_as: str,
    title: str,
    kind: DocumentKind,
    level: Level = Level.OWN,
    basis: Basis = Basis.OWN,
    consent: SponsorConsent | None = None,
    public_source: str = "",
    replaces: Document | None = None,
    party: Party | None = None,
) -> Document:
    """A document of the asker's, whose file is kept already as `stored_as`. Beyond the lead it is told once an approver
    confirms; what rests on a consent no further and no longer than that."""
    if (basis is Basis.SPONSOR_CONSENT, basis is Basis.PUBLIC_SOURCE) != (consent is not None, bool(public_source)):
        raise BasisIncomplete(pointer="/basis")
    if replaces and (replaces.owner_id != by.institution_id or replaces.deal_id != deal.pk):
        raise OtherVersion(pointer="/replaces")
    document = Document(
        deal=deal,
        title=title,
        kind=kind,
        file_name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        stored_as=stored_as,
        basis=basis,
        consent=consent,
        shown_until=_until(consent, level),
        public_source=public_source,
        replaces=replaces,
        party=party,
    )
    return put(document, by=by, level=level, act=gettext_noop("put a document into a deal room"))


@transaction.atomic
def tell(*, by: Staff | Client, document: Document, level: Level) -> Approval | None:
    """Tells a document as far as `level`; further than the lead when the returned approval is confirmed."""
    if document.owner_id == by.institution_id and level.rank > Level(document.level).rank:
        _until(document.consent, level)
    return tell_row(by=by, row=document, level=level)


@transaction.atomic
def take(*, by: Staff | Client, document: Document) -> Taken:
    """The document's file, with a receipt that its owner and the asker's institution see. Raises FileDamaged.

    The receipt is written before anything is sent: send the file once the transaction is committed.
    """
    must(by, Permission.READ, "take a document")
    # Whoever may not take it is refused before anything is read.
    person = person_of(by)
    Download.objects.create(
        owner_id=by.institution_id,
        deal_id=document.deal_id,
        document=document,
        to_id=document.owner_id,
        person=person,
        client=by if isinstance(by, Client) else None,
        who=f"{by.name} ({person.name})" if isinstance(by, Client) else person.name,
        demo=document.demo,
    )
    # A refusal takes the receipt back with the transaction.
    return Taken(document.file_name, document.media_type, document.size, checked(document))


def _until(consent: SponsorConsent | None, level: Level) -> datetime | None:
    """Until when the consent lets others see it. Raises BeyondConsent or ConsentEnded where it does not."""
    if consent is None:
        return None
    held = SponsorConsent.objects.select_for_update(no_key=True).filter(pk=consent.pk).first()
    if held is None:
        raise Stale
    if level.rank > Level(held.widest).rank:
        raise BeyondConsent(widest=held.widest, pointer="/level")
    if level is not Level.OWN and held.ends_at and held.ends_at <= timezone.now():
        raise ConsentEnded(pointer="/consent")
    return held.ends_at
