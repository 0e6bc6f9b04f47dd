"""Whether mail and webhooks get through: shown to the secretariat, without what is in them, and to nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.digests import ledger
from network.selectors.health import LATE, channels
from tests.acts import letter
from tests.api import person_of
from tests.cast import Cast
from tests.network.digest_acts import Sink, follows_deal, send_now

pytestmark = pytest.mark.usefixtures("only_who_asks")


def page(who: str) -> tuple[int, str]:
    answer = person_of(who).http.get("/admin/health/", secure=True)
    return answer.status_code, answer.content.decode()


def test_what_waits_too_long_and_what_was_given_up_is_seen(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    status, quiet = page("dora@desk.example")
    assert (status, quiet.count("Gets through")) == (200, 2)
    follows_deal(cast, "ada", "abe")
    letter(cast, Level.LEAD)
    ledger.make_now()
    with acting_as(cast.dora):
        late = [each.name for each in channels(datetime.now(UTC) + LATE + timedelta(minutes=1)) if each.late]
        assert not [each for each in channels() if each.late or each.given_up]
    assert late == ["Mail"]
    sink.answer = "554 not this mail"
    send_now()
    with acting_as(cast.dora):
        assert [each.name for each in channels() if each.given_up] == ["Mail"]
    _, shown = page("dora@desk.example")
    # Neither whose mail it was, nor what it was about.
    assert not [word for word in ("Ada", "austral", "Blue Gum", "Wattle", "not this mail") if word in shown]


@pytest.mark.parametrize("who", ["ada@austral.example", "rita@rhein.example", "cora@corner.example"])
def test_nobody_else_has_the_page_or_its_figures(cast: Cast, who: str) -> None:
    assert page(who)[0] == 404
    with acting_as(cast.people[who.split("@")[0]]):
        assert channels() == []
