"""A webhook tells what its institution may see, when it is found and again when it is sent; of the rest, nothing."""

import json

import pytest

from deals.models import Commitment
from deals.services.deal_teams import add_to_team
from deals.services.deciding import Wait
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.journal.reading import Position, horizon
from institutions.models import DealTeam
from institutions.selectors.reading import one
from institutions.services.clients import issue_client
from network.selectors.webhooks import WEBHOOK_ENDPOINTS, latest_deliveries, replays_of
from network.services.webhooks import change_endpoint, replay_events
from tests.acts import condition, letter
from tests.cast import Cast
from tests.network.receivers import Receiver, deliveries, endpoint_for, turn

pytestmark = pytest.mark.slow


def test_a_receiver_is_told_of_what_its_institution_may_see_and_of_nothing_else(
    managers: Cast, receiver: Receiver
) -> None:
    made = endpoint_for(managers.root, receiver)
    told = letter(managers, Level.PARTIES, money="41000000")
    hidden = letter(managers, Level.OWN, money="42000000")
    turn(made)
    objects = {call.event["data"]["object"]["id"] for call in receiver.calls}
    assert str(told.pk) in objects
    assert str(hidden.pk) not in objects
    # Nothing of the content, whatever happened.
    said = b"".join(call.body for call in receiver.calls).decode()
    for word in ("41000000", "Wattle", "letter_of_interest", str(managers.mina.pk), str(managers.bank("hanok").pk)):
        assert word not in said
    turn(made)
    assert len(receiver.calls) == len(set(receiver.ids))


def test_what_only_names_what_went_is_left_to_the_feed(managers: Cast, receiver: Receiver) -> None:
    told = letter(managers, Level.PARTIES)
    ours = letter(managers, Level.LEAD, by="rolf", approver="rita")
    condition(managers, ours, by="rolf", approver="rita", waits_for=[Wait(told, "approved")])
    made, since = endpoint_for(managers.root, receiver, events=("condition.updated",)), Position(horizon(), 0)
    with acting_as(managers.mina):
        set_level(row=Commitment.objects.get(pk=told.pk), level=Level.OWN)
    with acting_as(managers.root):
        replay_events(by=managers.root, endpoint=made.endpoint, after=since)
    turn(made)
    assert receiver.calls == []
    # Nor is anything counted that was never sent.
    with acting_as(managers.root):
        assert [(each["events"], each["done_at"] is None) for each in replays_of(made.endpoint.pk)] == [(0, False)]


def test_a_body_is_a_cloud_event_that_leads_to_the_object(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed", "commitment.created"))
    told = letter(managers, Level.PARTIES)
    turn(made)
    (call,) = receiver.calls
    event = json.loads(call.body)
    assert call.headers["content-type"].startswith("application/cloudevents+json")
    assert {event["specversion"], event["type"], event["subject"]} == {
        "1.0", "commitment.revealed", f"commitment/{told.pk}",
    }  # fmt: skip
    assert event["id"] == call.id
    assert event["data"]["object"] == {"type": "commitment", "id": str(told.pk)}
    assert event["data"]["link"].endswith(f"/api/v1/commitments/{told.pk}")
    assert set(event) == {"specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"}


def test_what_went_out_of_sight_before_it_was_sent_is_not_told(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    told = letter(managers, Level.PARTIES)
    receiver.answers = [500, 204]
    turn(made)
    assert deliveries(managers.root, made) == [("pending", 1)]
    with acting_as(managers.mina):
        set_level(row=told, level=Level.OWN)
    with acting_as(managers.root):
        change_endpoint(by=managers.root, endpoint=made.endpoint, active=True)
    assert turn(made) == 0
    assert deliveries(managers.root, made) == [("withdrawn", 1)]
    assert len(receiver.calls) == 1


def test_a_walled_deal_is_not_told_of_even_where_a_client_on_the_team_set_the_endpoint_up(
    managers: Cast, receiver: Receiver
) -> None:
    with acting_as(None):
        client = issue_client(
            institution="hanok", scopes=["registry:read", "webhooks:manage"], responsible="mina@hanok.example"
        ).client
    with acting_as(managers.mina):
        team = DealTeam.objects.get(deal_id=managers.deal.pk)
        add_to_team(by=managers.mina, team=team, person=client)
    made = endpoint_for(client, receiver)
    letter(managers, Level.PARTIES)
    with acting_as(client):
        assert Commitment.objects.exists()
    turn(made)
    assert receiver.types == []


def test_what_went_out_of_sight_is_told_as_concealed(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver, events=("object.concealed",))
    told = letter(managers, Level.PARTIES)
    with acting_as(managers.mina):
        set_level(row=told, level=Level.OWN)
    turn(made)
    objects = [call.event["data"]["object"] for call in receiver.calls]
    assert {"type": "commitment", "id": str(told.pk)} in objects


def test_a_hidden_change_moves_nothing_that_is_shown(managers: Cast, receiver: Receiver) -> None:
    made = endpoint_for(managers.root, receiver)
    letter(managers, Level.PARTIES, size_level=Level.OWN)
    turn(made)
    calls = list(receiver.ids)
    with acting_as(managers.root):
        before = one(WEBHOOK_ENDPOINTS, made.endpoint.pk), latest_deliveries(made.endpoint.pk)
    letter(managers, Level.OWN, money="77000000")
    turn(made)
    assert receiver.ids == calls
    with acting_as(managers.root):
        assert (one(WEBHOOK_ENDPOINTS, made.endpoint.pk), latest_deliveries(made.endpoint.pk)) == before
