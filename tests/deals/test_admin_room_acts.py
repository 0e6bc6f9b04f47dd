"""What is asked, commissioned, declared and replied in the deal room's pages."""

from datetime import date, timedelta
from typing import Any

import pytest

from deals.models import ConflictOfInterest, Party, Question, Report
from deals.services import reports
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.room import approve, document
from tests.web import Page, Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free", "documents_in_memory")

TODAY = date.today()


def test_a_question_is_asked_and_answered(cast: Cast) -> None:
    page = Web(cast.rolf).post("deals_room_question", cast.deal.pk, text="Which offtake?\nAnd why?", level="lead")
    assert "The question is asked." in page.seen
    assert "Rhein to the lead" in page.seen
    with acting_as(cast.rolf):
        asked = Question.objects.get()
    assert Web(cast.rolf).get("deals_question_answer", asked.pk).status == 404
    lead = Web(cast.ada)
    assert "Which offtake?" in lead.get("deals_question_answer", asked.pk).seen
    assert "The question is answered." in lead.post("deals_question_answer", asked.pk, text="One.", level="own").seen
    assert "One. Austral" in Web(cast.rolf).get("deals_deal_room", cast.deal.pk).seen
    assert "Which offtake?" not in Web(cast.mina).get("deals_deal_room", cast.deal.pk).seen


def report(cast: Cast, by: str = "ada", **changed: Any) -> Page:
    form = {"workstream": "technical", "scope": "", "level": "lead", "commissioned_on": "", "until": ""}
    return Web(cast.people[by]).post("deals_room_report", cast.deal.pk, **form | changed)


def test_a_second_report_is_warned_of_before_it_is_recorded(cast: Cast) -> None:
    with acting_as(cast.rolf):
        reports.commission_report(by=cast.rolf, deal=cast.deal, workstream="technical")
    page = report(cast)
    assert page.status == 422
    assert "Rhein commissioned a technical report" in page.seen
    assert "Nothing is recorded yet. Send it again if you mean it." in page.seen
    with acting_as(cast.ada):
        assert Report.objects.count() == 1
    warned = page.text.split('name="warned" value="')[1].split('"')[0]
    # Another workstream is another question; the same one again is meant.
    done = report(cast, warned=warned)
    assert "The report is recorded as commissioned." in done.seen
    assert done.seen.count("more than one") == 2
    with acting_as(cast.ada):
        assert Report.objects.count() == 2


def test_a_hidden_report_is_no_reason_to_warn(cast: Cast) -> None:
    with acting_as(cast.rolf):
        reports.commission_report(by=cast.rolf, deal=cast.deal, workstream="technical", level=Level.OWN)
    assert "The report is recorded as commissioned." in report(cast).seen


def test_a_report_is_delivered(cast: Cast) -> None:
    report(cast, relying=[str(cast.bank("rhein").pk)], until=(TODAY + timedelta(days=9)).isoformat())
    with acting_as(cast.ada):
        made = Report.objects.get()
    paper = document(cast, Level.LEAD, by="ada")
    page = Web(cast.ada).post("deals_report_delivery", made.pk, delivered_on="", document=str(paper.pk))
    assert "The delivery is recorded." in page.seen
    assert f"Rhein until {TODAY + timedelta(days=9):%-d %b %Y}" in page.seen
    assert Web(cast.rolf).get("deals_report_delivery", made.pk).status == 404


def test_a_conflict_is_declared_and_ended(cast: Cast) -> None:
    page = Web(cast.rolf).post("deals_room_conflict", cast.deal.pk, description="We own the buyer.", level="parties")
    assert "until an approver confirms 'parties'" in page.seen
    with acting_as(cast.rolf):
        made = ConflictOfInterest.objects.get()
    approve(cast, made, by="rolf")
    assert "We own the buyer." in Web(cast.mina).get("deals_deal_room", cast.deal.pk).seen
    assert "We own the buyer." not in Web(cast.sora).get("deals_deal_room", cast.deal.pk).seen
    assert "Its end is stated" in Web(cast.rolf).post("deals_conflict_end", made.pk, on="").seen


def test_the_registrar_keeps_ndas_and_ends(cast: Cast) -> None:
    with acting_as(cast.ada):
        party = Party.objects.get(institution=cast.bank("sakura"))
    lead = Web(cast.ada)
    page = lead.post("deals_party_nda", party.pk, signed_on=TODAY.isoformat(), expires_on="", version="v2")
    assert "The NDA of Sakura is in force once an approver of your institution confirms it." in page.seen
    assert (
        "expires after it was signed"
        in lead.post("deals_party_nda", party.pk, signed_on=TODAY.isoformat(), expires_on=TODAY.isoformat()).seen
    )
    for name in ("deals_party_nda", "deals_party_end"):
        assert Web(cast.rolf).get(name, party.pk).status == 404
    assert "has ended" in lead.post("deals_party_end", party.pk, on="").seen
    assert Web(cast.sora).get("deals_deal_room", cast.deal.pk).status == 404


def test_who_leaves_is_shown_the_door_at_once(cast: Cast) -> None:
    with acting_as(cast.sora):
        party = Party.objects.get(institution=cast.bank("sakura"))
    web = Web(cast.sora)
    assert "You have accepted." in web.post("deals_party_reply", party.pk, answer="accepted", note="").seen
    assert "We decline" not in web.get("deals_party_reply", party.pk).seen
    page = web.http.post(
        f"/admin/deals/room/party/{party.pk}/reply/", {"answer": "left", "note": "No mandate"}, secure=True
    )
    assert page.status_code == 302
    assert web.get("deals_deal_room", cast.deal.pk).status == 404
    assert web.get("deals_deal_change", cast.deal.pk).status == 404
    shown = Web(cast.ada).get("deals_deal_room", cast.deal.pk).seen
    assert "left" in shown
    assert "No mandate" in shown
    assert "No mandate" not in Web(cast.rolf).get("deals_deal_room", cast.deal.pk).seen
