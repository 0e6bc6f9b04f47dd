"""Files that go out: to whom sees the document, whole, as it was put in, and with a receipt."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from deals.models import Document, Download, Party
from deals.services import documents
from deals.services.files import storage
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.api import Answer, person_of
from tests.cast import Cast
from tests.room import PDF, consent, document, partner, remove_files


@pytest.fixture(params=["on a disk", "in memory"])
def kept(request: pytest.FixtureRequest) -> str:
    """Nothing may assume that a file has a path."""
    if request.param == "in memory":
        request.getfixturevalue("documents_in_memory")
    return str(request.param)


def masked(answer: Answer) -> dict[str, Any]:
    return {**answer.body, "request_id": ""}


def receipts(cast: Cast, who: str = "rolf") -> int:
    with acting_as(cast.people[who]):
        return Download.objects.count()


def test_the_file_comes_out_as_it_went_in_and_a_receipt_is_left(cast: Cast, kept: str) -> None:
    made = document(cast, Level.LEAD)
    austral = partner("austral", "registry:read", "ada@austral.example")
    got = austral.get(f"documents/{made.pk}/file")
    assert (got.status, got.raw) == (200, PDF)
    expected = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": 'attachment; filename="model.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Accept-Ranges": "none",
    }
    assert {name: got.headers[name] for name in expected} == expected
    for reader in (austral, partner("rhein")):
        (receipt,) = reader.all(f"downloads?document={made.pk}")
        assert receipt["institution"] == str(cast.bank("austral").pk)
        assert receipt["document"] == str(made.pk)
        assert receipt["who"].endswith("(Ada)")


def test_a_person_takes_it_in_the_browser_by_name(cast: Cast) -> None:
    made = document(cast, Level.LEAD)
    assert person_of("ada@austral.example").get(f"documents/{made.pk}/file").status == 200
    with acting_as(cast.rolf):
        assert Download.objects.get().who == "Ada"


def test_the_feed_tells_both_of_the_receipt(cast: Cast) -> None:
    made = document(cast, Level.PARTIES)
    person_of("mina@hanok.example").get(f"documents/{made.pk}/file")
    with acting_as(cast.rita):
        assert Download.objects.get().owner_id == cast.bank("hanok").pk


def of_itself(answer: Answer) -> dict[str, str]:
    """The headers without what follows from the length of the id, and from how much was asked before."""
    own = ("Content-Length", "RateLimit", "X-Request-ID")
    return {name: value for name, value in answer.headers.items() if name not in own}


@pytest.mark.parametrize(
    "who", ["dami@hanok.example", "sora@sakura.example", "marc@maple.example", "dora@desk.example"]
)
def test_a_hidden_document_is_as_a_missing_one_on_every_route(cast: Cast, who: str) -> None:
    made, gone = document(cast, Level.PARTIES), uuid4()
    stranger = person_of(who)
    for path in ("", "/file"):
        hidden, missing = (stranger.get(f"documents/{key}{path}") for key in (made.pk, gone))
        assert hidden.status == missing.status == 404
        assert masked(hidden) == masked(missing)
        assert of_itself(hidden) == of_itself(missing)
        heads = [stranger.send("HEAD", f"documents/{key}{path}") for key in (made.pk, gone)]
        assert [head.status for head in heads] == [404, 404]
        assert of_itself(heads[0]) == of_itself(heads[1])
    assert stranger.get(f"documents?deal={made.deal_id}").body["results"] == []
    assert stranger.get(f"documents?sha256={made.sha256}&count=true").body["count"] == 0
    assert stranger.get(f"downloads?document={made.pk}").body["results"] == []
    for key in ("x", "../../etc/passwd", "%00"):
        assert stranger.get(f"documents/{key}/file").status == 404
    assert receipts(cast) == 0


def test_whoever_was_revoked_takes_nothing_more(cast: Cast) -> None:
    made = document(cast, Level.PARTIES, by="mina")
    rhein = partner("rhein")
    assert rhein.get(f"documents/{made.pk}/file").status == 200
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(left_on=timezone.now().date())
    assert rhein.get(f"documents/{made.pk}/file").status == 404
    # Its own receipt stays, without the document that it doesn't see.
    (receipt,) = rhein.all("downloads")
    assert receipt["document"] is None


def test_an_ended_consent_hides_the_file_from_all_but_the_owner(cast: Cast) -> None:
    given = consent(cast)
    made = document(cast, Level.PARTIES, consent=given)
    austral, rhein = partner("austral"), partner("rhein")
    assert austral.get(f"documents/{made.pk}/file").status == 200
    with acting_as(cast.rolf):
        documents.end_consent(by=cast.rolf, consent=given)
    assert [bank.get(f"documents/{made.pk}/file").status for bank in (austral, rhein)] == [404, 200]


def test_head_and_range_give_no_piece_without_a_receipt(cast: Cast) -> None:
    made = document(cast, Level.LEAD)
    austral = partner("austral")
    head = austral.send("HEAD", f"documents/{made.pk}/file")
    assert (head.status, head.raw, head.headers["Content-Length"]) == (200, b"", str(len(PDF)))
    assert receipts(cast) == 0
    got = austral.get(f"documents/{made.pk}/file", Range="bytes=0-3")
    assert (got.status, got.raw) == (200, PDF)
    assert austral.get(f"documents/{made.pk}/file", If_None_Match="*").status == 200
    assert receipts(cast) == 2


@pytest.mark.parametrize("damage", ["gone", "changed", "cut"])
def test_a_damaged_file_is_never_sent(cast: Cast, kept: str, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    from django.core.files.base import ContentFile

    made = document(cast, Level.LEAD)
    storage().delete(made.stored_as)
    if damage != "gone":
        storage().save(made.stored_as, ContentFile(PDF[:-1] if damage == "cut" else PDF[:-1] + b"!"))
    with caplog.at_level(logging.ERROR):
        got = partner("austral").get(f"documents/{made.pk}/file")
    assert (got.status, got.body["type"]) == (500, "urn:orebook:problem:file_damaged")
    assert "whoever runs this registry" in got.body["detail"]
    said = [record.getMessage() for record in caplog.records if record.name == "orebook.documents"]
    assert len(said) == 1
    assert str(made.pk) in said[0]
    assert made.title not in caplog.text
    assert receipts(cast) == 0


def test_a_receipt_is_committed_before_the_first_byte(committed_cast: Cast) -> None:
    cast = committed_cast
    made = document(cast, Level.LEAD)
    austral = partner("austral", "registry:read", "ada@austral.example")
    headers = {"Authorization": f"Bearer {austral.token}"}
    response = austral.http.get(f"/api/v1/documents/{made.pk}/file", headers=headers, secure=True)
    # Nothing of the body was asked for yet.
    assert receipts(cast) == 1
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]


def test_a_document_told_further_than_its_deal_is_taken_without_naming_it(cast: Cast) -> None:
    made = document(cast, Level.NETWORK)
    maple = partner("maple")
    assert maple.get(f"documents/{made.pk}").body["deal"] is None
    assert maple.get(f"documents/{made.pk}/file").status == 200
    assert receipts(cast) == 1
    (receipt,) = maple.all("downloads")
    assert receipt["deal"] is None


def test_a_client_without_a_person_who_answers_takes_nothing(cast: Cast) -> None:
    from institutions.models import Client

    made = document(cast, Level.LEAD)
    austral = partner("austral")
    Client.objects.filter(institution=cast.bank("austral")).update(responsible=None)
    assert austral.get(f"documents/{made.pk}/file").status == 403
    assert receipts(cast) == 0


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    yield
    remove_files()


def test_the_list_tells_each_reader_its_own(cast: Cast) -> None:
    given = consent(cast, until=timezone.now().date() + timedelta(days=3))
    made = document(cast, Level.PARTIES, consent=given)
    told = partner("austral").get(f"documents?deal={cast.deal.pk}&basis=sponsor_consent").body["results"]
    assert [row["id"] for row in told] == [str(made.pk)]
    # The consent itself is its owner's.
    assert told[0]["consent"] is None
    assert told[0]["shown_until"]
    (own,) = partner("rhein").all("documents")
    assert own["consent"] == str(given.pk)
    with acting_as(cast.rolf):
        assert Document.objects.count() == 1
