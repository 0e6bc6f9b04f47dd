"""Lists of the web admin are counted as far as people leaf."""

import pytest

from institutions.admin import paging
from institutions.isolation.levels import Level
from tests.acts import letter
from tests.cast import Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def test_a_long_list_says_that_there_is_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        letter(cast, Level.OWN)
    whole = Web(cast.mina).get("admin:deals_commitment_changelist")
    assert "more than" not in whole.seen
    monkeypatch.setattr(paging, "COUNTED", 2)
    cut = Web(cast.mina).get("admin:deals_commitment_changelist")
    assert "more than 2 commitments: search or filter for what lies further on" in cut.seen
    assert cut.queries == whole.queries
    found = Web(cast.mina).get("admin:deals_commitment_changelist", q="Hanok")
    assert "more than 2 results" in found.seen
