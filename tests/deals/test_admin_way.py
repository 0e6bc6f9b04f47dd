"""The page of a deal says where it stands on its way, what comes next, and what that still needs."""

import re

import pytest

from deals.models import Deal
from deals.services.deal_moves import move_deal
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.api import person_of
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def way(who: str, deal: Deal) -> str:
    """The way as its reader reads it, without its marks."""
    page = person_of(who).http.get(f"/admin/deals/deal/{deal.pk}/change/", secure=True)
    found = re.search(r'<nav class="ob-way".*?</nav>', page.content.decode(), re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0].replace(' aria-current="step">', "> [here]"))).strip()


def test_its_registrar_reads_where_it_stands_since_when_and_what_comes_next(cast: Cast) -> None:
    said = way("ada@austral.example", cast.deal)
    assert re.match(r"draft (\(passed\) )?(\d+ \w+ \d+ )?\[here\] in market \d+ \w+ \d{4} allocating", said), said
    # The cast's deal has its tranche.
    assert said.endswith("Next: allocate: share the tranches out among the offers. Keep the deal")


def test_others_read_it_without_the_registrars_duties(cast: Cast) -> None:
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(borrower=None)
        move_deal(by=cast.ada, deal=cast.deal, to="allocating")
    said = way("rolf@rhein.example", cast.deal)
    # The deal was told to Rhein after it had been brought to market, so when that was stands in nothing that it sees.
    assert re.fullmatch(
        r"draft \(passed\) in market \(passed\) \[here\] allocating \d+ \w+ \d{4} documentation closed completed"
        r" Next: documentation: write down what was allocated.",
        said,
    ), said
    assert "Name the borrower." in way("ada@austral.example", cast.deal)


def test_what_needs_a_second_person_says_so(cast: Cast) -> None:
    with acting_as(cast.ada):
        move_deal(by=cast.ada, deal=cast.deal, to="documentation")
    assert "Next: financial close. Have an approver of your institution, another person, confirm it." in way(
        "ada@austral.example", cast.deal
    )


def test_a_deal_that_was_put_aside_says_so_and_how_far_it_had_come(cast: Cast) -> None:
    with acting_as(cast.ada):
        move_deal(by=cast.ada, deal=cast.deal, to="cancelled", reason="The sponsor withdrew")
    confirm_waiting(cast, cast.deal, by="abe")
    said = way("ada@austral.example", cast.deal)
    assert "in market (passed)" in said
    assert said.endswith("This deal is cancelled.")
    assert "Next:" not in said
