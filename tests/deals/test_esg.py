"""Categories that are told, screening that is not, and reasons that owners give for what is doubted."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from deals.models import DealStatus, EsgScreening, FactCode, Project, ProjectCheckAnswer
from deals.selectors.esg import esg_of
from deals.services.answering_checks import AnsweredAlready, NothingDoubted, answer_project_check
from deals.services.deals import register_deal
from deals.services.esg import CategoryDraft, categorise, tell_category
from deals.services.facts import FactDraft, NewerThere, NotYourStatement, state_fact
from deals.services.projects import NotYourProject
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.refusals import Unmet
from institutions.selectors.reading import instant
from tests.api import system_of
from tests.cast import Cast
from tests.project_acts import SCOPES, again, category, curated, decide, made, mineral, project, screening
from tests.web import Web, reads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
TODAY = date.today()


def strictest(cast: Cast, who: str, about: Project) -> str:
    with acting_as(cast.people[who]):
        return esg_of([about.pk]).strictest


def test_the_strictest_of_those_that_one_is_told_of(cast: Cast) -> None:
    news = curated(cast)
    assert strictest(cast, "ada", news) == ""
    category(cast, news, "B", by="rolf")
    category(cast, news, "C", by="sora")
    category(cast, news, "A", by="marc", level=Level.OWN)
    assert (strictest(cast, "ada", news), strictest(cast, "marc", news)) == ("B", "A")
    # A later one of the same institution supersedes it.
    category(cast, news, "C", by="rolf", as_of=date(2026, 2, 1))
    assert strictest(cast, "ada", news) == "C"
    with acting_as(cast.rolf), pytest.raises(NewerThere):
        categorise(by=cast.rolf, project=news, draft=CategoryDraft("A", date(2026, 1, 15)))


def test_a_category_is_told_by_its_institution_alone(cast: Cast) -> None:
    news = curated(cast)
    row = again(cast, category(cast, news, "B", by="rolf"), by="rolf")
    with acting_as(cast.marc), pytest.raises(NotYourStatement):
        tell_category(by=cast.marc, category=row, level=Level.OWN)
    with acting_as(cast.rolf):
        tell_category(by=cast.rolf, category=row, level=Level.OWN)
        with pytest.raises(Unmet):
            categorise(by=cast.rolf, project=news, draft=CategoryDraft("D", date.today() + timedelta(days=1)))
    assert strictest(cast, "ada", news) == ""


def test_screening_stays_with_its_institution_for_ever(cast: Cast) -> None:
    news = curated(cast)
    row = screening(cast, news, by="rolf", outcome="not_met")
    with acting_as(cast.ada):
        assert not EsgScreening.objects.exists()
    with acting_as(cast.rolf):
        for change in ({"level": "network"}, {"outcome": "met"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                EsgScreening.objects.filter(pk=row.pk).update(**change)
        sound: dict[str, Any] = {
            "owner": cast.bank("rhein"), "network": cast.network, "project": news, "principle": "work",
            "outcome": "met", "evidence": "Visit", "as_of": TODAY,
        }  # fmt: skip
        for wrong in ({"level": "network"}, {"evidence": ""}, {"principle": "charm"}, {"outcome": "fine"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                EsgScreening.objects.create(**sound | wrong)
        EsgScreening.objects.create(**sound)


def test_the_page_shows_the_strictest_and_ones_own_screening(cast: Cast) -> None:
    news, web = curated(cast), Web(cast.rolf)
    assert web.post("deals_project_category", news.pk, category="A", as_of="2026-01-01", level="network").status == 200
    decide(cast, "rolf")
    empty = {"principle": "land", "outcome": "met", "evidence": "", "as_of": "2026-01-01"}
    assert web.post("deals_project_screening", news.pk, **empty).status == 422
    sent = {"principle": "land", "outcome": "partly_met", "evidence": "Two hearings", "as_of": "2026-01-01"}
    assert web.post("deals_project_screening", news.pk, **sent).status == 200
    page = web.get("deals_project_change", news.pk)
    assert "kept in part consultative and participatory access to land" in page.seen
    assert "1 of 6" in page.seen
    other = Web(cast.ada).get("deals_project_change", news.pk).seen
    assert "the strictest that you are told of: A" in other
    assert "Two hearings" not in other
    with acting_as(cast.rolf):
        (row,) = esg_of([news.pk]).categories
    assert web.post("deals_esgcategory_level", row.pk, level="own").status == 200
    assert "told of no Equator category" in Web(cast.ada).get("deals_project_change", news.pk).seen


def test_systems_give_categories_and_screen(cast: Cast) -> None:
    news, rhein, maple = curated(cast), system_of("rhein", SCOPES), system_of("maple", SCOPES)
    about: dict[str, object] = {"project": str(news.pk), "as_of": "2026-01-01"}
    kept = made(rhein, "esg-categories", about | {"category": "B", "level": "network"})
    decide(cast, "rolf")
    made(rhein, "esg-screenings", about | {"principle": "land", "outcome": "met", "evidence": "Minutes"})
    found = maple.get(f"projects/{news.pk}/esg").body
    assert (found["strictest"], [each["outcome"] for each in found["principles"]]) == ("B", [""] * 6)
    own = rhein.get(f"projects/{news.pk}/esg").body
    assert [each["outcome"] for each in own["principles"] if each["outcome"]] == ["met"]
    assert maple.all("esg-screenings") == []
    assert [row["id"] for row in maple.all(f"esg-categories?project={news.pk}&current=true")] == [kept["id"]]
    assert maple.patch(f"esg-categories/{kept['id']}", {"level": "own"}, f'"{kept["version"]}"').status in (403, 412)


def planned(cast: Cast, days: int, level: Level = Level.OWN) -> Project:
    """Maple's, told to the network, of which first production comes before the decision."""
    mine = project(cast, level=Level.NETWORK, minerals=(mineral(cast),))
    with acting_as(cast.marc):
        for code, day in ((FactCode.FID_DATE, 500), (FactCode.FIRST_PRODUCTION, days)):
            draft = FactDraft(code, TODAY - timedelta(days=9), day=TODAY + timedelta(days=day))
            state_fact(by=cast.marc, project=mine, draft=draft, level=level)
    if level is not Level.OWN:
        decide(cast, "marc")
    return mine


