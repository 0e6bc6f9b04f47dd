"""Files that come in: what is taken, what is refused, and that nothing of a refused one stays."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from deals.models import Document
from deals.services.files import storage
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.api import System, person_of
from tests.cast import Cast
from tests.room import PDF, consent, document, form, office, partner, upload

LARGEST = 200_000


@pytest.fixture(autouse=True)
def small(settings: Any) -> None:
    settings.DOCUMENT_LARGEST = LARGEST


@pytest.fixture
def rhein(cast: Cast) -> System:
    return partner("rhein")


def files() -> list[str]:
    try:
        return sorted(storage().listdir("")[1])
    except FileNotFoundError:
        return []


def test_a_document_is_told_with_its_hash_and_type(cast: Cast, rhein: System) -> None:
    made = upload(rhein, cast, kind="report", level="lead", title="Technical report")
    assert made.status == 201, made.raw
    assert made.headers["Location"].endswith(f"/api/v1/documents/{made.body['id']}")
    told = {name: made.body[name] for name in ("title", "kind", "file_name", "media_type", "size", "sha256", "basis")}
    assert told == {
        "title": "Technical report", "kind": "report", "file_name": "report.pdf", "media_type": "application/pdf",
        "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest(), "basis": "own",
    }  # fmt: skip
    assert made.body["pending_approval"] is None
    assert "stored_as" not in made.body
    assert partner("austral").get(f"documents/{made.body['id']}").status == 200


def test_on_a_disk_files_have_random_names_and_are_the_applications_alone(cast: Cast, rhein: System) -> None:
    assert upload(rhein, cast).status == 201
    (name,) = files()
    assert "report" not in name
    path = Path(configured.STORAGES["documents"]["OPTIONS"]["location"]) / name
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"
    for address in (f"/{name}", f"/static/{name}", f"/documents/{name}", f"/media/{name}"):
        assert rhein.get(address).status == 404


TAKEN = {
    "a report": (PDF, "r.pdf", "application/pdf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "r.png", "image/png"),
    "a photograph": (b"\xff\xd8\xff\xe0" + b"\0" * 20, "r.JPG", "image/jpeg"),
    "a letter": (office("word/document.xml"), "r.docx", "application/vnd.openxmlformats-officedocument.wordprocessing"),
    "a model": (office("xl/workbook.xml"), "r.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml"),
    "slides": (office("ppt/presentation.xml"), "r.pptx", "application/vnd.openxmlformats-officedocument.presentation"),
    "a text": ("Überblick\n鉱山\n".encode(), "r.txt", "text/plain"),
    "a table": (b"a;b\r\n1;2\r\n", "r.csv", "text/csv"),
}


@pytest.mark.parametrize(("raw", "name", "media_type"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken_is_known_by_what_is_in_it(
    cast: Cast, rhein: System, raw: bytes, name: str, media_type: str
) -> None:
    made = upload(rhein, cast, raw, name)
    assert made.status == 201, made.raw
    assert made.body["media_type"].startswith(media_type)
    assert made.body["file_name"] == name


NOT_TAKEN = {
    "a program with a report's name": b"MZ\x90\x00\x03\x00\x00\x00",
    "another system's program": b"\x7fELF\x02\x01\x01",
    "a report that begins later": b"\n\n%PDF-1.7\n\xe2\xe3\xcf\xd3",
    "an archive": office("evil.exe"),
    "a workbook with macros": office("xl/workbook.xml", "xl/vbaProject.bin"),
    "half an office file": office("word/document.xml")[:60],
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a moving picture": b"GIF89a" + b"\0\x01" * 10,
    "text with what no text holds": b"a\0b",
    "text of another encoding": "Überblick".encode("latin-1"),
    "a text that breaks off": "鉱".encode()[:2],
}


@pytest.mark.parametrize("raw", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_the_wrong_kind_is_refused_whatever_its_name(cast: Cast, rhein: System, raw: bytes) -> None:
    refused = upload(rhein, cast, raw, "report.pdf")
    assert (refused.status, refused.codes) == (422, {"/file": "file_type_not_taken"})
    assert files() == []


NAMES = {
    "..\\..\\windows\\system.pdf": "system.pdf",
    "../../etc/passwd": "passwd.pdf",
    "/etc/cron.d/x.pdf": "x.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe.pdf",
    "a\tb.pdf": "ab.pdf",
    "report.pdf.exe": "report.pdf.exe.pdf",
    "evil.html": "evil.html.pdf",
    "...": "document.pdf",
    "a?b*c|d.pdf": "a_b_c_d.pdf",
    "鉱山.pdf": "鉱山.pdf",
    "n" * 300 + ".pdf": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_plain(cast: Cast, rhein: System, name: str) -> None:
    made = upload(rhein, cast, file_name=name)
    assert made.status == 201, made.raw
    told = made.body["file_name"]
    assert told == NAMES[name] or (NAMES[name] is None and len(told) <= 120 and told.endswith(".pdf"))
    sent = rhein.get(f"documents/{made.body['id']}/file").headers["Content-Disposition"]
    assert sent.startswith("attachment; filename")
    assert sent.isascii()
    assert not set("\r\n/\\") & set(sent)


def test_a_line_break_in_a_name_makes_no_header(cast: Cast, rhein: System) -> None:
    made = upload(rhein, cast, file_name="a.pdf\r\nSet-Cookie: x=1")
    if made.status == 201:
        assert "Set-Cookie" not in rhein.get(f"documents/{made.body['id']}/file").headers
    else:
        assert made.status in (400, 422)


@pytest.mark.parametrize("beyond", [1, LARGEST, 3 * LARGEST])
def test_too_large_a_file_is_a_413(cast: Cast, rhein: System, beyond: int) -> None:
    refused = upload(rhein, cast, PDF + b" " * (LARGEST + beyond - len(PDF)))
    assert (refused.status, refused.body["type"]) == (413, "urn:orebook:problem:too_large")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert files() == []


def test_the_largest_is_taken(cast: Cast, rhein: System) -> None:
    assert upload(rhein, cast, PDF + b" " * (LARGEST - len(PDF))).status == 201


def test_a_larger_one_than_a_form_may_be_is_not_read(cast: Cast) -> None:
    person = person_of("rolf@rhein.example")
    path = f"/admin/deals/deal/{cast.deal.pk}/room/document/"
    answer = person.http.post(path, {"file": b"x"}, secure=True, headers={"Content-Length": str(LARGEST * 3)})
    assert answer.status_code == 400


WRONG = {
    "no file": ({}, None, {"/file": "required"}),
    "an empty file": ({}, b"", {"/file": "file_empty"}),
    "no title": ({"title": None}, PDF, {"/title": "required"}),
    "an unknown field": ({"stored_as": "x"}, PDF, {"/stored_as": "unknown_field"}),
    "an unknown kind": ({"kind": "secret"}, PDF, {"/kind": "unknown_code"}),
    "no basis": ({"basis": None}, PDF, {"/basis": "required"}),
    "a consent that is not named": ({"basis": "sponsor_consent"}, PDF, {"/basis": "basis_incomplete"}),
    "a source that is not named": ({"basis": "public_source"}, PDF, {"/basis": "basis_incomplete"}),
    "a source of its own": ({"public_source": "a page"}, PDF, {"/basis": "basis_incomplete"}),
    "a deal that isn't there": ({"deal": "11111111-1111-4111-8111-111111111111"}, PDF, {"/deal": "not_found"}),
    "a consent that isn't there": (
        {"basis": "sponsor_consent", "consent": "11111111-1111-4111-8111-111111111111"}, PDF, {"/consent": "not_found"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "file", "faults"), WRONG.values(), ids=WRONG)
def test_bad_fields_are_named_and_leave_no_file(
    cast: Cast, rhein: System, fields: dict[str, Any], file: bytes | None, faults: dict[str, str]
) -> None:
    refused = upload(rhein, cast, file, **fields)
    assert (refused.status, refused.codes) == (422, faults)
    assert files() == []


def test_a_file_given_as_text_is_none(cast: Cast, rhein: System) -> None:
    body = form(None, deal=str(cast.deal.pk), title="x", basis="own", file="%PDF-1.7")
    refused = rhein.post("documents", body, Content_Type="multipart/form-data; boundary=----a-boundary")
    assert (refused.status, refused.codes) == (422, {"/file": "invalid"})


@pytest.mark.parametrize("body", [b"", b"{}", b"------a-boundary\r\n", b"x" * 500])
def test_what_is_no_form_is_a_400(rhein: System, body: bytes) -> None:
    refused = rhein.post("documents", body, Content_Type="multipart/form-data; boundary=----a-boundary")
    assert refused.status in (400, 422)
    assert files() == []
    assert rhein.post("documents", {"title": "x"}).status == 415


def test_a_field_that_is_there_twice_is_refused(cast: Cast, rhein: System) -> None:
    first = form(None, level="own", title="x")
    twice = first.removesuffix(b"------a-boundary--\r\n") + form(PDF, level="public")
    refused = rhein.post("documents", twice, Content_Type="multipart/form-data; boundary=----a-boundary")
    assert (refused.status, refused.codes) == (400, {"/level": "duplicate_key"})


def test_another_bank_cannot_be_spoken_for(cast: Cast, rhein: System) -> None:
    theirs = document(cast, Level.PARTIES, by="mina")
    given = consent(cast, by="mina", level=Level.LEAD)
    for field, row in {"replaces": theirs.pk, "consent": given.pk}.items():
        facts: dict[str, Any] = {"basis": "sponsor_consent" if field == "consent" else "own", field: str(row)}
        refused = upload(rhein, cast, **facts)
        assert (refused.status, refused.codes) == (422, {f"/{field}": "not_found"})


def test_whoever_may_not_write_puts_nothing_in(cast: Cast) -> None:
    assert upload(partner("rhein", "registry:read"), cast).status == 403
    assert upload(System(), cast).status == 401
    outside = upload(partner("maple"), cast)
    assert (outside.status, outside.codes) == (422, {"/deal": "not_found"})
    assert files() == []


def test_a_failure_after_the_file_takes_it_away_again(
    cast: Cast, rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_rows: object, **_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("deals.api.room.documents.answer_waiting", fail)
    assert upload(rhein, cast).status == 500
    assert files() == []
    with acting_as(cast.rolf):
        assert not Document.objects.exists()


def test_what_the_database_refuses_takes_it_away_again(cast: Cast, rhein: System) -> None:
    assert upload(rhein, cast, title="x" * 200, kind="nda", party=str(cast.deal.pk)).status == 422
    assert files() == []


def test_a_repeat_with_the_same_key_keeps_one_file(cast: Cast, rhein: System) -> None:
    first = upload(rhein, cast, Idempotency_Key="k1")
    again = upload(rhein, cast, Idempotency_Key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(files()) == 1
    other = upload(rhein, cast, PDF + b" ", Idempotency_Key="k1")
    assert (other.status, other.codes) == (422, {"/Idempotency-Key": "key_used"})
    assert len(files()) == 1


def test_a_new_version_names_the_old_one(cast: Cast, rhein: System) -> None:
    first = upload(rhein, cast, level="lead").body
    second = upload(rhein, cast, PDF + b"2", level="lead", replaces=first["id"]).body
    assert second["replaces"] == first["id"]
    assert rhein.get(f"documents/{first['id']}").body["sha256"] == first["sha256"]


def test_to_parties_it_goes_when_an_approver_confirms(cast: Cast, rhein: System) -> None:
    made = upload(rhein, cast, level="parties").body
    assert made["level"] == "own"
    sakura, austral = partner("sakura"), partner("austral")
    assert austral.get(f"documents/{made['id']}").status == 404
    approver = partner("rhein", "registry:read commitments:approve", "rita@rhein.example")
    done = approver.post(f"approvals/{made['pending_approval']['id']}/confirm", {"reference": "B-7"})
    assert done.status == 200, done.raw
    assert austral.get(f"documents/{made['id']}").body["level"] == "parties"
    assert sakura.get(f"documents/{made['id']}").status == 404


def test_who_may_prepare_nothing_for_an_approver_is_told_so(cast: Cast) -> None:
    refused = upload(partner("rhein", "registry:read deals:write"), cast, level="parties")
    assert refused.status == 403
    assert "commitments:write" in refused.body["detail"]
    assert files() == []


def test_the_level_is_changed_with_the_version_that_was_read(cast: Cast, rhein: System) -> None:
    made = upload(rhein, cast, level="lead").body
    path = f"documents/{made['id']}"
    assert rhein.patch(path, {"level": "own"}).status == 428
    assert rhein.patch(path, {"level": "own"}, "0" * 32).status == 412
    done = rhein.patch(path, {"level": "own"}, made["version"])
    assert (done.status, done.body["level"]) == (200, "own")
    assert partner("austral").get(path).status == 404


def test_anothers_is_not_changed(cast: Cast) -> None:
    made = document(cast, Level.PARTIES, by="mina")
    rhein = partner("rhein")
    version = rhein.get(f"documents/{made.pk}").body["version"]
    assert rhein.patch(f"documents/{made.pk}", {"level": "own"}, version).status == 403


def test_storage_names_that_nobody_has_are_found(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    made = document(cast)
    left = storage().save("left-behind", ContentFile(b"x"))
    call_command("orphaned_files")
    assert capsys.readouterr().out == ""
    call_command("orphaned_files", older=0)
    assert capsys.readouterr().out == f"{left}\n"
    call_command("orphaned_files", older=0, remove=True)
    assert files() == [made.stored_as]
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.orphaned(ARRAY['a', %s])", [made.stored_as])
        assert cursor.fetchall() == [("a",)]


@pytest.fixture(autouse=True)
def emptied() -> Any:
    yield
    for name in files():
        storage().delete(name)
