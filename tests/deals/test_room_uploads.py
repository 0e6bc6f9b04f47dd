"""Files that come in: what is taken, what is refused, and that nothing of a refused one stays."""

import hashlib
from collections.abc import Iterator
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
from tests.room import PDF, consent, document, form, kept_files, partner, remove_files, upload

LARGEST = 200_000


@pytest.fixture(autouse=True)
def small(settings: Any) -> None:
    settings.DOCUMENT_LARGEST = LARGEST


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    remove_files()
    yield
    remove_files()


@pytest.fixture
def rhein(cast: Cast) -> System:
    return partner("rhein")


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
    (name,) = kept_files()
    assert "report" not in name
    path = Path(configured.STORAGES["documents"]["OPTIONS"]["location"]) / name
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"
    for address in (f"/{name}", f"/static/{name}", f"/documents/{name}", f"/media/{name}"):
        assert rhein.get(address).status == 404


@pytest.mark.parametrize("beyond", [1, LARGEST, 3 * LARGEST])
def test_too_large_a_file_is_a_413(cast: Cast, rhein: System, beyond: int) -> None:
    refused = upload(rhein, cast, PDF + b" " * (LARGEST + beyond - len(PDF)))
    assert (refused.status, refused.body["type"]) == (413, "urn:orebook:problem:too_large")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert kept_files() == []


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
    assert kept_files() == []


def test_a_file_given_as_text_is_none(cast: Cast, rhein: System) -> None:
    body = form(None, deal=str(cast.deal.pk), title="x", basis="own", file="%PDF-1.7")
    refused = rhein.post("documents", body, Content_Type="multipart/form-data; boundary=----a-boundary")
    assert (refused.status, refused.codes) == (422, {"/file": "invalid"})


@pytest.mark.parametrize("body", [b"", b"{}", b"------a-boundary\r\n", b"x" * 500])
def test_what_is_no_form_is_a_400(rhein: System, body: bytes) -> None:
    refused = rhein.post("documents", body, Content_Type="multipart/form-data; boundary=----a-boundary")
    assert refused.status in (400, 422)
    assert kept_files() == []
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
    assert kept_files() == []


def test_a_failure_after_the_file_takes_it_away_again(
    cast: Cast, rhein: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_rows: object, **_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("deals.api.room.documents.answer_waiting", fail)
    assert upload(rhein, cast).status == 500
    assert kept_files() == []
    with acting_as(cast.rolf):
        assert not Document.objects.exists()


def test_what_the_database_refuses_takes_it_away_again(cast: Cast, rhein: System) -> None:
    assert upload(rhein, cast, title="x" * 200, kind="nda", party=str(cast.deal.pk)).status == 422
    assert kept_files() == []


def test_a_repeat_with_the_same_key_keeps_one_file(cast: Cast, rhein: System) -> None:
    first = upload(rhein, cast, Idempotency_Key="k1")
    again = upload(rhein, cast, Idempotency_Key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(kept_files()) == 1
    other = upload(rhein, cast, PDF + b" ", Idempotency_Key="k1")
    assert (other.status, other.codes) == (422, {"/Idempotency-Key": "key_used"})
    assert len(kept_files()) == 1


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
    assert kept_files() == []


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
    assert kept_files() == [made.stored_as]
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.orphaned(ARRAY['a', %s])", [made.stored_as])
        assert cursor.fetchall() == [("a",)]
