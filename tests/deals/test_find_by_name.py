"""Search by name: what a person may see is found in any script, and what is hidden leaves no trace."""

import pytest

from deals.models import Deal, NameWord, Project
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Institution
from tests import room
from tests.cast import Cast
from tests.project_acts import mineral, project
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def find(web: Web, asked: str) -> Page:
    return web.get("find", q=asked)


def names(web: Web, asked: str) -> list[str]:
    """What is found, as it drops from the field, without what tells it apart."""
    page = web.get("find", q=asked, part="1")
    assert page.status == 200
    return [part.split("</strong>")[0] for part in page.text.split("<strong>")[1:]]


def rename(cast: Cast, row: Project, **named: object) -> None:
    with acting_as(cast.marc):
        Project.objects.filter(pk=row.pk).update(**named)


@pytest.mark.parametrize("asked", ["Łódź Ölfeld", "lodz", "OLFE", "olf lod", "łódź"])
def test_case_accents_and_order_do_not_matter(cast: Cast, asked: str) -> None:
    project(cast, "Łódź Ölfeld", by="marc")
    assert names(Web(cast.marc), asked) == ["Łódź Ölfeld"]


@pytest.mark.parametrize(
    "asked", ["国際協力銀行", "協力", "한국", "수출입", "ｊｂｉｃ", "سوناطراك", "Εθνική", "グルー"]
)
def test_a_name_is_found_by_each_of_its_aliases_in_any_script(cast: Cast, asked: str) -> None:
    with acting_as(System("test", cast.bank("desk").pk)):
        Institution.objects.filter(slug="sakura").update(
            native_name="国際協力銀行", aliases=["한국수출입은행", "JBIC", "سوناطراك", "Εθνική Τράπεζα", "国際グループ"]
        )
    page = find(Web(cast.finn), asked)
    assert "Sakura Bank for Cooperation" in page.seen
    assert " also " in page.seen


def test_what_is_hidden_is_the_same_as_missing(cast: Cast) -> None:
    web = Web(cast.rolf)
    before = find(web, "Balama")
    hidden = project(cast, "Balama North", by="marc")
    after = find(web, "Balama")
    assert (after.masked, after.queries) == (before.masked, before.queries)
    assert "Nothing that you may see has a name with “Balama”." in after.seen
    # The table of words hides it too, not the page alone.
    with acting_as(cast.rolf):
        assert not NameWord.objects.filter(row_id=hidden.pk).exists()


def test_it_is_found_from_when_it_is_told_until_it_is_narrowed(cast: Cast) -> None:
    shared = project(cast, "Balama North", by="marc", level=Level.NETWORK)
    web = Web(cast.rolf)
    assert names(web, "balama") == ["Balama North"]
    with acting_as(cast.marc):
        set_level(row=shared, level=Level.OWN)
    assert names(web, "balama") == []
    assert names(Web(cast.marc), "balama") == ["Balama North"]


def test_colleagues_outside_a_deals_team_do_not_find_it(cast: Cast) -> None:
    assert "Wattle senior package" in names(Web(cast.mina), "wattle")
    assert "Wattle senior package" not in names(Web(cast.dami), "wattle")


def test_a_new_name_is_found_and_the_old_one_no_more(cast: Cast) -> None:
    made = project(cast, "Balama North", by="marc")
    rename(cast, made, name="Ancuabe", aliases=["Grafite do Norte"])
    web = Web(cast.marc)
    assert (names(web, "balama"), names(web, "ancu"), names(web, "norte")) == ([], ["Ancuabe"], ["Ancuabe"])


def test_a_document_and_a_mineral_are_found_and_lead_to_their_pages(cast: Cast) -> None:
    mineral(cast, "terbium")
    made = room.document(cast, by="rolf")
    web = Web(cast.rolf)
    assert f"/admin/deals/document/{made.pk}/change/" in find(web, "wattle model").text
    assert "/admin/deals/mineral/" in find(web, "terb").text
    assert names(Web(cast.ada), "wattle model") == []


def test_the_name_that_was_typed_comes_first(cast: Cast) -> None:
    for name in ("Alpha Balama", "Balama Zeta", "Balama"):
        project(cast, name, by="marc")
    assert names(Web(cast.marc), "balama") == ["Balama", "Balama Zeta", "Alpha Balama"]


def test_many_of_a_kind_say_that_there_are_more(cast: Cast) -> None:
    web = Web(cast.marc)
    project(cast, "Balama 0", by="marc")
    find(web, "balama")
    one = find(web, "balama").queries
    for number in range(1, 10):
        project(cast, f"Balama {number}", by="marc")
    page = find(web, "balama")
    assert "the first 8; type more of the name to see others" in page.seen
    assert page.queries == one


@pytest.mark.parametrize("asked", ["", "  ", "%", "'; --", "_", "\\", "a\0b", "x" * 500, "(" * 40])
def test_nothing_that_is_typed_breaks_it(cast: Cast, asked: str) -> None:
    assert find(Web(cast.rolf), asked).status == 200


def test_a_deal_is_found_by_its_code_name(cast: Cast) -> None:
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(code_name="Kookaburra")
    assert names(Web(cast.ada), "kook") == ["Wattle senior package"]
    assert names(Web(cast.marc), "kook") == []
