"""Webhook endpoints over REST."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook

from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.feed import TYPES
from network.models import WebhookDelivery, WebhookEndpoint
from network.webhooks import lanes
from network.webhooks.message import place
from tests.acts import letter
from tests.api import Answer, System, system_of
from tests.cast import Cast
from tests.network.receivers import Receiver, now

pytestmark = pytest.mark.slow

PUBLIC = "https://93.184.215.14/hook"
MANAGES = "registry:read webhooks:manage"


def made(system: System, **body: Any) -> Answer:
    answer = system.post("webhook-endpoints", {"url": PUBLIC} | body)
    assert answer.status == 201, answer.raw
    return answer


def turn(cast: Cast, answer: Answer, bank: str = "rhein", at: Any = None) -> int:
    return lanes.run(uuid.UUID(answer.body["id"]), cast.bank(bank).pk, at)


def test_an_endpoint_is_set_up_with_a_secret_that_is_shown_once(cast: Cast) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, description="Treasury", events=["commitment.created", "object.concealed"])
    assert answer.body["secret"].startswith("whsec_")
    assert answer.headers["Location"].endswith(f"/api/v1/webhook-endpoints/{answer.body['id']}")
    again = rhein.get(f"webhook-endpoints/{answer.body['id']}")
    assert again.body["url"] == PUBLIC
    assert again.body["events"] == ["commitment.created", "object.concealed"]
    assert again.body["state"] == "active"
    assert "secret" not in again.body
    assert [span["until"] for span in again.body["secrets"]] == [None]
    assert [each["id"] for each in rhein.all("webhook-endpoints")] == [answer.body["id"]]
    # Sealed where it lies.
    with acting_as(cast.rolf):
        (sealed,) = WebhookEndpoint.objects.values_list("secrets__sealed", flat=True)
    assert answer.body["secret"].removeprefix("whsec_") not in sealed


def test_repeated_it_is_made_once_and_its_secret_not_shown_again(cast: Cast) -> None:
    rhein = system_of("rhein", MANAGES)
    first, again = (rhein.post("webhook-endpoints", {"url": PUBLIC}, Idempotency_Key="one") for _ in range(2))
    assert first.body["id"] == again.body["id"]
    assert first.body["secret"]
    assert again.body["secret"] is None
    assert len(rhein.all("webhook-endpoints")) == 1


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"url": "http://93.184.215.14/"}, {"/url": "address_not_allowed"}),
        ({"url": "https://127.0.0.1/"}, {"/url": "address_not_allowed"}),
        ({"url": PUBLIC, "events": ["deal.created", "deal.exploded"]}, {"/events/1": "unknown_event_type"}),
        ({"url": PUBLIC, "secret": "whsec_mine"}, {"/secret": "unknown_field"}),
        ({"url": 7}, {"/url": "invalid"}),
        ({}, {"/url": "required"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(cast: Cast, body: dict[str, Any], codes: dict[str, str]) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = rhein.post("webhook-endpoints", body)
    assert answer.status == 422
    assert answer.codes == codes
    assert rhein.all("webhook-endpoints") == []


def test_it_needs_the_scope_to_read_too_and_is_nobody_elses(cast: Cast) -> None:
    rhein, reads, austral = (
        system_of("rhein", MANAGES), system_of("rhein", "registry:read"), system_of("austral", MANAGES),
    )  # fmt: skip
    key = made(rhein).body["id"]
    missing = str(uuid.uuid4())
    for path in ("webhook-endpoints", f"webhook-endpoints/{key}", f"webhook-endpoints/{key}/deliveries"):
        assert reads.get(path).status == 403
        if key in path:
            hidden, never = (austral.get(path.replace(key, which)) for which in (key, missing))
            assert hidden.status == never.status == 404
            assert hidden.body["detail"] == never.body["detail"]
    for act in ("test", "rotate", "replay"):
        assert austral.post(f"webhook-endpoints/{key}/{act}", {}).status == 404
        assert reads.post(f"webhook-endpoints/{key}/{act}", {}).status == 403
    assert austral.patch(f"webhook-endpoints/{key}", {"active": False}, "x").status == 404
    assert austral.all("webhook-endpoints") == []


def test_a_change_names_the_version_and_switching_on_takes_up_what_stopped(cast: Cast) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein)
    path = f"webhook-endpoints/{answer.body['id']}"
    assert rhein.patch(path, {"active": False}).status == 428
    off = rhein.patch(path, {"active": False, "description": "off"}, answer.body["version"])
    assert (off.status, off.body["state"], off.body["description"]) == (200, "off", "off")
    assert rhein.patch(path, {"active": True}, answer.body["version"]).status == 412
    refused = rhein.patch(path, {"url": "https://10.0.0.1/"}, off.body["version"])
    assert refused.codes == {"/url": "address_not_allowed"}
    on = rhein.patch(path, {"active": True, "events": ["deal.updated"]}, off.body["version"])
    assert (on.body["state"], on.body["events"]) == ("active", ["deal.updated"])


def test_an_institution_has_twenty_active_ones_at_most(cast: Cast) -> None:
    rhein = system_of("rhein", MANAGES)
    keys = [made(rhein).body for _ in range(20)]
    assert rhein.post("webhook-endpoints", {"url": PUBLIC}).body["type"].endswith("too_many_endpoints")
    rhein.patch(f"webhook-endpoints/{keys[0]['id']}", {"active": False}, keys[0]["version"])
    made(rhein)


def test_what_it_was_told_is_listed_with_each_attempt(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, url=receiver.url, events=["commitment.revealed"])
    path = f"webhook-endpoints/{answer.body['id']}/deliveries"
    told = letter(managers, Level.PARTIES)
    receiver.answers = [500, 204]
    turn(managers, answer)
    (pending,) = rhein.get(path).body["results"]
    assert (pending["status"], [call["status"] for call in pending["attempts"]]) == ("pending", [500])
    assert pending["next_try"]
    assert pending["event"]["object"] == {"type": "commitment", "id": str(told.pk)}
    assert rhein.get(pending["event"]["link"]).status == 200
    turn(managers, answer, at=now() + timedelta(hours=1))
    (done,) = rhein.get(f"{path}?status=done").body["results"]
    assert [call["status"] for call in done["attempts"]] == [500, 204]
    assert done["id"] == receiver.ids[0] == receiver.ids[1]
    assert rhein.get(f"{path}?status=parked").body["results"] == []
    assert rhein.get(f"{path}?status=lost").codes == {"/status": "unknown_code"}
    assert rhein.get(f"{path}?made_after=2020-01-01T00:00:00Z&limit=1").body["results"] == [done]
    assert rhein.get(f"{path}?made_after=today").codes == {"/made_after": "invalid"}


def test_many_deliveries_cost_no_more_questions_than_one(
    managers: Cast, receiver: Receiver, django_assert_max_num_queries: Any
) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, url=receiver.url)
    for _ in range(4):
        letter(managers, Level.PARTIES)
    turn(managers, answer)
    with django_assert_max_num_queries(20):
        page = rhein.get(f"webhook-endpoints/{answer.body['id']}/deliveries").body
    assert len(page["results"]) >= 4


def test_a_test_and_what_came_of_it(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, url=receiver.url)
    path = f"webhook-endpoints/{answer.body['id']}"
    asked = rhein.post(f"{path}/test")
    assert (asked.status, asked.body["test"], asked.body["status"]) == (202, True, "pending")
    assert rhein.post(f"{path}/test").body["type"].endswith("test_waits")
    turn(managers, answer)
    (call,) = receiver.calls
    assert call.event["type"] == "webhook.test"
    assert rhein.get(urlsplit(call.event["data"]["link"]).path).status == 200
    (told,) = rhein.get(f"{path}/deliveries").body["results"]
    assert (told["id"], told["status"], told["attempts"][0]["status"]) == (call.id, "done", 204)


def test_a_rotated_secret_is_shown_once_and_both_sign(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, url=receiver.url)
    path = f"webhook-endpoints/{answer.body['id']}"
    first, again = (rhein.post(f"{path}/rotate", {"overlap_hours": 2}, Idempotency_Key="r") for _ in range(2))
    assert first.body["secret"] != answer.body["secret"]
    assert again.body["secret"] is None
    assert [span["until"] is None for span in first.body["secrets"]] == [True, False]
    rhein.post(f"{path}/test")
    turn(managers, answer)
    for secret in (first.body["secret"], answer.body["secret"]):
        Webhook(secret).verify(receiver.calls[0].body, receiver.calls[0].headers)
    assert rhein.post(f"{path}/rotate", {"overlap_hours": 169}).codes == {"/overlap_hours": "max_value"}


def test_a_range_is_sent_again_under_the_same_ids(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    letter(managers, Level.PARTIES)
    cursor = rhein.get("events?limit=500").body["next_cursor"]
    answer = made(rhein, url=receiver.url, events=["commitment.revealed"])
    path = f"webhook-endpoints/{answer.body['id']}"
    letter(managers, Level.PARTIES)
    turn(managers, answer)
    once = list(receiver.ids)
    assert len(once) == 1
    asked = rhein.post(f"{path}/replay", {"after": cursor})
    assert asked.status == 202
    assert rhein.post(f"{path}/replay", {"after": cursor}).body["type"].endswith("replay_runs")
    turn(managers, answer)
    assert receiver.ids == once * 2
    # From before the endpoint was there: new ones beside the known.
    rhein.post(f"{path}/replay", {"since": (now() - timedelta(days=1)).isoformat().replace("+00:00", "Z")})
    turn(managers, answer)
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 2
    # Of a time in which nothing happened.
    rhein.post(f"{path}/replay", {"since": "2020-01-01T00:00:00Z", "until": "2021-01-01T00:00:00Z"})
    turn(managers, answer)
    assert len(receiver.ids) == 4
    with acting_as(managers.root):
        assert WebhookDelivery.objects.filter(status="done").count() == 2


def test_what_is_no_range_is_refused(cast: Cast) -> None:
    rhein = system_of("rhein", MANAGES)
    path = f"webhook-endpoints/{made(rhein).body['id']}/replay"
    backwards = {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert rhein.post(path, backwards).codes == {"/until": "ends_before_it_begins"}
    assert rhein.post(path, {"after": "x", "since": "2026-01-02T00:00:00Z"}).codes == {"/since": "two_beginnings"}
    assert rhein.post(path, {"after": "x"}).codes == {"/after": "invalid_cursor"}


def test_each_type_of_event_leads_to_where_its_object_is_read() -> None:
    from tests.worlds.routes import routes

    read = {
        str(route.pattern): route.resource.reading.type
        for route in routes()
        if route.resource and route.pattern.endswith("/<str:key>")
    }
    kinds = {each.split(".")[0] for each in TYPES} - {"object"}
    wrong = [
        kind for kind in kinds
        if read.get(place(kind, uuid.UUID(int=0)).lstrip("/").replace(str(uuid.UUID(int=0)), "<str:key>")) != kind
    ]  # fmt: skip
    assert wrong == []


def test_of_what_is_seen_no_more_it_is_not_told_that_it_was_sent(managers: Cast, receiver: Receiver) -> None:
    rhein = system_of("rhein", MANAGES)
    answer = made(rhein, url=receiver.url, events=["commitment.revealed"])
    path = f"webhook-endpoints/{answer.body['id']}/deliveries"
    told = letter(managers, Level.PARTIES)
    turn(managers, answer)
    assert len(rhein.get(path).body["results"]) == 1
    with acting_as(managers.mina):
        set_level(row=told, level=Level.OWN)
    assert rhein.get(path).body["results"] == []
