"""Conditions precedent in the web admin: added, decided and changed by their institution, and what blocks the close."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from deals.models import Commitment, Condition
from deals.services.deciding import Wait
from deals.services.disclosure import set_level
from deals.tasks import warn
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import condition, letter, moved
from tests.cast import Cast
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def add(who: Web, commitment: Commitment, **facts: object) -> Page:
    given = {"kind": "documentation", "text": "Facility agreement", "level": "own"} | facts
    return who.post("deals_commitment_condition", commitment.pk, **given)


def test_a_condition_is_added_and_stands_on_its_commitment(cast: Cast) -> None:
    made, web = letter(cast), Web(cast.mina)
    answer = add(web, made, due_on="2030-01-01", responsible="Borrower")
    assert "The condition stands." in answer.seen
    assert "Facility agreement documentation, brought by Borrower open 1 Jan 2030" in answer.seen
    assert "Hanok added a condition precedent" in web.get("history").seen


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "a\u202eb"}, "characters that can't be seen"),
        ({"due_on": "soon"}, "YYYY-MM-DD"),
        ({"stage": "approved"}, "Name the commitment and the stage"),
        ({"level": "network"}, "no further than its commitment"),
        ({"awaited": str(uuid4()), "stage": "approved"}, "Choose one of those that you see"),
        ({"awaited": "x", "stage": "approved"}, "Choose one of those that you see"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, facts: dict[str, str], says: str) -> None:
    answer = add(Web(cast.mina), letter(cast), **facts)
    assert (answer.status, says in answer.seen) == (422, True), answer.seen


def test_it_is_satisfied_with_evidence(cast: Cast) -> None:
    only, web = condition(cast, letter(cast)), Web(cast.mina)
    refused = web.post("deals_condition_decide", only.pk, to="satisfied")
    assert (refused.status, "by what it is satisfied" in refused.seen) == (422, True)
    answer = web.post("deals_condition_decide", only.pk, to="satisfied", evidence="Minutes of 3 March")
    assert "The condition is now: satisfied" in answer.seen
    assert "Evidence Minutes of 3 March" in answer.seen
    assert "Decide it" not in answer.seen


def test_waiving_what_two_persons_approved_is_laid_before_an_approver_in_words(cast: Cast) -> None:
    made = letter(cast)
    only = condition(cast, made)
    moved(cast, made, "conditional_approval")
    answer = Web(cast.mina).post("deals_condition_decide", only.pk, to="waived", reason="The board meets in May")
    assert "It waits for an approver" in answer.seen
    approver = Web(cast.joon)
    asked = approver.get("approvals").seen
    assert f"Have it waived as of {date.today()}. Reason: The board meets in May" in asked
    with acting_as(cast.joon):
        waiting = Approval.objects.get(decision="")
    approver.post("approval", waiting.pk, decision="confirmed", reason="")
    assert "waived" in Web(cast.mina).get("deals_commitment_change", made.pk).seen
    moved_on = Web(cast.mina).post("deals_commitment_move", made.pk, to="approved")
    assert "waits for an approver" in moved_on.seen
    assert (
        "Condition precedent, waived: Board approval of the lender (The board meets in May)."
        in approver.get("approvals").seen
    )
    with acting_as(cast.joon):
        waiting = Approval.objects.get(decision="")
    approver.post("approval", waiting.pk, decision="rejected", reason="Not yet")
    added = add(Web(cast.mina), made, text="Insurance in force", due_on="2030-05-01")
    assert "It is added once an approver confirms" in added.seen
    assert "Add the condition precedent 'Insurance in force', due by 2030-05-01." in approver.get("approvals").seen


def test_a_form_about_what_has_changed_since_changes_nothing(cast: Cast) -> None:
    only, web = condition(cast, letter(cast)), Web(cast.mina)
    page = web.get("deals_condition_change", only.pk)
    seen = re.findall(r'name="seen" value="([^"]+)"', page.text)[0]
    web.post("deals_condition_facts", only.pk, responsible="Counsel", level="own")
    answer = web.post("deals_condition_decide", only.pk, to="satisfied", evidence="x", seen=seen)
    assert (answer.status, "changed since you opened" in answer.seen) == (422, True)


def test_what_it_waits_for_is_named_and_dropped(cast: Cast) -> None:
    rival = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    only, web = condition(cast, letter(cast)), Web(cast.mina)
    answer = web.post("deals_condition_facts", only.pk, level="own", awaited=rival.pk, stage="approved")
    assert "Waits for Rhein's commitment to be approved" in answer.seen
    shared = condition(cast, None, "60 % of output sold", by="ada", approver="abe", level=Level.PARTIES)
    answer = web.post("deals_condition_facts", only.pk, level="own", shared=shared.pk)
    assert "Rhein's commitment to be approved; the deal's condition '60 % of output sold'" in answer.seen
    answer = web.post("deals_condition_facts", only.pk, level="own", waits_no_more="on")
    assert "Waits for Rhein's" not in answer.seen
    wrong = web.post("deals_condition_facts", only.pk, level="parties")
    assert (wrong.status, "no further than its commitment" in wrong.seen) == (422, True)


def test_the_page_of_a_deal_says_what_blocks_its_close_and_draws_who_waits(cast: Cast) -> None:
    shared = condition(cast, None, "60 % of output sold", by="ada", approver="abe", level=Level.PARTIES)
    for who, approver in (("mina", "joon"), ("rolf", "rita")):
        condition(
            cast, letter(cast, Level.LEAD, by=who, approver=approver), "Offtake <b>as agreed</b>", by=who,
            approver=approver, level=Level.LEAD, waits_for=[Wait(shared=shared)],
        )  # fmt: skip
    page = Web(cast.ada).get("deals_deal_change", cast.deal.pk)
    assert "To clear first The deal's condition '60 % of output sold' Austral can clear it now." in page.seen
    assert "Then Hanok's condition" in page.seen or "Then Rhein's condition" in page.seen
    drawn = page.text[page.text.index('<svg class="ob-waits"') :].split("</svg>")[0]
    assert drawn.count("<rect") == 3
    assert drawn.count('marker-end="url(#ob-arrow)"') == 2
    assert "It waits for the deal&#x27;s condition" in re.findall(r'aria-label="([^"]*)"', drawn)[0]
    assert "<b>" not in drawn
    assert "://" not in drawn, "nothing comes from another host"
    # Rhein sees its own and the shared one.
    rival = Web(cast.rolf).get("deals_deal_change", cast.deal.pk)
    assert "Hanok's condition" not in rival.seen
    assert "Rhein's condition 'Offtake <b>as agreed</b>'" in rival.seen


def test_a_circle_is_named_on_the_page(cast: Cast) -> None:
    first, second = letter(cast, Level.PARTIES), letter(cast, Level.PARTIES, by="rolf", approver="rita")
    condition(cast, first, "Rhein approves", level=Level.LEAD, waits_for=[Wait(second, "approved")])
    condition(cast, second, "Hanok approves", by="rolf", approver="rita", level=Level.LEAD,
              waits_for=[Wait(first, "approved")])  # fmt: skip
    page = Web(cast.ada).get("deals_deal_change", cast.deal.pk)
    assert "Nobody can begin:" in page.seen
    assert (
        "which waits for Rhein's commitment to be approved" in page.seen or "waits for Hanok's commitment" in page.seen
    )
    assert "ob-back" in page.text


def test_what_blocks_does_not_depend_on_what_is_hidden(cast: Cast) -> None:
    shared = condition(cast, None, "60 % of output sold", by="ada", approver="abe", level=Level.PARTIES)
    mine = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    condition(cast, mine, "Offtake", by="rolf", approver="rita", waits_for=[Wait(shared=shared)])
    web = Web(cast.rolf)
    before = web.get("deals_deal_change", cast.deal.pk)
    rivals = letter(cast)
    condition(cast, rivals, "Rhein approves", waits_for=[Wait(mine, "approved"), Wait(shared=shared)])
    after = web.get("deals_deal_change", cast.deal.pk)
    assert after.masked == before.masked
    assert after.queries == before.queries


def test_the_close_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    def more(number: int) -> None:
        shared = condition(cast, None, f"Shared {number}", by="ada", approver="abe", level=Level.PARTIES)
        made = letter(cast, Level.PARTIES)
        condition(cast, made, f"C {number}", level=Level.LEAD, waits_for=[Wait(shared=shared)])
        other = letter(cast, Level.PARTIES, by="rolf", approver="rita")
        condition(cast, other, f"D {number}", by="rolf", approver="rita", level=Level.LEAD,
                  waits_for=[Wait(made, "approved")])  # fmt: skip

    more(1)
    web = Web(cast.ada)
    asked = {}
    for page, rows in (("deals_deal_change", [cast.deal.pk]), ("deals_condition_changelist", [])):
        web.get(page, *rows)
        asked[page] = web.get(page, *rows).queries
    for number in (2, 3):
        more(number)
    assert web.get("deals_deal_change", cast.deal.pk).queries == asked["deals_deal_change"] <= 40
    assert web.get("deals_condition_changelist").queries == asked["deals_condition_changelist"] <= 14


def test_a_hidden_condition_is_answered_like_a_missing_one(cast: Cast) -> None:
    hidden = condition(cast, letter(cast))
    mine = condition(cast, letter(cast, Level.PARTIES), level=Level.PARTIES)
    stranger = Web(cast.rolf)
    for page in ("deals_condition_change", "deals_condition_decide", "deals_condition_facts"):
        for ask in (stranger.get, stranger.post):
            there, gone = ask(page, hidden.pk), ask(page, uuid4())
            assert (there.status, there.raw, there.queries) == (404, gone.raw, gone.queries)
    for page in ("deals_condition_decide", "deals_condition_facts"):
        assert stranger.post(page, mine.pk, to="satisfied", evidence="x").status == 404
    with acting_as(cast.mina):
        assert Condition.objects.get(pk=mine.pk).state == "open"
    assert "Decide it" not in stranger.get("deals_condition_change", mine.pk).seen
    for page, row in (("deals_commitment_condition", hidden.commitment_id), ("deals_deal_condition", cast.deal.pk)):
        assert stranger.get(page, row).raw == stranger.get(page, uuid4()).raw


def test_an_approver_is_told_who_adds_conditions(cast: Cast) -> None:
    made = letter(cast)
    page = Web(cast.joon).get("deals_commitment_condition", made.pk)
    assert page.status == 403
    assert "Mina" in page.seen


def test_the_desk_shows_what_its_institution_was_warned_of(cast: Cast) -> None:
    only = condition(cast, letter(cast), "Board approval", due_on=date.today() - timedelta(days=2))
    warn()
    desk = Web(cast.mina).get("index").seen
    assert f"Board approval Wattle senior package overdue since {only.due_on:%-d %b %Y}" in desk
    assert "Board approval" not in Web(cast.dami).get("index").seen
    assert "Board approval" not in Web(cast.ada).get("index").seen


def test_a_condition_told_without_its_commitment_names_it_not(cast: Cast) -> None:
    """A row of its own: by a grant, somebody can see the condition and not what it is of."""
    made = letter(cast, Level.PARTIES)
    only = condition(cast, made, level=Level.PARTIES)
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
        only.refresh_from_db()
        assert only.level == "lead"
    page = Web(cast.ada).get("deals_condition_change", only.pk)
    assert "Of Hanok: senior loan" in page.seen
