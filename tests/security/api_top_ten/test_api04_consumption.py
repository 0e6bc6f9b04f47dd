"""API4, unrestricted resource consumption: very many requests, a very long body, very many rows."""

import pytest
from django.conf import settings

from config.settings.api import rate_limit
from tests.api import system_of
from tests.cast import Cast
from tests.security.api_top_ten.removing import case, code, held_off, yes


@case(without=code("institutions.api.conventions.rates.PerAsker.allow_request", yes))
def test_a_system_asks_without_end(cast: Cast) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "RATE_LIMIT", rate_limit("5/minute"))
        system = system_of("hanok")
        statuses = [system.get("institutions").status for _ in range(12)]
    held_off(statuses == [200] * 5 + [429] * 7, "nobody stopped it")


@case(without=code("institutions.api.conventions.parsing.LARGEST", 10**9))
def test_a_body_is_as_long_as_its_sender_likes(cast: Cast) -> None:
    system = system_of("austral", "registry:read deals:write")
    answer = system.post("deals", b'{"name": "' + b"x" * 2_000_000 + b'"}')
    held_off(answer.status == 413, "all of it was read and taken apart")


@case(without=code("institutions.api.conventions.pages.LARGEST_LIMIT", 10**8))
def test_a_page_is_as_long_as_its_reader_likes(cast: Cast) -> None:
    answer = system_of("hanok").get("institutions?limit=10000000")
    held_off(answer.status == 400, "a page of ten million rows was begun")
