"""How much one asker may ask, and what it is told of it."""

import re

import pytest
from pytest_django import Settings

from institutions.api.conventions import rates
from tests.api import system_of


@pytest.fixture(autouse=True)
def _three_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMIT = "3/minute"
    monkeypatch.setattr(rates, "COUNTER", rates.Counter())


def test_what_is_left_is_told_and_what_is_too_much_is_refused_for_a_while(cast):
    rhein, austral = system_of("rhein"), system_of("austral")
    answers = [rhein.get("networks") for _ in range(4)]
    assert [each.status for each in answers] == [200, 200, 200, 429]
    left = [re.findall(r'^"asker";r=(\d+);t=\d+$', each.headers["RateLimit"]) for each in answers]
    assert left == [["2"], ["1"], ["0"], ["0"]]
    assert answers[0].headers["RateLimit-Policy"] == '"asker";q=3;w=60'
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].headers["Content-Type"] == "application/problem+json"
    # Nobody pays for another.
    assert austral.get("networks").status == 200


def test_a_broker_that_is_away_keeps_nobody_from_an_answer(cast, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/at/all.sock"
    rhein = system_of("rhein")
    assert [rhein.get("networks").status for _ in range(4)] == [200, 200, 200, 429]
