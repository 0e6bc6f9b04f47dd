"""The page of an institution tells its commitments, as far as its reader sees them."""

import pytest

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def test_its_commitments_are_told_as_far_as_the_reader_sees_them(cast: Cast) -> None:
    rhein = cast.bank("rhein").pk
    before = {who: Web(cast.people[who]).get("institutions_institution_change", rhein) for who in ("ada", "sora")}
    letter(cast, Level.LEAD, by="rolf", approver="rita", size_level=Level.LEAD, money="64000000")
    letter(cast, Level.OWN, by="rolf", approver="rita", size_level=Level.OWN, money="65000000")
    page = Web(cast.ada).get("institutions_institution_change", rhein)
    assert "USD 64,000,000" in page.seen
    assert "65,000,000" not in page.seen
    assert "You see no commitment of it." in before["ada"].seen
    after = Web(cast.sora).get("institutions_institution_change", rhein)
    assert (after.masked, after.queries) == (before["sora"].masked, before["sora"].queries)


def test_it_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    web = Web(cast.rolf)
    letter(cast, Level.OWN, by="rolf", approver="rita")
    web.get("institutions_institution_change", cast.rolf.institution_id)
    one = web.get("institutions_institution_change", cast.rolf.institution_id).queries
    for _ in range(3):
        letter(cast, Level.OWN, by="rolf", approver="rita")
    assert web.get("institutions_institution_change", cast.rolf.institution_id).queries == one
