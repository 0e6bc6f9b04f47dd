"""What an endpoint was told is listed for 90 days after it was settled, and told once more whenever somebody asks."""

import os
import uuid
from datetime import timedelta

import psycopg
import pytest

from institutions.isolation.levels import Level
from network import tasks
from network.webhooks import lanes
from tests.acts import letter
from tests.api import Answer, System, system_of
from tests.cast import Cast
from tests.network.receivers import Receiver, now

pytestmark = pytest.mark.slow

MANAGES = "registry:read webhooks:manage"


def told(rhein: System, receiver: Receiver, cast: Cast, letters: int = 1) -> Answer:
    """An endpoint that was told of some letters."""
    answer = rhein.post("webhook-endpoints", {"url": receiver.url, "events": ["commitment.revealed"]})
    for _ in range(letters):
        letter(cast, Level.PARTIES)
    turn(cast, answer)
    return answer


def turn(cast: Cast, answer: Answer, days: int = 0) -> None:
    lanes.run(uuid.UUID(answer.body["id"]), cast.bank("rhein").pk, now() + timedelta(days=days) if days else None)


def pass_days(days: int) -> None:
    """As if all that there is had happened so many days earlier."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        for column in ("made_at", "not_before", "first_tried_at", "settled_at"):
            owner.execute(f"UPDATE network_webhookdelivery SET {column} = {column} - %s::interval", [f"{days} days"])


def test_what_was_done_is_listed_for_ninety_days(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = told(rhein, receiver, managers)
    path = f"webhook-endpoints/{answer.body['id']}/deliveries"
    pass_days(89)
    tasks.forget_deliveries()
    (kept,) = rhein.get(path).body["results"]
    assert [call["status"] for call in kept["attempts"]] == [204]
    pass_days(2)
    tasks.forget_deliveries()
    assert rhein.get(path).body["results"] == []
    assert rhein.get(f"{path}/{kept['id']}").status == 404


def test_what_waits_is_never_forgotten_and_what_was_given_up_is_ninety_days_later(
    managers: Cast, receiver: Receiver
) -> None:
    rhein = system_of("rhein", MANAGES)
    receiver.answers = [400]
    answer = told(rhein, receiver, managers)
    path = f"webhook-endpoints/{answer.body['id']}/deliveries"
    pass_days(200)
    tasks.forget_deliveries()
    (waits,) = rhein.get(path).body["results"]
    assert waits["status"] == "pending"
    # Tried once more, it is given up: from now on the days count.
    turn(managers, answer)
    (parked,) = rhein.get(path).body["results"]
    assert (parked["id"], parked["status"]) == (waits["id"], "parked")
    tasks.forget_deliveries()
    assert len(rhein.get(path).body["results"]) == 1
    pass_days(91)
    tasks.forget_deliveries()
    assert rhein.get(path).body["results"] == []


def test_a_range_that_was_forgotten_is_sent_again_under_new_ids(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    cursor = rhein.get("events?limit=500").body["next_cursor"]
    answer = told(rhein, receiver, managers)
    pass_days(91)
    tasks.forget_deliveries()
    assert rhein.post(f"webhook-endpoints/{answer.body['id']}/replay", {"after": cursor}).status == 202
    turn(managers, answer)
    first, again = receiver.calls
    assert first.event["data"] == again.event["data"]
    assert first.id != again.id


def test_what_a_replay_takes_up_again_counts_its_days_anew(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    cursor = rhein.get("events?limit=500").body["next_cursor"]
    answer = told(rhein, receiver, managers)
    pass_days(91)
    rhein.post(f"webhook-endpoints/{answer.body['id']}/replay", {"after": cursor})
    turn(managers, answer)
    tasks.forget_deliveries()
    (kept,) = rhein.get(f"webhook-endpoints/{answer.body['id']}/deliveries").body["results"]
    assert [call["status"] for call in kept["attempts"]] == [204, 204]
    assert len(set(receiver.ids)) == 1


def test_much_is_forgotten_in_several_transactions(
    managers: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 2)
    rhein = system_of("rhein", MANAGES)
    answer = told(rhein, receiver, managers, letters=5)
    assert len(receiver.calls) == 5
    pass_days(91)
    tasks.forget_deliveries()
    assert rhein.get(f"webhook-endpoints/{answer.body['id']}/deliveries").body["results"] == []
