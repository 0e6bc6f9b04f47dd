"""The pipeline: deals by status with class beside class, filters that find what they say, views kept under a name."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from deals.lifecycle import Class
from deals.models import Deal, SavedView
from deals.money import Money
from deals.selectors.pipeline import sums_of
from deals.selectors.stack import deal_stack
from deals.services import deals
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter, published, signed
from tests.cast import Cast
from tests.project_acts import mineral, project
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def columns(page: Page) -> dict[str, list[str]]:
    """The names of the deals in each column."""
    found = {}
    for part in page.text.split('<section class="ob-column')[1:]:
        name = part.split('">', 2)[2].split("<span")[0].strip()
        names = [each.split("</a>")[0].split('">')[-1] for each in part.split("<h3>")[1:]]
        if names:
            found[name] = names
    return found


def another(cast: Cast, name: str, **facts: object) -> Deal:
    with acting_as(cast.ada):
        made = deals.register_deal(by=cast.ada, name=name, slug=name.lower().replace(" ", "-"), network=cast.network)
        Deal.objects.filter(pk=made.pk).update(**facts)
    return made


def test_classes_stand_side_by_side_under_the_target(cast: Cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="120000000")
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(target_amount=500_000_000, target_currency="USD")
    web = Web(cast.ada)
    page = web.get("pipeline")
    assert columns(page) == {"in market": [cast.deal.name]}
    assert 'aria-label="firm none; conditional none; indicative 120 m; target USD 500 m"' in page.text
    # Both gaps, always together, and as the deal's own page says them.
    for gap in ("gap to firm USD 500,000,000", "gap to signed USD 500,000,000"):
        assert gap in page.seen
    table = web.get("pipeline", **{"as": "table"})
    assert "USD 120,000,000" in table.seen
    assert "USD 500,000,000" in table.seen


def test_sums_are_those_of_the_deals_own_stack(cast: Cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="120000000")
    letter(cast, Level.PARTIES, by="sora", approver="shin", size_level=Level.LEAD, money="7000000")
    published(cast, about="maple")
    signed(cast, Level.PARTIES, by="rolf", approver="rita", money="90000000", size_level=Level.PARTIES)
    letter(cast, Level.PARTIES, by="mina", size_level=Level.OWN, money="5000000")
    for who in (cast.ada, cast.rolf, cast.sora, cast.dora):
        with acting_as(who):
            for deal in Deal.objects.all():
                stack, sums = deal_stack(deal), sums_of([deal.pk])[deal.pk]
                for cls in (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE):
                    total = stack.block(cls).total
                    assert sums.of(cls) == (total or Money.total(Decimal(0), sums.currency)), (who, deal, cls)
                if deal.target_amount is not None:
                    assert (sums.to_firm, sums.to_signed) == (stack.to_firm, stack.to_signed)


def test_what_is_hidden_is_the_same_as_missing(cast: Cast) -> None:
    web = Web(cast.rolf)
    before = web.get("pipeline")
    another(cast, "Hidden package")
    letter(cast, Level.OWN, by="sora", approver="shin", money="33000000")
    after = web.get("pipeline")
    assert (after.masked, after.queries) == (before.masked, before.queries)


def test_filters_find_what_they_say(cast: Cast) -> None:
    site = project(cast, "Balama", by="ada", minerals=(mineral(cast),), country="MZ")
    another(cast, "Balama package", project=site, target_amount=10, target_currency="USD")
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES)
    web = Web(cast.ada)
    both = {"draft": ["Balama package"], "in market": [cast.deal.name]}
    assert columns(web.get("pipeline")) == both
    assert columns(web.get("pipeline", mineral=str(mineral(cast).pk))) == {"draft": ["Balama package"]}
    assert columns(web.get("pipeline", country="MZ")) == {"draft": ["Balama package"]}
    assert columns(web.get("pipeline", cls="indicative")) == {"in market": [cast.deal.name]}
    assert "draft" in columns(web.get("pipeline", gap="open"))
    assert columns(web.get("pipeline", gap="none")) == {}
    assert columns(web.get("pipeline", mine="on")) == both
    assert columns(Web(cast.rolf).get("pipeline", mine="on")) == {"in market": [cast.deal.name]}
    assert "No deal that you may see is so." in web.get("pipeline", cls="firm").seen
    # What is no filter filters nothing and breaks nothing.
    assert web.get("pipeline", mineral="x", country="'", gap="?").status == 200


def test_an_empty_pipeline_says_what_to_do(cast: Cast) -> None:
    assert "You see no deal yet." in Web(cast.cora).get("pipeline").seen


def test_views_are_ones_own_or_ones_institutions(cast: Cast) -> None:
    ada = Web(cast.ada)
    ada.http.post("/admin/pipeline/?gap=open&x=1", {"name": "To be filled", "pinned": "on"}, secure=True)
    ada.http.post("/admin/pipeline/?country=AU", {"name": "Australia", "shared": "on"}, secure=True)
    page = ada.get("pipeline")
    assert 'href="/admin/pipeline/?gap=open"' in page.text
    assert page.seen.index("To be filled") < page.seen.index("Australia")
    abe, rolf = Web(cast.abe), Web(cast.rolf)
    assert "Australia" in abe.get("pipeline").seen
    assert "To be filled" not in abe.get("pipeline").seen
    assert "Australia" not in rolf.get("pipeline").seen
    # Whoever is no officer keeps views for itself alone.
    refused = abe.http.post("/admin/pipeline/", {"name": "All of us", "shared": "on"}, secure=True)
    assert refused.status_code == 422
    # Past the page as well.
    with acting_as(cast.abe), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SavedView.objects.create(institution=cast.abe.institution, name="All of us")
    with acting_as(cast.ada):
        shared = SavedView.objects.get(name="Australia")
    assert rolf.post("pipeline_view_end", shared.pk).status == 404
    assert abe.post("pipeline_view_end", shared.pk).status == 404
    assert "It is removed." in ada.post("pipeline_view_end", shared.pk).seen
    assert "Australia" not in ada.get("pipeline").seen


def test_it_asks_as_much_for_many_deals_as_for_one(cast: Cast) -> None:
    web = Web(cast.ada)
    web.get("pipeline")
    one = web.get("pipeline").queries
    for number in range(4):
        at = project(cast, f"Site {number}", by="ada", minerals=(mineral(cast, f"m{number}"),))
        another(cast, f"Package {number}", project=at)
    # The projects, what they yield, and its name.
    assert web.get("pipeline").queries == one + 3
    many = web.get("pipeline").queries
    for number in range(4, 12):
        another(cast, f"Package {number}", project=project(cast, f"Site {number}", by="ada"))
    page = web.get("pipeline")
    assert page.queries == many
    assert "the newest 10 of 12: filter to see others" in page.seen