def test_an_owner_answers_a_doubt_and_the_reason_stays_visible(cast: Cast) -> None:
    mine = planned(cast, 100, Level.NETWORK)
    web, code = Web(cast.marc), "production_before_decision"
    assert "Answer" in web.get("deals_project_change", mine.pk).seen
    assert web.post("deals_project_answer", mine.pk, code, reason="A pilot plant").status == 200
    assert "A pilot plant" not in Web(cast.ada).get("deals_project_change", mine.pk).seen
    decide(cast, "marc")
    seen = Web(cast.ada).get("deals_project_change", mine.pk).seen
    assert "answered First production" in seen
    assert "Maple, " in seen
    assert "A pilot plant" in seen
    # In whatever language: it is an answer to the same.
    assert "A pilot plant" in reads(cast, "ada", Language.FR).get("deals_project_change", mine.pk).seen
    found = {each["check"]: each for each in system_of("austral").get(f"projects/{mine.pk}/checks").body["results"]}
    assert found[code]["answer"]["reason"] == "A pilot plant"
    assert found["no_chain_stage"]["answer"] is None
    twice = system_of("maple", SCOPES).post(f"projects/{mine.pk}/checks", {"check": code, "reason": "Again"})
    assert (twice.status, twice.body["type"]) == (409, "urn:orebook:problem:check_answered")


def test_others_learn_when_they_were_told_the_reason_and_not_when_it_was_written(committed_cast: Cast) -> None:
    cast = committed_cast
    mine = planned(cast, 100, Level.NETWORK)
    maple, path = system_of("maple", SCOPES), f"projects/{mine.pk}/checks"
    assert maple.post(path, {"check": "production_before_decision", "reason": "A pilot plant"}).status == 201
    with acting_as(cast.marc):
        written = instant(ProjectCheckAnswer.objects.get().created_at)
    decide(cast, "marc")
    with acting_as(cast.marc):
        told = instant(ProjectCheckAnswer.objects.get().told_at)
    assert told != written
    seen = system_of("austral").get(path).body["results"]
    assert [each["answer"]["answered_at"] for each in seen if each["answer"]] == [told]


def test_an_answer_is_to_what_was_found_then(cast: Cast) -> None:
    mine = planned(cast, 100)
    maple, path = system_of("maple", SCOPES), f"projects/{mine.pk}/checks"
    code = "production_before_decision"
    assert maple.post(path, {"check": code, "reason": "A pilot plant"}).status == 201
    with acting_as(cast.marc):
        later = FactDraft(FactCode.FID_DATE, TODAY, day=TODAY + timedelta(days=700))
        state_fact(by=cast.marc, project=mine, draft=later)
    found = {each["check"]: each["answer"] for each in maple.get(path).body["results"]}
    # The same check finds another decision too late: that is not what was answered.
    assert found[code] is None


def test_whoever_sees_less_is_shown_no_answer_to_what_it_does_not_see(cast: Cast) -> None:
    mine = planned(cast, 100)
    with acting_as(cast.marc):
        answer_project_check(by=cast.marc, project=mine, code="no_chain_stage", finding=["another"], reason="A port")
    decide(cast, "marc")
    seen = system_of("austral").get(f"projects/{mine.pk}/checks").body["results"]
    found = {each["check"]: each["answer"] for each in seen}
    assert found["no_chain_stage"] is None


def test_only_the_owner_answers_and_only_what_is_doubted(cast: Cast) -> None:
    mine = planned(cast, 100)
    with acting_as(cast.rolf), pytest.raises(NotYourProject):
        answer_project_check(by=cast.rolf, project=mine, code="no_mineral", finding=["x"], reason="Because")
    with acting_as(cast.marc):
        with pytest.raises(NothingDoubted):
            answer_project_check(by=cast.marc, project=mine, code="no_mineral", finding=(), reason="Because")
        answer_project_check(by=cast.marc, project=mine, code="no_mineral", finding=["x"], reason="Because")
        with pytest.raises(AnsweredAlready):
            answer_project_check(by=cast.marc, project=mine, code="no_mineral", finding=["x"], reason="Because")
    assert Web(cast.rolf).get("deals_project_answer", mine.pk, "no_chain_stage").status == 404
    assert Web(cast.marc).get("deals_project_answer", mine.pk, "no_mineral").status == 404


def test_a_registrar_answers_what_is_doubted_in_its_deal(cast: Cast) -> None:
    with acting_as(cast.ada):
        bare = register_deal(by=cast.ada, network=cast.network, slug="bare", name="Bare", status=DealStatus.IN_MARKET)
    assert Web(cast.ada).post("deals_deal_answer", bare.pk, "no_target", reason="Open until the study").status == 200
    assert "Open until the study" in Web(cast.ada).get("deals_deal_change", bare.pk).seen
    (found,) = system_of("austral").get(f"deals/{bare.pk}/checks").body["results"]
    assert found["answer"]["reason"] == "Open until the study"
