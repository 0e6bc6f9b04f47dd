"""A registrar puts a financing together in the web admin, and nobody else does."""

from datetime import date, timedelta

import pytest

from deals.models import Deal, DealRole, Party, Tranche
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def registered(cast: Cast, **more: str) -> Page:
    form = {"name": "Spruce package", "slug": "spruce", "network": str(cast.network.pk), "status": "in_market",
            "amount": "300000000", "currency": "usd"}  # fmt: skip
    return Web(cast.rolf).post("deals_deal_register", **(form | more))


def spruce(cast: Cast) -> Deal:
    with acting_as(cast.rolf):
        return Deal.objects.get(slug="spruce")


def test_a_deal_is_registered_and_its_next_steps_are_on_the_page(cast: Cast) -> None:
    assert "Register a deal" in Web(cast.rolf).get("index").seen
    page = registered(cast)
    assert page.status == 200
    assert "Only your institution sees it until you tell others." in page.seen
    for step in ("Where it stands", "Who is told", "Invite an institution", "Add a tranche", "Name a role"):
        assert step in page.seen
    assert spruce(cast).target_amount == 300_000_000
    assert "Keep the deal" in Web(cast.rolf).get("deals_deal_change", spruce(cast).pk).seen


def test_what_is_wrong_is_said_at_its_field(cast: Cast) -> None:
    page = registered(cast, slug="Spruce package", amount="1e5", network="nonsense")
    assert page.status == 422
    for said in ("Use small letters, digits and hyphens", "digits and a point", "Choose one of those that you see."):
        assert said in page.seen
    with acting_as(cast.rolf):
        assert not Deal.objects.filter(slug="spruce").exists()
    registered(cast)
    assert "Choose another name." in registered(cast).seen


def test_each_act_is_carried_out_or_waits_for_a_second_person(cast: Cast) -> None:
    registered(cast)
    deal, officer = spruce(cast), Web(cast.rolf)

    def act(which: str, /, **form: str) -> str:
        return officer.post("deals_deal_act", deal.pk, which, **form).seen

    added = act("tranche", name="Base", currency="USD", amount="300000000", purpose="base", seniority="senior")
    assert "The tranche 'Base' is added" in added
    invited = act("invite", institution=str(cast.bank("maple").pk), nda_signed_on=date.today().isoformat())
    assert "The invitation of Maple is prepared." in invited
    act("role", institution=str(cast.bank("maple").pk), role="facility_agent")
    assert "The deal is now: allocating." in act("move", to="allocating")
    assert "Give the reason" in act("move", to="in_market")
    assert "Told from now on: 'lead'." in act("tell", level="lead")
    assert "asked to confirm it" in act("tell", level="invited")
    assert "The deal is changed." in act("change", name="Spruce senior", amount="310000000", currency="USD")
    with acting_as(cast.rolf):
        assert Tranche.objects.get(deal=deal).amount == 300_000_000
        party = Party.objects.get(deal=deal)
        assert (party.state, DealRole.objects.get(deal=deal, role="facility_agent").state) == ("prepared", "prepared")
        assert Approval.objects.filter(decision="").count() == 3
        assert spruce(cast).name == "Spruce senior"
    assert "waits for an approver" in officer.get("deals_deal_change", deal.pk).seen
    confirm_waiting(cast, party, by="rita")
    with acting_as(cast.rolf):
        assert Party.objects.get(deal=deal).state == "confirmed"


def test_a_role_is_ended_on_the_page_and_its_holder_hears_no_more_as_lead(cast: Cast) -> None:
    registered(cast)
    deal, officer = spruce(cast), Web(cast.rolf)
    officer.post("deals_deal_act", deal.pk, "role", institution=str(cast.bank("maple").pk), role="coordinator")
    with acting_as(cast.rolf):
        role = DealRole.objects.get(deal=deal, institution=cast.bank("maple"))
    assert (
        "Choose one of those that you see."
        in officer.post("deals_deal_act", deal.pk, "end_role", role=str(role.pk)).seen
    )
    confirm_waiting(cast, role, by="rita")
    officer.post("deals_deal_act", deal.pk, "tell", level="lead")
    assert Web(cast.marc).get("deals_deal_change", deal.pk).status == 200
    later = (date.today() + timedelta(days=1)).isoformat()
    assert "It ends today" in officer.post("deals_deal_act", deal.pk, "end_role", role=str(role.pk), on=later).seen
    assert "The role has ended" in officer.post("deals_deal_act", deal.pk, "end_role", role=str(role.pk)).seen
    assert Web(cast.marc).get("deals_deal_change", deal.pk).status == 404
    assert "of Maple as coordinator ended" in officer.get("deals_deal_change", deal.pk).seen


def test_only_the_registrars_officers_keep_a_deal(cast: Cast) -> None:
    registered(cast)
    deal = spruce(cast)
    for who in (cast.rita, cast.mina, cast.cora):
        assert Web(who).get("deals_deal_keep", deal.pk).status == 404
        assert Web(who).post("deals_deal_act", deal.pk, "change", name="Mine").status == 404
    assert Web(cast.rolf).get("deals_deal_keep", cast.deal.pk).status == 404
    assert Web(cast.rolf).post("deals_deal_act", deal.pk, "burn").status == 404
    assert Web(cast.abe).get("deals_deal_register").status == 403
