"""The picture of a capital stack: what is drawn, and that nothing is added to anything."""

from decimal import Decimal

import pytest

from deals.admin.picture import LINE, ROOM, TALLEST, Picture, picture, short
from deals.lifecycle import Class
from deals.money import Money
from deals.selectors.figures import Figure, Gap, Sum
from deals.selectors.stack import Stack

M = Decimal(10) ** 6


def drawn(*figures: Figure, target: int = 0) -> Picture | None:
    money = Money(target * M, "USD") if target else None
    return picture(Stack(money, "USD", None, figures, to_firm=Gap(money), to_signed=Gap(money)))


def fig(cls: Class, millions: int | str, currency: str = "USD", *, side: str = "money", purpose: str = "base",
        converted: int | None = None) -> Figure:  # fmt: skip
    amount = Decimal(millions) * M
    added = Sum(amount, amount if converted is None else converted * M, rows=1)
    return Figure(cls, side, purpose, "senior", "senior_loan", currency, added, Sum(), "USD", ())


def test_classes_stand_side_by_side_on_one_scale() -> None:
    found = drawn(fig(Class.FIRM, 100), fig(Class.CONDITIONAL, 50), fig(Class.INDICATIVE, 200), target=400)
    assert found
    assert [(bar.name, bar.amount) for bar in found.bars] == [
        ("firm", "100 m"),
        ("conditional", "50 m"),
        ("indicative", "200 m"),
    ]
    assert [bar.height for bar in found.bars] == [TALLEST // 4, TALLEST // 8, TALLEST // 2]
    assert found.gap
    assert found.gap.height == TALLEST - TALLEST // 4, "the gap is above what is firm, whatever else there is"
    assert found.description == "In USD: firm 100 m; conditional 50 m; indicative 200 m; target 400 m."


@pytest.mark.parametrize("indicative", [*range(0, 500, 5)])
def test_the_targets_name_and_the_amount_of_the_last_column_do_not_lie_upon_each_other(indicative: int) -> None:
    found = drawn(fig(Class.INDICATIVE, indicative), target=300)
    assert found
    assert abs(found.target_label_y - found.bars[-1].amount_y) >= LINE
    assert found.target_label_y > LINE, "it is within the drawing"


def test_cover_stands_apart_and_closes_no_gap() -> None:
    found = drawn(fig(Class.FIRM, 300, side="cover"), target=300)
    assert found
    assert [bar.amount for bar in found.bars] == ["none", "none", "none"]
    assert [(bar.kind, bar.amount) for bar in found.covers] == [("cover-firm", "300 m")]
    assert found.gap
    assert found.gap.height == TALLEST


def test_other_currencies_stand_in_the_same_picture_once_they_are_converted() -> None:
    found = drawn(fig(Class.FIRM, 20), fig(Class.FIRM, 40, "AUD", converted=30), fig(Class.INDICATIVE, 10, "AUD",
                  converted=7), target=100)  # fmt: skip
    assert found
    assert [bar.amount for bar in found.bars] == ["50 m", "none", "7 m"]
    assert [bar.height for bar in found.bars] == [TALLEST // 2, 0, TALLEST * 7 // 100]


def test_only_the_base_is_drawn() -> None:
    found = drawn(fig(Class.FIRM, 10, purpose="standby"), target=40)
    assert found
    assert found.bars[0].amount == "none"


def test_something_is_never_drawn_as_nothing() -> None:
    found = drawn(fig(Class.FIRM, "0.000001"), target=1000)
    assert found
    assert found.bars[0].height > 0


def test_a_full_deal_has_no_gap_and_an_empty_one_no_picture() -> None:
    found = drawn(fig(Class.FIRM, 500), target=400)
    assert found
    assert found.gap is None
    assert drawn() is None


@pytest.mark.parametrize(
    ("amount", "said"),
    [("855000000", "855 m"), ("1680000000", "1.68 bn"), ("1234567890", "≈ 1.23 bn"), ("999999", "999,999")],
)
def test_an_amount_is_shortened_openly(amount: str, said: str) -> None:
    assert short(Money.of(amount, "USD")) == said


@pytest.mark.parametrize(
    ("firm", "offers", "within", "named"),
    [
        # Tall enough for its amount, with a gap tall enough for its name.
        (200, 0, True, True),
        # The gap is a sliver.
        (390, 0, True, False),
        # The amount stands above a low column, and the gap's name above that.
        (10, 0, False, True),
        # Beside offers of four times the target both are low, and the amount has the room.
        (160, 1600, False, False),
    ],
)
def test_the_gap_and_the_amount_below_it_never_stand_on_each_other(
    firm: int, offers: int, within: bool, named: bool
) -> None:
    found = drawn(fig(Class.FIRM, firm), fig(Class.INDICATIVE, offers), target=400)
    assert found
    assert found.gap
    bar = found.bars[0]
    assert bar.within is within
    assert (found.gap_name_y is not None) is named
    if found.gap_name_y is not None:
        assert abs(found.gap_name_y - bar.amount_y) >= ROOM
