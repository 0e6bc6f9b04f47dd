"""Facts of a project: side by side, exactly typed, superseded and never rewritten, told as far as each maker says."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.models import FactCode, Precision, Project, ProjectFact, Source
from deals.money import Money
from deals.selectors.facts import FACTS, current_facts, facts_of
from deals.selectors.projects import PROJECTS
from deals.services.facts import (
    FactBeyondProject,
    FactDraft,
    NewerThere,
    NotYourStatement,
    state_fact,
    tell_fact,
)
from deals.services.projects import tell_project
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.refusals import Unmet
from institutions.selectors.reading import one
from tests.cast import Cast
from tests.project_acts import again, curated, decide, mineral, project, stage

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def state(cast: Cast, about: Project, draft: FactDraft, *, by: str = "marc", level: Level = Level.OWN) -> ProjectFact:
    with acting_as(cast.people[by]):
        return state_fact(by=cast.people[by], project=about, draft=draft, level=level)


def shown(cast: Cast, who: str, about: Project) -> object:
    with acting_as(cast.people[who]):
        found = one(PROJECTS, about.pk)
    assert found is not None
    return found["development_stage"]


def test_statements_of_several_makers_stand_side_by_side(cast: Cast) -> None:
    news = curated(cast)
    stage(cast, news, "operating", JUNE, by="marc", level=Level.NETWORK)
    stage(cast, news, "commissioning", MAY, by="rolf", level=Level.NETWORK)
    with acting_as(cast.ada):
        lines = [(line.fact.text, line.current, line.shown) for line in facts_of([news.pk])]
    assert lines == [("operating", True, True), ("commissioning", True, False)]


def test_the_latest_that_the_asker_sees_is_the_one_shown(cast: Cast) -> None:
    news = curated(cast)
    assert shown(cast, "ada", news) == "construction"
    stage(cast, news, "commissioning", MAY, by="rolf", level=Level.NETWORK)
    stage(cast, news, "operating", JUNE, by="marc")
    assert [shown(cast, who, news) for who in ("marc", "ada")] == ["operating", "commissioning"]
    with acting_as(cast.ada):
        assert Project.objects.get(pk=news.pk).development_stage == "construction"


def test_of_one_day_the_registered_statement_comes_before_the_published_one(cast: Cast) -> None:
    news = curated(cast)
    with acting_as(System("test", cast.bank("desk").pk)):
        ProjectFact.objects.create(
            owner=cast.bank("desk"), network=cast.network, project=news, code="development_stage", text="permitting",
            as_of=MAY, origin="published", level="public", source=Source.objects.get(),
        )  # fmt: skip
    assert shown(cast, "ada", news) == "permitting"
    stage(cast, news, "operating", MAY, by="marc", level=Level.PUBLIC)
    assert shown(cast, "ada", news) == "operating"


def test_a_newer_statement_supersedes_ones_own_and_no_other(cast: Cast) -> None:
    news = curated(cast)
    others = stage(cast, news, "operating", MAY, by="rolf", level=Level.NETWORK)
    first = stage(cast, news, "commissioning", MAY, by="marc")
    second = stage(cast, news, "operating", JUNE, by="marc")
    assert stands(cast, "marc", first, second, others) == [(False, None), (True, first.pk), (True, None)]
    with acting_as(cast.marc), pytest.raises(NewerThere):
        stage(cast, news, "construction", MAY, by="marc")


def test_what_its_maker_keeps_supersedes_nothing_that_others_see(cast: Cast) -> None:
    """Of three statements the middle one is kept: others see neither it, nor that there is one."""
    news = curated(cast)
    first = stage(cast, news, "commissioning", date(2026, 4, 1), by="marc", level=Level.NETWORK)
    with acting_as(cast.ada):
        before = (one(FACTS, first.pk), one(PROJECTS, news.pk), facts_of([news.pk]))
    kept = stage(cast, news, "closed", MAY, by="marc")
    with acting_as(cast.ada):
        assert (one(FACTS, first.pk), one(PROJECTS, news.pk), facts_of([news.pk])) == before
    last = stage(cast, news, "operating", JUNE, by="marc", level=Level.NETWORK)
    assert stands(cast, "ada", first, last) == [(False, None), (True, first.pk)]
    assert stands(cast, "marc", first, kept, last) == [(False, None), (False, first.pk), (True, kept.pk)]


def stands(cast: Cast, who: str, *facts: ProjectFact) -> list[tuple[object, object]]:
    """Of each statement, whether it is its maker's present one, and which it supersedes, as that person sees it."""
    with acting_as(cast.people[who]):
        found = [one(FACTS, fact.pk) for fact in facts]
    return [(each["current"], each["supersedes"]) for each in found if each is not None]


