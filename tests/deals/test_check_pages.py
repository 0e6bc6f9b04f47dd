"""Doubts on the pages and over REST: from what the reader sees alone."""

from datetime import date, timedelta

import pytest

from deals.models import DealStatus, FactCode, Project
from deals.services.deals import register_deal
from deals.services.facts import FactDraft, state_fact
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.api import system_of
from tests.cast import Cast
from tests.project_acts import curated, decide, mineral, project
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")
TODAY = date.today()


def dated(cast: Cast, about: Project, code: FactCode, day: date, *, by: str, level: Level) -> None:
    person = cast.people[by]
    with acting_as(person):
        state_fact(by=person, project=about, draft=FactDraft(code, TODAY, day=day), level=level)
    if level is not Level.OWN:
        decide(cast, by)


def test_a_doubt_rests_on_what_its_reader_sees(cast: Cast) -> None:
    news = curated(cast)
    dated(cast, news, FactCode.FID_DATE, TODAY + timedelta(days=500), by="rolf", level=Level.NETWORK)
    dated(cast, news, FactCode.FIRST_PRODUCTION, TODAY + timedelta(days=100), by="marc", level=Level.OWN)
    says = "comes before the final investment decision"
    assert says in Web(cast.marc).get("deals_project_change", news.pk).seen
    assert says not in Web(cast.ada).get("deals_project_change", news.pk).seen
    found = system_of("maple").get(f"projects/{news.pk}/checks").body["results"]
    assert "production_before_decision" in [each["check"] for each in found]
    found = system_of("austral").get(f"projects/{news.pk}/checks").body["results"]
    assert "production_before_decision" not in [each["check"] for each in found]


def test_a_deals_doubts_stand_on_its_page_and_over_rest(cast: Cast) -> None:
    with acting_as(cast.ada):
        bare = register_deal(by=cast.ada, network=cast.network, slug="bare", name="Bare", status=DealStatus.IN_MARKET)
    page = Web(cast.ada).get("deals_deal_change", bare.pk).seen
    found = system_of("austral").get(f"deals/{bare.pk}/checks").body["results"]
    assert [each["check"] for each in found] == ["no_target"]
    assert all(each["says"] in page for each in found)


def test_hidden_and_missing_are_alike(cast: Cast) -> None:
    made = project(cast, minerals=(mineral(cast),))
    maple, rhein = system_of("maple"), system_of("rhein")
    assert maple.get(f"projects/{made.pk}/checks").status == 200
    assert rhein.get(f"projects/{made.pk}/checks").status == 404
