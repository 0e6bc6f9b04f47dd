"""API8, security misconfiguration: in the clear, with its inside turned out, with its figures for everybody."""

import sys
from typing import Any

import pytest
from django.test import Client as Http

from institutions.api.conventions.problems import Problem
from tests.api import system_of
from tests.cast import Cast
from tests.security.api_top_ten.removing import case, code, held_off, setting, yes


@case(without=setting("SECURE_SSL_REDIRECT", False))
def test_a_token_is_sent_in_the_clear_and_answered(cast: Cast) -> None:
    system = system_of("rhein")
    answer = system.http.get("/api/v1/deals", headers={"Authorization": f"Bearer {system.token}"})
    held_off(answer.status_code == 403 and b"https_required" in answer.content, "it was answered in the clear")


def _talkative() -> Problem:

    return Problem(500, "internal", repr(sys.exc_info()[1]))


@case(without=code("institutions.api.conventions.problems._internal", _talkative))
def test_an_error_tells_what_stands_inside(cast: Cast) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("postgresql://orebook_app:canary@db")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("institutions.api.conventions.resources.whole_page_of", breaks)
        answer = system_of("rhein").get("deals")
    held_off(answer.status == 500 and b"canary" not in answer.raw, "the error said where the database is")


@case(without=code("config.metrics._may_read", yes))
def test_the_figures_of_the_registry_are_read_by_anybody(cast: Cast) -> None:
    answer = Http().get("/metrics", secure=True, REMOTE_ADDR="203.0.113.9")
    held_off(answer.status_code == 404, "how much is asked here was told to a stranger")
