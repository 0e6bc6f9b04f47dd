"""Deal teams and consents to later coordinators over REST."""

from datetime import timedelta
from time import sleep

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deals.models import DealRole, RoleKind
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import System as Job
from institutions.isolation.session import acting_as
from institutions.models import Approval, Client, DealTeam, Staff, TeamMember
from tests.acts import confirm_waiting, letter
from tests.api import System, person_of, system_of
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.slow


@pytest.fixture
def rolf(cast: Cast) -> System:
    return person_of("rolf@rhein.example")


@pytest.fixture
def rita(cast: Cast) -> System:
    return person_of("rita@rhein.example")


def colleague(cast: Cast, name: str, role: str = "officer", bank: str = "rhein") -> Staff:
    with acting_as(Job("test", cast.bank(bank).pk)):
        return Staff.objects.create_user(
            f"{name}@{bank}.example", PASSWORD, institution=cast.bank(bank), role=role, name=name.title()
        )


def walled(cast: Cast, rolf: System, *people: Staff) -> dict[str, object]:
    sent = {"people": [str(each.pk) for each in (cast.rolf, cast.rita, *people)]}
    made = rolf.post(f"deals/{cast.deal.pk}/team", sent)
    assert made.status == 201, made.raw
    return dict(made.body)


def test_a_wall_is_closed_to_colleagues_and_opens_to_who_is_added(cast: Cast, rolf: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    colleague(cast, "ruth")
    ruth = person_of("ruth@rhein.example")
    assert ruth.get(f"commitments/{made.pk}").status == 200
    assert rolf.get(f"deals/{cast.deal.pk}/team").status == 404
    team = walled(cast, rolf)
    assert {each["name"] for each in team["members"]} == {"Rita", "Rolf"}  # type: ignore[attr-defined]
    assert {each["added_by"] for each in team["members"]} == {"Rolf"}  # type: ignore[attr-defined]
    assert ruth.get(f"commitments/{made.pk}").status == 404
    assert ruth.get(f"deals/{cast.deal.pk}/team").status == 404
    ruths = Staff.objects.get(name="Ruth")
    # An outsider lets nobody in, itself least of all.
    assert ruth.post(f"deals/{cast.deal.pk}/team/members", {"person": str(ruths.pk)}).status == 404
    with acting_as(ruths), pytest.raises(ProgrammingError), transaction.atomic():
        TeamMember.objects.create(
            owner=cast.bank("rhein"), deal_id=cast.deal.pk, team_id=str(team["id"]), person_id=ruths.pk,
            starts=timezone.now(), ends=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    added = rolf.post(f"deals/{cast.deal.pk}/team/members", {"person": str(ruths.pk)})
    assert added.status == 201, added.raw
    assert ruth.get(f"commitments/{made.pk}").status == 200
    assert rolf.post(f"deals/{cast.deal.pk}/team/members", {"person": str(ruths.pk)}).status == 409
    (place,) = (each for each in added.body["members"] if each["name"] == "Ruth")
    ended = rolf.post(f"deals/{cast.deal.pk}/team/members/{place['id']}/end", If_Match=f'"{added.body["version"]}"')
    assert ended.status == 200, ended.raw
    assert [each["name"] for each in ended.body["earlier"]] == ["Ruth"]
    assert ruth.get(f"commitments/{made.pk}").status == 404


def test_a_place_that_begins_later_lets_in_from_then_on(cast: Cast, rolf: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    ruth = colleague(cast, "ruth")
    walled(cast, rolf)
    begins = timezone.now() + timedelta(seconds=3)
    sent = {"person": str(ruth.pk), "starts": begins.isoformat()}
    assert rolf.post(f"deals/{cast.deal.pk}/team/members", sent).status == 201
    system = person_of("ruth@rhein.example")
    if timezone.now() < begins:
        assert system.get(f"commitments/{made.pk}").status == 404
    sleep(max((begins - timezone.now()).total_seconds(), 0) + 0.2)
    assert system.get(f"commitments/{made.pk}").status == 200


def test_whoever_walls_off_is_on_the_team_and_an_approver_too(cast: Cast, rolf: System) -> None:
    address = f"deals/{cast.deal.pk}/team"
    for people, code in (([cast.rita], "not_on_your_team"), ([cast.rolf], "no_approver_on_team")):
        refused = rolf.post(address, {"people": [str(each.pk) for each in people]})
        assert (refused.status, refused.body["type"]) == (422, f"urn:orebook:problem:{code}")
    foreign = rolf.post(address, {"people": [str(cast.rolf.pk), str(cast.rita.pk), str(cast.mina.pk)]})
    assert foreign.status == 422
    walled(cast, rolf)
    assert rolf.post(address, {"people": [str(cast.rolf.pk), str(cast.rita.pk)]}).status == 409


def test_no_client_of_another_institution_is_on_a_team(cast: Cast, rolf: System) -> None:
    walled(cast, rolf)
    system_of("maple", responsible="marc@maple.example")
    theirs = Client.objects.get(institution=cast.bank("maple"))
    assert rolf.post(f"deals/{cast.deal.pk}/team/members", {"person": str(theirs.pk)}).status == 422
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="own people"), transaction.atomic():
        TeamMember.objects.create(
            owner=cast.bank("rhein"), deal_id=cast.deal.pk, team=DealTeam.objects.get(owner=cast.bank("rhein")),
            person_id=theirs.pk, starts=timezone.now(), ends=timezone.now() + timedelta(days=1),
        )  # fmt: skip


def test_somebody_who_can_confirm_stays_on_the_team(cast: Cast, rolf: System, rita: System) -> None:
    team = walled(cast, rolf)
    places = {each["name"]: each["id"] for each in team["members"]}  # type: ignore[attr-defined]
    version = f'"{team["version"]}"'
    ends = f"deals/{cast.deal.pk}/team/members/{{}}/end"
    own = rolf.post(ends.format(places["Rolf"]), If_Match=version)
    assert own.body["type"] == "urn:orebook:problem:your_own_place"
    approver = rolf.post(ends.format(places["Rita"]), If_Match=version)
    assert approver.body["type"] == "urn:orebook:problem:no_approver_on_team"
    assert rita.post(ends.format(places["Rolf"]), If_Match=version).status == 200
    assert rolf.get(f"deals/{cast.deal.pk}/team").status == 404


def test_a_person_who_moves_is_out_at_once(cast: Cast, rolf: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    ruth = colleague(cast, "ruth")
    walled(cast, rolf, ruth)
    with acting_as(ruth):
        assert type(made).objects.filter(pk=made.pk).exists()
    with acting_as(None):
        Staff.objects.filter(pk=ruth.pk).update(institution=cast.bank("maple"))
    with acting_as(Staff.objects.get(pk=ruth.pk)):
        assert not type(made).objects.filter(pk=made.pk).exists()


def test_a_wall_comes_down_by_two_persons_of_the_team(cast: Cast, rolf: System) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    ruth = colleague(cast, "ruth", "approver")
    team = walled(cast, rolf)
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="by two persons"), transaction.atomic():
        DealTeam.objects.filter(pk=str(team["id"])).update(ended_at=timezone.now())
    asked = rolf.post(f"deals/{cast.deal.pk}/team/end", If_Match=f'"{team["version"]}"')
    assert asked.status == 202, asked.raw
    assert asked.body["pending_approval"]
    with acting_as(ruth):
        assert not Approval.objects.filter(row_id=str(team["id"])).exists()
        assert not type(made).objects.filter(pk=made.pk).exists()
    with acting_as(cast.rolf):
        row = DealTeam.objects.get(pk=str(team["id"]))
    confirm_waiting(cast, row, by="rita")
    with acting_as(ruth):
        assert type(made).objects.filter(pk=made.pk).exists()
    assert rolf.get(f"deals/{cast.deal.pk}/team").status == 404


def test_the_list_costs_as_many_questions_for_many_as_for_few(cast: Cast, rolf: System) -> None:
    walled(cast, rolf)
    with CaptureQueriesContext(connection) as few:
        rolf.get(f"deals/{cast.deal.pk}/team")
    for name in ("ruth", "rene", "ralf"):
        sent = {"person": str(colleague(cast, name).pk)}
        assert rolf.post(f"deals/{cast.deal.pk}/team/members", sent).status == 201
    with CaptureQueriesContext(connection) as more:
        assert len(rolf.get(f"deals/{cast.deal.pk}/team").body["members"]) == 5
    assert len(more) == len(few)


def test_a_later_coordinator_sees_what_was_told_before_as_long_as_its_owner_consents(cast: Cast, rolf: System) -> None:
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    own = letter(cast, Level.OWN, by="rolf", approver="rita")
    address = f"deals/{cast.deal.pk}/lead-consents"
    assert rolf.get(address).body == {"results": []}
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), role=RoleKind.COORDINATOR)
        assert isinstance(role, DealRole)
    confirm_waiting(cast, role, by="abe")
    maple = system_of("maple", responsible="marc@maple.example")
    assert maple.get(f"commitments/{made.pk}").status == 404
    (lead,) = rolf.get(address).body["results"]
    assert (lead["name"], lead["consent"]) == ("Maple Development", None)
    refused = rolf.post(address, {"institution": str(cast.bank("sakura").pk)})
    assert refused.body["type"] == "urn:orebook:problem:no_later_lead"
    given = rolf.post(address, {"institution": lead["institution"]})
    assert given.status == 201, given.raw
    assert maple.get(f"commitments/{made.pk}").status == 200
    assert maple.get(f"commitments/{own.pk}").status == 404
    assert maple.get(f"lead-consents/{given.body['id']}").status == 404
    assert rolf.post(address, {"institution": lead["institution"]}).status == 409
    end = f"lead-consents/{given.body['id']}/end"
    ended = rolf.post(end, If_Match=f'"{given.body["version"]}"')
    assert ended.status == 200, ended.raw
    assert maple.get(f"commitments/{made.pk}").status == 404
    assert rolf.post(end, If_Match=f'"{ended.body["version"]}"').status == 409
    # And it may be given anew.
    assert rolf.post(address, {"institution": lead["institution"]}).status == 201
    assert maple.get(f"commitments/{made.pk}").status == 200
