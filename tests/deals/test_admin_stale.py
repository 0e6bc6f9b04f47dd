"""Two who edit the same: nothing is overwritten unseen, and nothing typed is lost."""

import re

import pytest

from deals.models import Deal
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def opened(web: Web, cast: Cast) -> dict[str, str]:
    """The form of what is stated, as the browser has it."""
    page = web.get("deals_deal_keep", cast.deal.pk)
    (form,) = re.findall(r'<form[^>]*action="[^"]*/keep/change/".*?</form>', page.text, re.S)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrfmiddlewaretoken")
    return found


def test_where_both_changed_it_both_versions_are_shown_and_nothing_is_overwritten(cast: Cast) -> None:
    web = Web(cast.ada)
    mine = opened(web, cast)
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(name="Wattle, new")
    said = web.post("deals_deal_act", cast.deal.pk, "change", **(mine | {"name": "Wattle, mine"}))
    assert said.status == 422
    for each in ("it was 'Wattle senior package'", "is now 'Wattle, new'", "You typed 'Wattle, mine'"):
        assert each in said.seen
    assert 'value="Wattle, mine"' in said.text
    with acting_as(cast.ada):
        assert Deal.objects.get(pk=cast.deal.pk).name == "Wattle, new"
    # Sent once more, knowing of the other, it stands.
    again = mine | {"name": "Wattle, mine", "initial-name": "Wattle, new"}
    assert "The deal is changed." in web.post("deals_deal_act", cast.deal.pk, "change", **again).seen
    with acting_as(cast.ada):
        assert Deal.objects.get(pk=cast.deal.pk).name == "Wattle, mine"


def test_what_one_left_alone_stays_as_the_other_made_it(cast: Cast) -> None:
    web = Web(cast.ada)
    mine = opened(web, cast)
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(code_name="Emu")
    said = web.post("deals_deal_act", cast.deal.pk, "change", **(mine | {"name": "Wattle, mine"}))
    assert "The deal is changed." in said.seen
    with acting_as(cast.ada):
        deal = Deal.objects.get(pk=cast.deal.pk)
        assert (deal.name, deal.code_name) == ("Wattle, mine", "Emu")
