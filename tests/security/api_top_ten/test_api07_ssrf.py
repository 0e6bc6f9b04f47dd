"""API7, server side request forgery: this server is made to call what only it can reach."""

from typing import Any

import pytest
import requests
from django.conf import settings
from requests_hardened import HTTPSession

from network.webhooks.sending import post
from tests.api import system_of
from tests.cast import Cast
from tests.network.receivers import receiving
from tests.security.api_top_ten.removing import case, code, held_off, nothing, setting

INSIDE = "https://169.254.169.254/latest/meta-data"


@case(without=code("network.webhooks.addresses.check", nothing))
def test_a_webhook_is_registered_at_an_address_inside(cast: Cast) -> None:
    answer = system_of("rhein", "registry:read webhooks:manage").post("webhook-endpoints", {"url": INSIDE})
    held_off(answer.status == 422, "an address inside was registered")


@case(without=setting("WEBHOOK_LOOPBACK", True))
def test_a_webhook_is_sent_to_this_very_machine(cast: Cast) -> None:
    """Whatever was registered: it is asked again of the address that is called."""
    with receiving() as inside:
        outcome = post(inside.url, {}, b"{}")
        held_off(inside.calls == [] and outcome.error == "address_refused", "what listens inside was called")


def _followed(self: HTTPSession, url: str, **more: Any) -> requests.Response:
    return requests.post(url, timeout=5, **more | {"allow_redirects": True})


@case(without=code("requests_hardened.HTTPSession.post", _followed))
def test_a_receiver_sends_this_server_on_to_what_is_inside(cast: Cast) -> None:
    with pytest.MonkeyPatch.context() as patch, receiving() as inside, receiving() as outside:
        patch.setattr(settings, "WEBHOOK_LOOPBACK", True)
        outside.answers, outside.headers = [307], {"Location": f"http://127.0.0.1:{inside.port}/admin"}
        post(outside.url, {}, b"{}")
        held_off(inside.calls == [], "the redirect was followed inside")
