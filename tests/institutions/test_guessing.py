"""Whoever guesses passwords is slowed by account and address; whose account it is comes in all the same."""

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from config.caching import Shared
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.slow

GUESSES = 1_000
ADA = "ada@austral.example"


def enter(http: Client, password: str, *, address: str = "203.0.113.9", forwarded: str = "", login: str = ADA) -> str:
    """How a password is answered: `in`, `wrong`, or `stopped` without having been looked at."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = http.post(
        "/accounts/login/", {"login": login, "password": password}, secure=True, headers=headers, REMOTE_ADDR=address
    )
    if answer.status_code == 302:
        return "in"
    stopped = answer.status_code == 429 or b"Too many failed login attempts" in answer.content
    return "stopped" if stopped else "wrong"


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_a_thousand_guesses_from_forged_addresses_are_stopped_and_the_victim_comes_in(cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.ada, secret)
    said = [
        enter(Client(), f"guess {number}", forwarded=f"198.51.{number % 250}.{number // 250}")
        for number in range(GUESSES)
    ]
    assert said == ["wrong"] * 5 + ["stopped"] * (GUESSES - 5)
    # Had one of them been right, it would not have helped.
    assert enter(Client(), PASSWORD, forwarded="192.0.2.1") == "stopped"
    http = Client()
    assert enter(http, PASSWORD, address="192.0.2.77") == "in"
    answer = http.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}, secure=True, REMOTE_ADDR="192.0.2.77")
    assert answer.status_code == 302
    assert SESSION_KEY in http.session
    assert http.get("/admin/", secure=True).status_code == 200


def test_an_address_that_guesses_at_many_accounts_is_stopped(cast: Cast) -> None:
    said = [enter(Client(), "guess", login=f"nobody{number}@austral.example") for number in range(40)]
    assert said == ["wrong"] * 30 + ["stopped"] * 10
    assert enter(Client(), PASSWORD) == "stopped"
    assert enter(Client(), PASSWORD, address="192.0.2.77") == "in"


def test_behind_ones_own_proxy_the_address_is_the_one_that_it_saw(cast: Cast, settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # Before it stands what the client wrote itself.
    for number in range(5):
        enter(Client(), "guess", forwarded=f"198.51.100.{number}, 203.0.113.50", address="10.0.0.1")
    assert enter(Client(), "guess", forwarded="198.51.100.99, 203.0.113.50", address="10.0.0.1") == "stopped"
    assert enter(Client(), PASSWORD, forwarded="203.0.113.51", address="10.0.0.1") == "in"


def test_while_the_broker_is_away_it_is_counted_here() -> None:
    cache = Shared("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}})
    assert cache.add("guesses", 1)
    assert not cache.add("guesses", 2)
    assert cache.get("guesses") == 1
    cache.set("guesses", 3, 60)
    assert cache.get("guesses") == 3
    cache.delete("guesses")
    assert cache.get("guesses") is None
