"""Mail of deals that fit a mandate of its reader's institution; hidden ones are as none."""

import pytest

from deals.models import Deal, DealStatus
from deals.money import Money
from deals.services.deals import ask_to_open, register_deal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.digests.composing import compose
from network.digests.scope import scope_now
from network.digests.selection import news_for
from network.models import Cadence, Carries, Topic
from network.services.preferences import prefer
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import mail_carries
from tests.project_acts import decide, mandate

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]
TITLE = "DEALS THAT FIT YOUR MANDATES"


def now(cast: Cast, who: str) -> str:
    person = cast.people[who]
    with acting_as(person):
        told = compose(person, news_for(person, scope_now(person.pk)))
    return told.text if told else ""


def comes(cast: Cast, target: str, *, level: Level = Level.NETWORK) -> Deal:
    """Austral's, in the market."""
    with acting_as(cast.ada):
        deal = register_deal(
            by=cast.ada, network=cast.network, slug=f"deal-{target}", name=f"Package of {target}", code_name="Wren",
            target=Money.of(target, "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        if level is not Level.OWN:
            ask_to_open(by=cast.ada, deal=deal, level=level)
    if level is not Level.OWN:
        decide(cast, "ada")
    return deal


@pytest.fixture
def maple(committed_cast: Cast) -> Cast:
    """Maple finances from USD 50m on, and Marc wants to hear of what fits."""
    cast = committed_cast
    mandate(cast, by="marc", level=Level.OWN, ticket_from=Money.of("50000000", "USD").amount, currency="USD")
    mail_carries(cast, Carries.FULL, "marc")
    mail_carries(cast, Carries.FULL, "ada")
    with acting_as(cast.marc):
        prefer(by=cast.marc, cadences={Topic.MATCHING: Cadence.DAILY})
    return cast


def test_a_deal_that_fits_is_told(maple: Cast) -> None:
    comes(maple, "100000000")
    text = now(maple, "marc")
    assert TITLE in text
    assert "Austral" in text


def test_one_that_does_not_fit_or_is_hidden_is_not(maple: Cast) -> None:
    comes(maple, "10000000")
    comes(maple, "200000000", level=Level.OWN)
    assert TITLE not in now(maple, "marc")


def test_what_others_do_in_it_is_not_told_under_it(maple: Cast) -> None:
    deal = comes(maple, "100000000")
    before = now(maple, "marc")
    letter(maple, Level.NETWORK, by="ada", approver="abe", deal=deal, money="1000000")
    assert "letter of interest" not in now(maple, "marc")
    assert TITLE in before


def test_who_wants_none_hears_of_none(maple: Cast) -> None:
    with acting_as(maple.marc):
        prefer(by=maple.marc, cadences={Topic.MATCHING: Cadence.NOTHING})
    comes(maple, "100000000")
    assert TITLE not in now(maple, "marc")
