"""Who sees this, named institutions and deal teams in the web admin."""

import re
from uuid import uuid4

import pytest

from deals.models import RoleKind
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Consent, DealTeam, Grant
from tests.acts import condition, confirm_waiting, letter
from tests.cast import Cast, in_a_year
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def test_an_officer_names_one_bank_and_takes_it_out_again(cast: Cast) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    web, corner = Web(cast.rolf), Web(cast.cora)
    assert "Who sees this" in web.get("deals_commitment_change", made.pk).seen
    page = web.get("deals_commitment_sharing", made.pk)
    assert re.search(r"Rhein Förderbank \d+ \w+ \d{4}, \d\d:\d\d – its owner", page.seen)
    assert "No institution is named. Name one beside" in page.seen
    asked = web.post(
        "deals_commitment_sharing", made.pk, institution=cast.bank("corner").pk, until=in_a_year().isoformat()
    )
    assert "Waiting for an approver: Show" in asked.seen
    assert "Show Corner the commitment and the size, until" in Web(cast.rita).get("approvals").seen
    assert corner.get("deals_commitment_change", made.pk).status == 404
    confirm_waiting(cast, made, by="rita")
    assert corner.get("deals_commitment_change", made.pk).status == 200
    assert "Corner Commercial Bank" in web.get("deals_commitment_sharing", made.pk).seen
    with acting_as(cast.rolf):
        grant = Grant.objects.get(row_id=made.pk)
    assert Web(cast.ada).post("deals_grant_end", grant.pk).status == 404
    assert "sees it no more" in web.post("deals_grant_end", grant.pk).seen
    assert corner.get("deals_commitment_change", made.pk).status == 404
    # Its own page tells only its owner.
    assert Web(cast.ada).get("deals_commitment_sharing", made.pk).status == 404


def test_a_wrong_day_is_said_at_its_field(cast: Cast) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    page = Web(cast.rolf).post(
        "deals_commitment_sharing", made.pk, institution=cast.bank("corner").pk, until="2020-01-01"
    )
    assert page.status == 422
    assert "Give a later end" in page.seen


def test_a_deal_is_walled_off_and_its_team_kept_on_one_page(cast: Cast) -> None:
    web, abe = Web(cast.ada), Web(cast.abe)
    assert "No wall around this deal" in web.get("deals_deal_team", cast.deal.pk).seen
    locked_out = web.post("deals_deal_wall", cast.deal.pk, people=[str(cast.abe.pk)])
    assert locked_out.status == 422
    assert "You would lock yourself out. Put yourself on the team." in locked_out.seen
    foreign = web.post("deals_deal_wall", cast.deal.pk, people=[str(cast.ada.pk), str(cast.mina.pk)])
    assert "Choose from your own people and clients" in foreign.seen
    walled = web.post("deals_deal_wall", cast.deal.pk, people=[str(cast.ada.pk), str(cast.abe.pk)])
    assert "On the deal team" in walled.seen
    assert "Mina" not in walled.seen
    with acting_as(cast.ada):
        team = DealTeam.objects.get()
        places = dict(team.people.values_list("person_id", "pk"))
    refused = web.post("deals_deal_team_end_member", cast.deal.pk, places[cast.abe.pk])
    assert refused.status == 422
    assert "Put an approver on it" in refused.seen
    ended = abe.post("deals_deal_team_end_member", cast.deal.pk, places[cast.ada.pk])
    assert re.search(r"On it earlier.*Ada", ended.seen)
    assert web.get("deals_deal_team", cast.deal.pk).status == 404
    assert web.get("deals_deal_change", cast.deal.pk).status == 404


def test_a_later_coordinator_is_let_see_and_hidden_from_again(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    web, maple = Web(cast.rolf), Web(cast.marc)
    assert "None. If a coordinator comes after" in web.get("deals_deal_team", cast.deal.pk).seen
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), role=RoleKind.COORDINATOR)
    confirm_waiting(cast, role, by="abe")
    assert "that it does not see. Let Maple Development see it" in web.get("deals_deal_team", cast.deal.pk).seen
    assert maple.get("deals_commitment_change", made.pk).status == 404
    assert "Hide it again" in web.post("deals_deal_lead_consent", cast.deal.pk, cast.bank("maple").pk).seen
    assert maple.get("deals_commitment_change", made.pk).status == 200
    with acting_as(cast.rolf):
        consent = Consent.objects.get()
    assert Web(cast.rita).post("deals_deal_lead_consent_end", cast.deal.pk, consent.pk).status == 422
    web.post("deals_deal_lead_consent_end", cast.deal.pk, consent.pk)
    assert maple.get("deals_commitment_change", made.pk).status == 404


def test_a_levels_badge_leads_to_who_sees_it_by_name_for_its_owner_alone(cast: Cast) -> None:
    made = condition(cast, letter(cast, Level.PARTIES, size_level=Level.PARTIES), level=Level.LEAD)
    assert f"/admin/who-sees/{made.pk}/" in Web(cast.mina).get("deals_condition_changelist").text
    own = Web(cast.mina).get("who_sees", made.pk)
    assert "Austral Export Finance" in own.seen
    told = Web(cast.ada).get("who_sees", made.pk)
    assert "Hanok Eximbank tells it to the deal's coordinators, and to whom it named." in told.seen
    # Hidden from Sakura as a missing one is.
    assert Web(cast.sora).get("who_sees", made.pk).status == Web(cast.sora).get("who_sees", uuid4()).status == 404
    # What everybody reads has no audience.
    assert Web(cast.mina).get("who_sees", cast.bank("austral").pk).status == 404
    mine = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    assert Web(cast.rolf).get("who_sees", mine.pk).address == f"/admin/deals/commitment/{mine.pk}/sharing/"
