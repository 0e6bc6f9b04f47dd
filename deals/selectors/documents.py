"""Documents, the consents that they rest on, and the receipts of who took them, as the asker sees them."""

from deals.models import Company, Deal, Document, Download, Party, SponsorConsent
from deals.selectors.parts import texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_DOCUMENT = ("id", "title", "kind", "file_name", "media_type", "size", "sha256", "basis", "public_source", "level",
             "demo")  # fmt: skip


def _documents() -> Rows:
    found: Rows = Document.objects.values(
        *_DOCUMENT,
        "owner_id", "shown_until", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_consent=visible(SponsorConsent, "consent_id"),
        seen_before=visible(Document, "replaces_id"),
        seen_party=visible(Party, "party_id"),
    )  # fmt: skip
    return found


def _document(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["owner_id"],
            **texts(row, *_DOCUMENT[1:8]),
            "consent": row["seen_consent"],
            "public_source": row["public_source"],
            "shown_until": instant(row["shown_until"]),
            "replaces": row["seen_before"],
            "party": row["seen_party"],
            **texts(row, "level", "demo"),
            "told_at": instant(row["told_at"]),
            "updated_at": instant(row["updated_at"]),
        }
    )


_CONSENT = ("id", "covers", "widest", "institutions", "until", "evidence", "level", "demo")


def _consents() -> Rows:
    found: Rows = SponsorConsent.objects.values(
        *_CONSENT,
        "owner_id", "ended_at", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_company=visible(Company, "company_id"),
    )  # fmt: skip
    return found


def _consent(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["owner_id"],
            "company": row["seen_company"],
            **texts(row, *_CONSENT[1:6]),
            "ended_at": instant(row["ended_at"]),
            **texts(row, "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _downloads() -> Rows:
    found: Rows = Download.objects.values(
        "id", "owner_id", "who", "demo", "told_at", "updated_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_document=visible(Document, "document_id"),
    )  # fmt: skip
    return found


def _download(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "document": row["seen_document"],
            "institution": row["owner_id"],
            "who": row["who"],
            "taken_at": instant(row["told_at"]),
            "demo": row["demo"],
        }
    )


DOCUMENTS = Reading("document", _documents, _document)
CONSENTS = Reading("sponsor_consent", _consents, _consent)
DOWNLOADS = Reading("download", _downloads, _download)