def test_of_two_of_one_day_one_is_the_later(cast: Cast) -> None:
    news = curated(cast)
    stage(cast, news, "operating", MAY, by="marc")
    with acting_as(cast.marc), pytest.raises(IntegrityError, match="fact_stated_once"), transaction.atomic():
        ProjectFact.objects.create(
            owner=cast.bank("maple"), network=cast.network, project=news, code="development_stage", text="closed",
            as_of=MAY,
        )  # fmt: skip


def test_what_a_statement_says_is_never_rewritten(cast: Cast) -> None:
    made = stage(cast, curated(cast), "operating", MAY, by="marc")
    with acting_as(cast.marc):
        for change in ({"text": "closed"}, {"as_of": JUNE}, {"project": cast.deal.pk}, {"basis": "x"}):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                ProjectFact.objects.filter(pk=made.pk).update(**change)


def test_values_are_exact_and_of_their_kind(cast: Cast) -> None:
    news, graphite = curated(cast), mineral(cast)
    cost = state(cast, news, FactDraft(FactCode.CAPEX, MAY, money=Money.of("1250000000.5", "USD"), basis="Sponsor"))
    output = state(cast, news, FactDraft(
        FactCode.PLANNED_OUTPUT, MAY, Precision.MONTH, number=Decimal("29300.125"), unit="t_per_year", mineral=graphite,
    ))  # fmt: skip
    with acting_as(cast.marc):
        found = one(FACTS, cost.pk)
        assert found is not None
        assert (found["money"], found["shown"]) == ({"amount": "1250000000.50", "currency": "USD"}, True)
        found = one(FACTS, output.pk)
        assert found is not None
        assert found["quantity"] == {"number": "29300.125", "unit": "t_per_year"}
        of_project = one(PROJECTS, news.pk)
        assert of_project is not None
        assert (of_project["capex"], of_project["capex_as_of"]) == (
            {"amount": "1250000000.50", "currency": "USD"}, MAY,
        )  # fmt: skip


def test_resources_of_several_categories_and_minerals_are_current_together(cast: Cast) -> None:
    news, graphite, other = curated(cast), mineral(cast), mineral(cast, "vanadium")
    for of, category in ((graphite, "measured"), (graphite, "indicated"), (other, "measured"), (None, "total")):
        state(cast, news, FactDraft(
            FactCode.RESOURCE, MAY, number=Decimal("110"), unit="mt", mineral=of, category=category,
            reporting_code="jorc", grade=Decimal("8.1"), grade_unit="percent", competent_person="R. Roe",
        ))  # fmt: skip
    with acting_as(cast.marc):
        assert current_facts().count() == 4


