"""How much one asker may ask, and what it is told of it."""

import os
import re
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from config.settings.api import rate_limit
from institutions.api.conventions import rates
from tests.api import system_of


@pytest.fixture(autouse=True)
def _three_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMIT = rate_limit("3/minute")
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


def test_how_long_to_wait_is_the_same_in_words(cast, monkeypatch):
    monkeypatch.setattr(rates.COUNTER, "ask", lambda limit, who: (False, 0, time.time() + 17))
    refused = system_of("rhein").get("networks")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "17")
    assert re.findall(r"\d+", refused.body["detail"]) == ["17"]


def test_a_broker_that_is_away_keeps_nobody_from_an_answer(cast, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/at/all.sock"
    rhein = system_of("rhein")
    assert [rhein.get("networks").status for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("written", ["", "1200", "1200/fortnight", "0/minute", "-5/minute", "lots", "9/second;99/hour"])
def test_what_is_not_one_limit_is_refused_and_says_how_to_write_it(written):
    with pytest.raises(ImproperlyConfigured, match="Write it like 1200/minute"):
        rate_limit(written)


def test_a_wrong_limit_stops_the_start():
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR, env=os.environ | {"ORE_RATE_LIMIT": "lots"}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode != 0
    assert "ORE_RATE_LIMIT is 'lots', which is not one limit." in run.stderr
