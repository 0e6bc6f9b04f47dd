"""The capital stack as a picture: classes side by side on one scale, cover apart, the gap above what is firm.

One picture per currency, since no currency is added to another. Lengths are in units of the drawing.
"""

from dataclasses import dataclass
from decimal import Decimal

from deals.lifecycle import Class
from deals.money import Money
from deals.selectors.deal_page import figure
from deals.selectors.stack import Line, Stack

BASELINE, TALLEST = 178, 132
FIRST, STEP, WIDTH = 24, 92, 64
SIDES = ((Class.FIRM, "firm"), (Class.CONDITIONAL, "conditional"), (Class.INDICATIVE, "indicative"))


@dataclass(frozen=True)
class Bar:
    """One column of the picture."""

    x: int
    y: int
    height: int
    kind: str
    amount: str
    name: str

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def above(self) -> int:
        return self.y - 6


@dataclass(frozen=True)
class Picture:
    """The columns of one currency; `target_y` is where the target's line lies, None without one."""

    currency: str
    bars: tuple[Bar, ...]
    covers: tuple[Bar, ...]
    target: str
    target_y: int | None
    gap: Bar | None
    description: str

    @property
    def target_label_y(self) -> int:
        """Above the target's line, which is where nothing else stands."""
        return (self.target_y or 0) - 5

    @property
    def gap_name_y(self) -> int:
        """In the middle of the gap."""
        return self.gap.y + self.gap.height // 2 + 4 if self.gap else 0


def pictures(stack: Stack) -> tuple[Picture, ...]:
    """The target's currency first; none where nothing of known amount is seen and there is no target."""
    found = {line.currency for line in stack.lines if line.money}
    target = stack.target.currency if stack.target else ""
    ordered = [target] * bool(target) + sorted(found - {target})
    return tuple(_picture(stack, currency) for currency in ordered)


def short(money: Money) -> str:
    """'855 m', '1.68 bn'; with '≈' where that is rounded."""
    for unit, name in ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m")):
        if abs(money.amount) >= unit:
            exact = money.amount / unit
            rounded = exact.quantize(Decimal("0.01"))
            text = f"{rounded:f}".rstrip("0").rstrip(".")
            return f"{'' if exact == rounded else '≈ '}{text} {name}"
    return figure(money).split(" ", 1)[1]


def _picture(stack: Stack, currency: str) -> Picture:
    money = [_total(stack.of(cls), currency) for cls, _ in SIDES]
    cover = [_total(stack.of(cls, cover=True, purpose=None), currency) for cls, _ in SIDES]
    target = stack.target if stack.target and stack.target.currency == currency else None
    most = max([*(m.amount for m in (*money, *cover)), target.amount if target else Decimal(0), Decimal(1)])
    bars = tuple(_bar(FIRST + STEP * i, money[i], most, name) for i, (_, name) in enumerate(SIDES))
    seen = [(m, name) for m, (_, name) in zip(cover, SIDES, strict=True) if m.amount]
    aside = FIRST + STEP * len(SIDES) + 32
    covers = tuple(_bar(aside + STEP * i, m, most, name, kind=f"cover-{name}") for i, (m, name) in enumerate(seen))
    target_y = BASELINE - _length(target.amount, most) if target else None
    return Picture(
        currency=currency,
        bars=bars,
        covers=covers,
        target=short(target) if target else "",
        target_y=target_y,
        gap=_gap(bars[0], target_y),
        description=_description(currency, bars, covers, target),
    )


def _total(lines: tuple[Line, ...], currency: str) -> Money:
    return Money(sum((line.total for line in lines if line.currency == currency), Decimal(0)), currency)


def _length(amount: Decimal, most: Decimal) -> int:
    return int(amount / most * TALLEST)


def _bar(x: int, money: Money, most: Decimal, name: str, kind: str = "") -> Bar:
    height = _length(money.amount, most)
    # Something is never drawn as nothing.
    height = max(height, 2) if money.amount else 0
    return Bar(x, BASELINE - height, height, kind or name, short(money) if money.amount else "none", name)


def _gap(firm: Bar, target_y: int | None) -> Bar | None:
    if target_y is None or target_y >= firm.y:
        return None
    return Bar(firm.x, target_y, firm.y - target_y, "gap", "", "gap")


def _description(currency: str, bars: tuple[Bar, ...], covers: tuple[Bar, ...], target: Money | None) -> str:
    said = [f"{bar.name} {bar.amount}" for bar in bars]
    said += [f"{bar.name} cover {bar.amount}, beside the money" for bar in covers]
    if target:
        said.append(f"target {short(target)}")
    return f"In {currency}: {'; '.join(said)}."
