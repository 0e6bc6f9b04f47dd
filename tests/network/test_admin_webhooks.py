"""Webhooks in the web admin, for the institution's own admins."""

import re

import pytest

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.models import WebhookEndpoint
from network.services.webhooks import Made
from tests.acts import letter
from tests.cast import Cast
from tests.network.receivers import Receiver, endpoint_for, now, turn
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def test_an_admin_sets_one_up_tries_it_and_sees_what_came_of_it(managers: Cast, receiver: Receiver) -> None:
    web = Web(managers.root)
    assert "There are none" in web.get("webhooks").seen
    page = web.post("webhook_new", url=receiver.url, description="Treasury")
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", page.seen)
    with acting_as(managers.root):
        row = WebhookEndpoint.objects.get()
    assert (row.made_by, row.client) == (managers.root, None)
    assert "Treasury" in web.get("webhooks").seen
    assert secret not in web.get("webhook", row.pk).text
    assert "A test is on its way" in web.post("webhook_test", row.pk).seen
    turn(Made(row, secret))
    seen = web.get("webhook", row.pk).seen
    assert "Test" in seen
    assert ": 204," in seen


def test_a_refusal_stands_at_its_field(managers: Cast, receiver: Receiver) -> None:
    web = Web(managers.root)
    page = web.post("webhook_new", url="https://169.254.169.254/")
    assert page.status == 422
    assert "leads to no place on the public internet" in page.seen
    made = endpoint_for(managers.root, receiver)
    page = web.post("webhook_change", made.endpoint.pk, url="https://10.0.0.1/", description="")
    assert page.status == 422
    assert "leads to no place on the public internet" in page.seen
    assert web.post("webhook_replay", made.endpoint.pk, since="").status == 422
    web.post("webhook_test", made.endpoint.pk)
    assert "waits to be sent" in web.post("webhook_test", made.endpoint.pk).seen


def test_what_stopped_says_what_to_do_and_goes_on(managers: Cast, receiver: Receiver) -> None:
    web = Web(managers.root)
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    letter(managers, Level.PARTIES)
    receiver.answers = [410, 204]
    turn(made)
    seen = web.get("webhook", made.endpoint.pk).seen
    assert "gone for good" in seen
    assert ": 410," in seen
    assert "gone" in web.get("webhooks").seen
    web.post("webhook_switch", made.endpoint.pk, active="yes")
    turn(made)
    seen = web.get("webhook", made.endpoint.pk).seen
    assert "gone for good" not in seen
    assert ": 204," in seen


def test_a_range_is_sent_again_and_a_secret_changed(managers: Cast, receiver: Receiver) -> None:
    web = Web(managers.root)
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    letter(managers, Level.PARTIES)
    turn(made)
    web.post("webhook_replay", made.endpoint.pk, since=str(now().date()))
    turn(made)
    assert len(receiver.ids) == 2
    assert "1 message" in web.get("webhook", made.endpoint.pk).seen
    page = web.post("webhook_rotate", made.endpoint.pk, overlap_hours="1")
    assert "whsec_" in page.seen
    assert "valid until" in web.get("webhook", made.endpoint.pk).seen
    page = web.post("webhook_change", made.endpoint.pk, url=receiver.url, description="Other", events=["deal.updated"])
    assert "Other" in page.seen


def test_others_of_the_institution_are_told_who_manages_them_and_others_see_nothing(
    managers: Cast, receiver: Receiver
) -> None:
    made = endpoint_for(managers.root, receiver)
    page = Web(managers.rolf).get("webhooks")
    assert page.status == 403
    assert "Root" in page.seen
    assert Web(managers.rolf).post("webhook_test", made.endpoint.pk).status == 403
    for name in ("webhook", "webhook_test", "webhook_rotate"):
        assert Web(managers.anna).post(name, made.endpoint.pk).status == 404
    assert "Webhooks" in Web(managers.root).get("index").seen
    assert "Webhooks" not in Web(managers.rolf).get("index").seen


def test_the_page_costs_the_same_however_much_it_shows(managers: Cast, receiver: Receiver) -> None:
    web = Web(managers.root)
    made = endpoint_for(managers.root, receiver)
    before = web.get("webhook", made.endpoint.pk).queries
    for _ in range(3):
        letter(managers, Level.PARTIES)
    turn(made)
    assert web.get("webhook", made.endpoint.pk).queries <= before + 4
