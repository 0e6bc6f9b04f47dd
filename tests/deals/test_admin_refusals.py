"""What a form did not foresee and the database refuses: the page says so, and nothing of what was typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from deals.models import ConflictOfInterest, Deal, Question
from deals.services import deals
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.admin import follows
from tests.cast import Cast
from tests.room import document
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free", "documents_in_memory")

TODAY = date.today()
CONFLICT = {"company": "", "role": "", "level": "lead", "description": "We advise the sponsor."}


def test_a_rule_that_the_form_did_not_foresee_stands_beside_its_field(cast: Cast) -> None:
    days = {"since": str(TODAY), "until": str(TODAY - timedelta(days=1))}
    page = Web(cast.rolf).post("deals_room_conflict", cast.deal.pk, **CONFLICT, **days)
    assert page.status == 422
    assert "It ends after it began. Give a later day." in page.seen
    # What was typed is still there, in the form that was sent.
    assert "We advise the sponsor." in page.text
    assert f'value="{days["until"]}"' in page.text
    with acting_as(cast.rolf):
        assert not ConflictOfInterest.objects.exists()
    done = Web(cast.rolf).post("deals_room_conflict", cast.deal.pk, **CONFLICT, since=str(TODAY), until="")
    assert "The conflict of interest is declared." in done.seen


def test_a_question_goes_no_further_than_the_document_that_it_names(cast: Cast) -> None:
    paper = document(cast, by="rolf", level=Level.OWN)
    asked = {"text": "Is clause 7 final?", "level": "lead", "document": str(paper.pk), "to": ""}
    page = Web(cast.rolf).post("deals_room_question", cast.deal.pk, **asked)
    assert page.status == 422
    assert "It is told no further than its document." in page.seen
    assert "Is clause 7 final?" in page.text
    with acting_as(cast.rolf):
        assert not Question.objects.exists()


def test_what_no_form_takes_up_is_a_page_with_all_that_was_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follows, "follow", raising("check_violation", "follow_once_at_a_time"))
    web = Web(cast.ada)
    page = web.post("follow", cast.deal.pk, follow="yes")
    assert page.status == 409
    assert "This was not done You follow this deal already. Leave it so, or end it. Nothing was changed." in page.seen
    assert "You sent: Follow yes" in page.seen
    # Never the database's own words: they quote rows.
    assert "row 7" not in page.text


def test_a_move_that_nobody_wrote_down_is_refused_on_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database looks when all is done: that is on the page, not behind it."""

    def past_the_service(*, deal: Deal, **_: Any) -> None:
        Deal.objects.filter(pk=deal.pk).update(status="allocating")

    monkeypatch.setattr(deals, "change_deal", past_the_service)
    page = Web(cast.ada).post("deals_deal_act", cast.deal.pk, "change", name="Another name", code_name="")
    assert "What is moved is written down as a step." in page.seen
    assert "Name Another name" in page.seen
    assert page.status == 422
    with acting_as(cast.ada):
        assert Deal.objects.get(pk=cast.deal.pk).status == "in_market"


def test_a_second_question_to_a_broken_transaction_hides_no_refusal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that shows its page after an act that took nothing back."""
    monkeypatch.setattr(deals, "change_deal", raising("check_violation", "deal_target_has_currency"))
    page = Web(cast.ada).post("deals_deal_act", cast.deal.pk, "change", name="Another name", code_name="")
    assert page.status == 422
    assert "Give the target with its currency." in page.seen


def test_a_fault_that_is_no_rule_stays_a_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follows, "follow", raising("undefined_column", "row 7"))
    web = Web(cast.ada)
    web.http.raise_request_exception = False
    page = web.post("follow", cast.deal.pk, follow="yes")
    assert page.status == 500
    assert "row 7" not in page.text


def raising(state: str, constraint: str) -> Any:
    """A service in which the database refuses, by no transaction of its own."""

    def service(**_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'quotes row 7'"
                f" USING ERRCODE = '{state}', CONSTRAINT = '{constraint}'; END $$"
            )

    return service
