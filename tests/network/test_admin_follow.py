"""Following a deal from its page, and the page of one's own mail."""

import os
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions.isolation.session import acting_as
from network.selectors.follows import follows
from tests.cast import Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def test_a_deal_is_followed_from_its_page_and_no_longer(cast: Cast) -> None:
    web = Web(cast.rolf)
    assert " Follow " in web.get("deals_deal_change", cast.deal.pk).seen
    followed = web.post("follow", cast.deal.pk, follow="yes").seen
    assert "You follow this deal: your next digest tells you what changes in it." in followed
    assert "Stop following" in followed
    with acting_as(cast.rolf):
        assert follows(cast.rolf, cast.deal.pk)
    web.get("follow", cast.deal.pk)
    assert "Stop following" in web.get("deals_deal_change", cast.deal.pk).seen, "a visit alone changes nothing"
    assert "You follow this deal no longer." in web.post("follow", cast.deal.pk, follow="no").seen


def test_a_hidden_deal_is_not_followed(cast: Cast) -> None:
    web = Web(cast.marc)
    hidden, missing = (web.post("follow", deal, follow="yes") for deal in (cast.deal.pk, uuid4()))
    assert hidden.status == missing.status == 404
    assert hidden.raw == missing.raw


def test_whoever_got_no_mail_yet_reads_what_to_do(cast: Cast) -> None:
    assert "Follow a deal from its page" in Web(cast.rolf).get("mail").seen


def test_the_page_of_ones_mail_costs_no_query_more_for_more_of_it(committed_cast: Cast) -> None:
    person, costs = committed_cast.rolf, []
    browser = Web(person)
    for day in range(1, 9):
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
            owner.execute(
                "INSERT INTO network_digest (id, person_id, period, status, subject, sent_at, to_xact, to_seq)"
                " VALUES (gen_random_uuid(), %s, %s, 'done', %s, now(), 1, 1)",
                [person.pk, f"day:2026-11-{day:02}", f"News of day {day}"],
            )
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("mail")
        assert f"News of day {day}" in page.seen
        costs.append(len(queries))
    assert costs[-1] == costs[1], costs
