"""The deal room in the web admin: what its pages show, what its forms do, and what they refuse."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deals.models import Document, Download, SponsorConsent
from deals.services import questions, reports
from deals.services.files import storage
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.cast import Cast
from tests.room import PDF, consent, document, taken_in_browser
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free", "documents_in_memory")]

TODAY = date.today()


def put_in(cast: Cast, *, by: str = "rolf", raw: bytes = PDF, name: str = "model.pdf", **changed: Any) -> Page:
    form = {"title": "Wattle model", "kind": "financial_model", "basis": "own", "level": "lead"}
    file = SimpleUploadedFile(name, raw)
    return Web(cast.people[by]).post("deals_room_document", cast.deal.pk, **form | changed, file=file)


def test_an_empty_room_says_what_will_stand_there(cast: Cast) -> None:
    page = Web(cast.rolf).get("deals_deal_room", cast.deal.pk)
    assert page.status == 200
    for said in (
        "No document here that you may see.",
        "Nothing was asked that you may see.",
        "No report that you may see.",
        "None is declared that you may see.",
    ):
        assert said in page.seen
    assert "NDA in force until" in page.seen


def test_the_deal_leads_to_its_room(cast: Cast) -> None:
    assert f"/admin/deals/deal/{cast.deal.pk}/room/" in Web(cast.rolf).get("deals_deal_change", cast.deal.pk).text


def test_whoever_reads_only_is_told_whom_to_ask(cast: Cast) -> None:
    page = Web(cast.rita).get("deals_deal_room", cast.deal.pk)
    assert "ask an officer: Rolf" in page.seen
    assert "Put in a document" not in page.seen
    refused = put_in(cast, by="rita")
    assert refused.status == 403
    assert "This needs the role officer" in refused.seen


def test_a_document_is_put_in_read_and_taken(cast: Cast) -> None:
    page = put_in(cast)
    assert "The document is in the room." in page.seen
    assert "Wattle model Financial Model Rhein Own" in page.seen
    with acting_as(cast.rolf):
        made = Document.objects.get()
    lead = Web(cast.ada)
    shown = lead.get("deals_document_change", made.pk)
    assert "Rhein Förderbank" in shown.seen
    assert made.sha256 in shown.seen
    assert "Nobody of your institution has taken it yet." in shown.seen
    headers, raw = taken_in_browser(lead, made)
    assert raw == PDF
    assert headers["Content-Disposition"] == 'attachment; filename="model.pdf"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private, no-store")
    assert "Austral Ada" in Web(cast.rita).get("deals_document_change", made.pk).seen
    # Asking in another way takes nothing, and leaves no receipt.
    assert lead.http.post(f"/admin/deals/document/{made.pk}/file/", secure=True).status_code == 302
    with acting_as(cast.rolf):
        assert Download.objects.count() == 1


def test_to_parties_it_waits_for_an_approver_who_reads_what_it_is(cast: Cast) -> None:
    page = put_in(cast, level="parties")
    assert "told to your institution only until an approver confirms 'parties'" in page.seen
    waiting = Web(cast.rita).get("approvals").seen
    assert "Tell parties of the document 'Wattle model' in Wattle senior package" in waiting
    assert "Tell the document to 'parties'" in waiting
    with acting_as(cast.rita):
        approval = Approval.objects.get()
    Web(cast.rita).post("approval", approval.pk, decision="confirmed")
    assert "Wattle model" in Web(cast.mina).get("deals_deal_room", cast.deal.pk).seen
    assert "Wattle model" not in Web(cast.sora).get("deals_deal_room", cast.deal.pk).seen


BAD = {
    "no file": ({"file": ""}, "file", "This field is required"),
    "no title": ({"title": ""}, "title", "This field is required"),
    "a title with a line break": ({"title": "a\r\nb"}, "title", "can't be seen"),
    "a turned title": ({"title": "a\u202eb"}, "title", "can't be seen"),
    "a consent that is not named": ({"basis": "sponsor_consent"}, "basis", "Say by what right"),
    "another's consent": (
        {"basis": "sponsor_consent", "consent": str(uuid4())},
        "consent",
        "Choose one of those that you see, or none.",
    ),
    "no consent's id": (
        {"basis": "sponsor_consent", "consent": "x"},
        "consent",
        "Choose one of those that you see, or none.",
    ),
    "an unknown level": ({"level": "friends"}, "level", "not one of the available choices"),
}


@pytest.mark.parametrize(("changed", "field", "says"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_at_its_field_and_leaves_no_file(
    cast: Cast, changed: dict[str, Any], field: str, says: str
) -> None:
    form = {"title": "Wattle model", "kind": "report", "basis": "own", "level": "lead"}
    file = {} if "file" in changed else {"file": SimpleUploadedFile("model.pdf", PDF)}
    page = Web(cast.rolf).post("deals_room_document", cast.deal.pk, **form | changed | file)
    assert page.status == 422
    marked = page.text.split(f'name="{field}"')[0].rsplit('<div class="ob-field', 1)[1]
    assert marked.startswith(" ob-wrong"), f"{field} is not marked"
    assert says in page.seen
    assert storage().listdir("")[1] == []
    with acting_as(cast.rolf):
        assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("raw", "says"), [(b"MZ\x90\0", "none of the kinds of file"), (b"", "The file is empty"), (None, "at most")]
)
def test_a_bad_file_is_refused_at_its_field(cast: Cast, settings: Any, raw: bytes | None, says: str) -> None:
    settings.DOCUMENT_LARGEST = 100_000
    page = put_in(cast, raw=PDF + b" " * 100_000 if raw is None else raw)
    assert page.status == 422
    assert says in page.seen
    assert storage().listdir("")[1] == []


def test_a_damaged_file_is_said_to_be_so(cast: Cast) -> None:
    made = document(cast, Level.LEAD)
    storage().delete(made.stored_as)
    page = Web(cast.ada).get("deals_document_file", made.pk)
    assert page.status == 500
    assert "tell whoever runs this registry" in page.seen
    with acting_as(cast.rolf):
        assert not Download.objects.exists()


def test_the_owner_says_how_far_it_is_told(cast: Cast) -> None:
    made = document(cast, Level.LEAD)
    page = Web(cast.rolf).post("deals_document_level", made.pk, level="own")
    assert "Told from now on: 'own'." in page.seen
    assert Web(cast.ada).get("deals_document_change", made.pk).status == 404
    assert Web(cast.ada).post("deals_document_level", made.pk, level="own").status == 404


def test_a_consent_is_registered_used_and_taken_back(cast: Cast) -> None:
    with acting_as(cast.ada):
        company = cast.deal.borrower_id
    facts = {"company": str(company), "covers": "Model", "widest": "lead", "evidence": "File 7", "until": ""}
    page = Web(cast.ada).post("deals_room_consent", cast.deal.pk, **facts)
    assert "The consent is registered." in page.seen
    with acting_as(cast.ada):
        given = SponsorConsent.objects.get()
    wide = put_in(cast, by="ada", basis="sponsor_consent", consent=str(given.pk), level="parties")
    assert "The consent goes to 'lead' at most" in wide.seen
    assert put_in(cast, by="ada", basis="sponsor_consent", consent=str(given.pk)).status == 200
    page = Web(cast.ada).post("deals_consent_end", given.pk)
    assert "shown to nobody else any more" in page.seen
    assert "taken back" in page.seen
    assert Web(cast.rolf).post("deals_consent_end", given.pk).status == 404


def test_hidden_rows_and_rooms_are_answered_like_missing_ones(cast: Cast) -> None:
    made = document(cast, Level.OWN)
    with acting_as(cast.rolf):
        asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Why?", level=Level.OWN)
        told = reports.commission_report(by=cast.rolf, deal=cast.deal, workstream="legal", level=Level.OWN)
    given = consent(cast)
    hidden = {
        "deals_document_change": made, "deals_document_file": made, "deals_document_level": made,
        "deals_question_answer": asked, "deals_report_delivery": told, "deals_consent_end": given,
    }  # fmt: skip
    lead = Web(cast.ada)
    for name, row in hidden.items():
        for ask in (lead.get, lead.post):
            there, gone = ask(name, row.pk), ask(name, uuid4())
            assert (there.status, gone.status) == (404, 404), name
            assert there.raw == gone.raw, name
            assert there.queries == gone.queries, name
    stranger = Web(cast.marc)
    for name in ("room", "room_document", "room_consent", "room_question", "room_report", "room_conflict"):
        page = f"deals_deal_{name}" if name == "room" else f"deals_{name}"
        for ask in (stranger.get, stranger.post):
            assert ask(page, cast.deal.pk).raw == ask(page, uuid4()).raw


def test_what_a_bank_does_in_secret_changes_no_room_of_its_rivals(cast: Cast) -> None:
    document(cast, Level.PARTIES, by="ada")
    web = Web(cast.mina)
    before = web.get("deals_deal_room", cast.deal.pk)
    made = document(cast, Level.LEAD)
    consent(cast)
    with acting_as(cast.rolf):
        questions.ask_question(by=cast.rolf, deal=cast.deal, text="Why?")
        reports.commission_report(by=cast.rolf, deal=cast.deal, workstream="legal")
    taken_in_browser(Web(cast.ada), made)
    after = web.get("deals_deal_room", cast.deal.pk)
    assert after.masked == before.masked
    assert after.queries == before.queries


def test_rows_raise_no_questions(cast: Cast) -> None:
    def fill() -> None:
        made = document(cast, Level.LEAD, by="ada", consent=consent(cast, by="ada"))
        with acting_as(cast.ada):
            reports.commission_report(by=cast.ada, deal=cast.deal, workstream="legal")
        with acting_as(cast.rolf):
            asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Why?")
        with acting_as(cast.ada):
            questions.answer_question(by=cast.ada, question=asked, text="So.", document=made)

    web = Web(cast.ada)
    fill()
    one = web.get("deals_deal_room", cast.deal.pk).queries
    fill()
    fill()
    assert web.get("deals_deal_room", cast.deal.pk).queries == one
