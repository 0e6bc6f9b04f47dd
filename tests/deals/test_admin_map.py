"""The map of projects: who sees it finds each project that they may see, by mineral and by how far its money is."""

import re

import pytest

from deals.models import Deal, Project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.project_acts import merge, mineral, project
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
MAPUTO = ("-25.9", "32.6")


def marks(text: str) -> list[tuple[str, str]]:
    """How far the financing is of each that stands on the map, and its name."""
    return re.findall(r'<a class="ob-mark ob-(\w+)"[^>]*aria-label="([^,]+),', text)


def financed(cast: Cast, of: Project) -> None:
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(project=of)


def test_a_project_stands_where_it_is_with_how_far_its_money_is(cast: Cast) -> None:
    mine = project(cast, "Balama", by="ada", level=Level.NETWORK, place=MAPUTO, minerals=(mineral(cast),))
    financed(cast, mine)
    page = Web(cast.rolf).get("map")
    assert marks(page.text) == [("open", "Balama")]
    # 32.6 degrees east of the middle, 109.9 degrees south of the picture's edge.
    assert 'cx="590.6" cy="305.3"' in page.text
    assert "a deal is under way" in page.seen
    # Maple sees the project, and no deal of it.
    assert marks(Web(cast.marc).get("map").text) == [("none", "Balama")]


def test_what_is_hidden_is_neither_on_the_map_nor_among_its_minerals(cast: Cast) -> None:
    empty = Web(cast.rolf).get("map").masked
    project(cast, "Hidden", by="ada", place=MAPUTO, minerals=(mineral(cast, "terbium"),))
    assert Web(cast.rolf).get("map").masked == empty
    assert "You see no project yet." in Web(cast.rolf).get("map").seen
    assert "Terbium" in Web(cast.ada).get("map").seen


def test_it_is_asked_by_mineral_and_by_financing(cast: Cast) -> None:
    graphite, terbium = mineral(cast), mineral(cast, "terbium")
    project(cast, "Balama", by="ada", place=MAPUTO, minerals=(graphite,))
    financed(cast, project(cast, "Wattle", by="ada", country="AU", place=("-25.0", "120.0"), minerals=(terbium,)))
    web = Web(cast.ada)
    assert marks(web.get("map", mineral=str(graphite.pk)).text) == [("none", "Balama")]
    assert marks(web.get("map", finance="open").text) == [("open", "Wattle")]
    assert "No project is so." in web.get("map", finance="closed").seen


def test_one_without_coordinates_stands_in_the_table_and_says_so(cast: Cast) -> None:
    project(cast, "Nowhere", by="ada")
    page = Web(cast.ada).get("map")
    assert marks(page.text) == []
    assert "1 of them has no coordinates yet, and stands in the table alone." in page.seen
    assert "Nowhere" in page.seen


def test_a_merged_project_stands_there_once_with_the_deals_of_both(cast: Cast) -> None:
    old = project(cast, "Old name", by="ada", level=Level.NETWORK, place=MAPUTO)
    new = project(cast, "New name", by="marc", level=Level.NETWORK, place=MAPUTO)
    financed(cast, old)
    merge(cast, old, new, by="ada", other="marc")
    assert marks(Web(cast.ada).get("map").text) == [("open", "New name")]


def test_it_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    web = Web(cast.ada)
    project(cast, "One", by="ada", place=MAPUTO, minerals=(mineral(cast),))
    web.get("map")
    one = web.get("map").queries
    for number in range(3):
        project(cast, f"More {number}", by="ada", place=MAPUTO, minerals=(mineral(cast, f"m{number}"),))
    assert web.get("map").queries == one <= 13


def test_the_page_of_a_project_shows_where_it_is(cast: Cast) -> None:
    made = project(cast, by="ada", place=MAPUTO)
    assert len(marks(Web(cast.ada).get("deals_project_change", made.pk).text)) == 1
    nowhere = project(cast, "Nowhere", by="ada")
    assert "ob-world" not in Web(cast.ada).get("deals_project_change", nowhere.pk).text
