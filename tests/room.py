"""Acts in a deal room that many tests need, and files for it."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.files.uploadedfile import SimpleUploadedFile

from deals.models import Basis, Company, Document, DocumentKind, InDeal, SponsorConsent
from deals.services import documents
from deals.services.approving import confirm
from deals.services.files import keeping, receive, storage
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Confidential
from tests.api import Answer, System, system_of
from tests.cast import Cast
from tests.web import Web

R = TypeVar("R", bound=InDeal)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n%%EOF\n"
SCOPES = "registry:read deals:write commitments:write"
APPROVERS = {"mina": "joon", "rolf": "rita", "ada": "abe", "sora": "shin", "marc": "mary"}
IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
_BOUNDARY = "----a-boundary"


def office(part: str, *more: str) -> bytes:
    """An office file that holds a part."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return raw.getvalue()


def form(raw: bytes | None = PDF, file_name: str = "report.pdf", **fields: str) -> bytes:
    """A body of multipart/form-data, as any client may write it."""
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if raw is not None:
        parts.append(f'form-data; name="file"; filename="{file_name}"\r\n\r\n'.encode() + raw)
    body = b"".join(b"--" + _BOUNDARY.encode() + b"\r\nContent-Disposition: " + part + b"\r\n" for part in parts)
    return body + f"--{_BOUNDARY}--\r\n".encode()


def upload(
    system: System, cast: Cast, file: bytes | None = PDF, file_name: str = "report.pdf", **fields: Any
) -> Answer:
    """What POST /documents answers."""
    headers = {name: fields.pop(name) for name in ("Idempotency_Key",) if name in fields}
    facts = {"deal": str(cast.deal.pk), "title": "Model", "basis": "own"} | fields
    body = form(file, file_name, **{name: str(value) for name, value in facts.items() if value is not None})
    return system.post("documents", body, Content_Type=f"multipart/form-data; boundary={_BOUNDARY}", **headers)


def kept_files() -> list[str]:
    """The names of all files in the storage."""
    try:
        return sorted(storage().listdir("")[1])
    except FileNotFoundError:
        return []


def remove_files() -> None:
    for name in kept_files():
        storage().delete(name)


def partner(bank: str, scopes: str = SCOPES, responsible: str = "") -> System:
    """A partner system that writes in deal rooms. Hanok's is not on its deal team: use another bank's."""
    return system_of(bank, scopes, responsible)


def document(
    cast: Cast,
    level: Level = Level.OWN,
    *,
    by: str = "rolf",
    consent: SponsorConsent | None = None,
    raw: bytes = PDF,
    confirmed: bool = True,
) -> Document:
    """A document at `level`, confirmed by a second person where four eyes are needed."""
    officer = cast.people[by]
    with acting_as(officer), keeping() as keep:
        file = receive(SimpleUploadedFile("model.pdf", raw))
        made = documents.add_document(
            by=officer,
            deal=cast.deal,
            file=file,
            stored_as=keep(file),
            title="Wattle model",
            kind=DocumentKind.FINANCIAL_MODEL,
            level=level,
            basis=Basis.SPONSOR_CONSENT if consent else Basis.OWN,
            consent=consent,
        )
    if confirmed:
        approve(cast, made, by=by)
    return made


def approve(cast: Cast, row: InDeal, *, by: str) -> None:
    """Confirms what waits about a row, if anything does."""
    approver = cast.people[APPROVERS[by]]
    with acting_as(approver):
        for waiting in Approval.objects.filter(row_id=row.pk, decision=""):
            confirm(by=approver, approval=waiting)
    with acting_as(cast.people[by]):
        row.refresh_from_db()


def consent(cast: Cast, widest: Level = Level.PARTIES, *, by: str = "rolf", **facts: Any) -> SponsorConsent:
    """The borrower's consent that an institution shows what it learnt."""
    officer = cast.people[by]
    with acting_as(officer):
        company, _ = Company.objects.get_or_create(
            owner=officer.institution, network=cast.network, name="Wattle Holdings"
        )
        return documents.register_consent(
            by=officer,
            deal=cast.deal,
            company=company,
            covers="The financial model",
            widest=widest,
            evidence="Letter of 1 November, file 7",
            **facts,
        )


def taken_in_browser(web: Web, made: Document) -> tuple[Mapping[str, str], bytes]:
    """The file as a browser gets it, with its headers."""
    answer: Any = web.http.get(f"/admin/deals/document/{made.pk}/file/", secure=True)
    assert answer.status_code == 200
    return answer.headers, b"".join(answer.streaming_content)


def sees(cast: Cast, who: str, row: Confidential) -> bool:
    with acting_as(cast.people[who]):
        return type(row)._default_manager.filter(pk=row.pk).exists()