BAD = {
    "no value": (FactDraft(FactCode.CAPEX, MAY), {"/money"}),
    "another kind": (FactDraft(FactCode.FID_DATE, MAY, text="soon"), {"/text", "/date"}),
    "no such stage": (FactDraft(FactCode.DEVELOPMENT_STAGE, MAY, text="dreaming"), {"/text"}),
    "a unit that does not fit": (
        FactDraft(FactCode.MINE_LIFE, MAY, number=Decimal(20), unit="t"), {"/quantity/unit"},
    ),
    "output of nothing": (
        FactDraft(FactCode.PLANNED_OUTPUT, MAY, number=Decimal(20), unit="t_per_year"), {"/mineral"},
    ),
    "an estimate without a code": (
        FactDraft(FactCode.RESERVE, MAY, number=Decimal(20), unit="mt", category="probable"), {"/reporting_code"},
    ),
    "a category of another": (
        FactDraft(FactCode.RESERVE, MAY, number=Decimal(20), unit="mt", category="inferred", reporting_code="jorc"),
        {"/category"},
    ),
    "a grade of no estimate": (
        FactDraft(FactCode.PERMITTING, MAY, text="granted", grade=Decimal(1), grade_unit="ppm"), {"/grade"},
    ),
    "the future": (FactDraft(FactCode.PERMITTING, date.today() + timedelta(days=2), text="granted"), {"/as_of"}),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_what_a_statement_lacks_is_named_at_its_field(cast: Cast, bad: str) -> None:
    draft, wrong = BAD[bad]
    with pytest.raises(Unmet) as refused:
        state(cast, curated(cast), draft)
    assert set(refused.value.unmet) == wrong


@pytest.mark.parametrize(
    "row",
    [
        {"code": "capex"},
        {"code": "capex", "currency": "USD"},
        {"code": "capex", "amount": Decimal(1), "currency": "USD", "text": "x"},
        {"code": "fid_date", "text": "x"},
        {"code": "mine_life", "quantity": Decimal(1), "unit": "t"},
        {"code": "planned_output", "quantity": Decimal(1), "unit": "t_per_year"},
        {"code": "reserve", "quantity": Decimal(1), "unit": "t", "category": "probable"},
        {"code": "reserve", "quantity": Decimal(1), "unit": "t", "category": "inferred", "reporting_code": "jorc"},
        {"code": "resource", "quantity": Decimal(1), "unit": "t", "category": "total", "reporting_code": "jorc",
         "grade_unit": "ppm"},
        {"code": "development_stage", "text": "dreaming"},
        {"code": "permitting", "text": "x", "as_of": date.today() + timedelta(days=2)},
        {"code": "capex", "amount": Decimal("1.005"), "currency": "USD"},
        {"code": "gossip", "text": "x"},
    ],
)  # fmt: skip
def test_the_database_takes_no_half_statement(cast: Cast, row: dict[str, object]) -> None:
    news = curated(cast)
    with acting_as(cast.marc), pytest.raises(IntegrityError), transaction.atomic():
        ProjectFact.objects.create(
            **{"owner": cast.bank("maple"), "network": cast.network, "project": news, "as_of": MAY} | row
        )


def test_a_fact_is_told_no_further_than_its_project_and_narrowed_with_it(cast: Cast) -> None:
    own = project(cast)
    with pytest.raises(FactBeyondProject):
        stage(cast, own, "operating", MAY, by="marc", level=Level.NETWORK)
    told = project(cast, "Told", level=Level.NETWORK)
    made = stage(cast, told, "operating", MAY, by="marc", level=Level.NETWORK)
    theirs = stage(cast, told, "closed", MAY, by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc):
        tell_project(by=cast.marc, project=again(cast, told, by="marc"), level=Level.OWN)
        made.refresh_from_db()
        assert made.level == "own"
    # Nobody updates another's row; but of a project that one does not see one is told nothing.
    assert again(cast, theirs, by="rolf").level == "network"
    with acting_as(cast.ada):
        assert one(FACTS, theirs.pk) is None


def test_a_fact_is_told_further_by_two_and_by_its_maker_alone(cast: Cast) -> None:
    news = curated(cast)
    made = stage(cast, news, "operating", MAY, by="marc")
    with acting_as(cast.ada):
        assert one(FACTS, made.pk) is None
    with acting_as(cast.marc):
        assert tell_fact(by=cast.marc, fact=made, level=Level.NETWORK) is not None
    decide(cast, "marc")
    with acting_as(cast.ada):
        assert one(FACTS, made.pk) is not None
        seen = ProjectFact.objects.select_related("owner", "project").get(pk=made.pk)
        with pytest.raises(NotYourStatement):
            tell_fact(by=cast.ada, fact=seen, level=Level.OWN)


@pytest.mark.parametrize("hidden", [True, False])
def test_a_fact_of_a_hidden_project_fails_as_one_of_a_missing_one(cast: Cast, hidden: bool) -> None:
    about = project(cast).pk if hidden else uuid4()
    with acting_as(cast.rolf), pytest.raises(DatabaseError) as refused, transaction.atomic():
        ProjectFact.objects.create(
            owner=cast.bank("rhein"), network=cast.network, project_id=about, code="permitting", text="x", as_of=MAY
        )
    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"


def test_hidden_statements_change_nothing_for_others(cast: Cast) -> None:
    news = curated(cast)
    with acting_as(cast.ada):
        before = one(PROJECTS, news.pk)
    stage(cast, news, "closed", JUNE, by="marc")
    with acting_as(cast.ada):
        assert one(PROJECTS, news.pk) == before
    # And another's own statement is as current as if it were alone.
    assert stands(cast, "rolf", stage(cast, news, "operating", MAY, by="rolf")) == [(True, None)]


def test_the_statements_of_a_project_cost_one_question(cast: Cast) -> None:
    news = curated(cast)
    for month in range(1, 5):
        stage(cast, news, "operating", date(2026, month, 1), by="marc")
    with acting_as(cast.marc), CaptureQueriesContext(connection) as asked:
        assert len(facts_of([news.pk])) == 4
    assert len(asked) == 1
