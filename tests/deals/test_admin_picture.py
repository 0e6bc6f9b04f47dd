"""The picture of a capital stack: what is drawn, and that nothing is added to anything."""

from decimal import Decimal

import pytest

from deals.admin.picture import TALLEST, pictures, short
from deals.lifecycle import Class
from deals.money import Money
from deals.selectors.stack import Gap, Line, Stack

M = Decimal(10) ** 6


def stack(*lines: Line, target: int = 0) -> Stack:
    money = Money(target * M, "USD") if target else None
    return Stack(target=money, lines=lines, to_firm=Gap(money), to_signed=Gap(money))


def line(cls: Class, millions: int, currency: str = "USD", *, cover: bool = False, purpose: str = "base") -> Line:
    return Line(cls, cover, purpose, currency, millions * M, rows=1, unknown=0)


def test_classes_stand_side_by_side_on_one_scale() -> None:
    (drawn,) = pictures(
        stack(line(Class.FIRM, 100), line(Class.CONDITIONAL, 50), line(Class.INDICATIVE, 200), target=400)
    )
    assert [(bar.name, bar.amount) for bar in drawn.bars] == [
        ("firm", "100 m"),
        ("conditional", "50 m"),
        ("indicative", "200 m"),
    ]
    assert [bar.height for bar in drawn.bars] == [TALLEST // 4, TALLEST // 8, TALLEST // 2]
    assert drawn.gap
    assert drawn.gap.height == TALLEST - TALLEST // 4, "the gap is above what is firm, whatever else there is"
    assert drawn.description == "In USD: firm 100 m; conditional 50 m; indicative 200 m; target 400 m."


def test_cover_stands_apart_and_closes_no_gap() -> None:
    (drawn,) = pictures(stack(line(Class.FIRM, 300, cover=True), target=300))
    assert [bar.amount for bar in drawn.bars] == ["none", "none", "none"]
    assert [(bar.kind, bar.amount) for bar in drawn.covers] == [("cover-firm", "300 m")]
    assert drawn.gap
    assert drawn.gap.height == TALLEST


def test_each_currency_has_its_own_picture_and_the_targets_comes_first() -> None:
    drawn = pictures(stack(line(Class.FIRM, 10, "AUD"), line(Class.FIRM, 20), line(Class.FIRM, 30, "EUR"), target=40))
    assert [picture.currency for picture in drawn] == ["USD", "AUD", "EUR"]
    assert [picture.bars[0].amount for picture in drawn] == ["20 m", "10 m", "30 m"]
    assert [picture.target_y is None for picture in drawn] == [False, True, True]


def test_only_the_base_is_drawn() -> None:
    (drawn,) = pictures(stack(line(Class.FIRM, 10, purpose="standby"), target=40))
    assert drawn.bars[0].amount == "none"


def test_something_is_never_drawn_as_nothing() -> None:
    (drawn,) = pictures(stack(Line(Class.FIRM, False, "base", "USD", Decimal(1), 1, 0), target=1000))
    assert drawn.bars[0].height > 0


def test_a_full_deal_has_no_gap_and_an_empty_one_no_picture() -> None:
    (drawn,) = pictures(stack(line(Class.FIRM, 500), target=400))
    assert drawn.gap is None
    assert pictures(stack()) == ()


@pytest.mark.parametrize(
    ("amount", "said"),
    [("855000000", "855 m"), ("1680000000", "1.68 bn"), ("1234567890", "≈ 1.23 bn"), ("999999", "999,999")],
)
def test_an_amount_is_shortened_openly(amount: str, said: str) -> None:
    assert short(Money.of(amount, "USD")) == said
