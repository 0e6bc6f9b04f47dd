"""What an institution has few of, or one at a time, for its webhooks, also where many ask at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from institutions.isolation.session import acting_as
from institutions.refusals import Refusal
from network.models import WebhookDelivery, WebhookEndpoint, WebhookReplay
from network.services.webhooks import change_endpoint, make_endpoint, replay_events, try_endpoint
from tests.cast import Cast
from tests.network.receivers import endpoint_for

pytestmark = pytest.mark.slow

AT_ONCE = 8
PUBLIC = "https://93.184.215.14/hook"


def at_once(cast: Cast, act: Callable[[int], object]) -> Counter[str]:
    """So many of Rhein at the same moment, each on a connection of its own; all have begun before one of them ends."""
    start = threading.Barrier(AT_ONCE)
    outcomes: list[str] = []

    def run(number: int) -> None:
        try:
            with acting_as(cast.people["root"]):
                # Its transaction is open, and what it may see is known.
                WebhookEndpoint.objects.count()
                start.wait(20)
                act(number)
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(outcomes)


def test_of_eight_who_set_up_the_last_two_endpoints_two_do(managers: Cast) -> None:
    root = managers.people["root"]
    for _ in range(18):
        endpoint_for(root, PUBLIC)
    told = at_once(managers, lambda _: make_endpoint(by=root, url=PUBLIC))
    assert told == {"done": 2, "too_many_endpoints": AT_ONCE - 2}
    with acting_as(root):
        assert WebhookEndpoint.objects.filter(active=True).count() == 20


def test_of_eight_who_switch_on_the_last_two_do(managers: Cast) -> None:
    root = managers.people["root"]
    off = [endpoint_for(root, PUBLIC).endpoint for _ in range(AT_ONCE)]
    with acting_as(root):
        for each in off:
            change_endpoint(by=root, endpoint=each, active=False)
    for _ in range(18):
        endpoint_for(root, PUBLIC)
    told = at_once(managers, lambda number: change_endpoint(by=root, endpoint=off[number], active=True))
    assert told == {"done": 2, "too_many_endpoints": AT_ONCE - 2}


def test_of_eight_who_try_an_endpoint_one_does(managers: Cast) -> None:
    root = managers.people["root"]
    made = endpoint_for(root, PUBLIC).endpoint
    told = at_once(managers, lambda _: try_endpoint(by=root, endpoint=WebhookEndpoint.objects.get(pk=made.pk)))
    assert told == {"done": 1, "test_waits": AT_ONCE - 1}
    with acting_as(root):
        assert WebhookDelivery.objects.filter(endpoint=made, xact=None).count() == 1


def test_of_eight_who_ask_for_a_replay_one_is_given_it(managers: Cast) -> None:
    root = managers.people["root"]
    made = endpoint_for(root, PUBLIC).endpoint
    told = at_once(managers, lambda _: replay_events(by=root, endpoint=WebhookEndpoint.objects.get(pk=made.pk)))
    assert told == {"done": 1, "replay_runs": AT_ONCE - 1}
    with acting_as(root):
        assert WebhookReplay.objects.filter(endpoint=made).count() == 1
