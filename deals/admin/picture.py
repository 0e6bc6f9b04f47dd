"""The capital stack as a picture: classes side by side on one scale, cover apart, the gap above what is firm.

All of it in the reporting currency; what no rate converts is named beside it. Lengths are in units of the drawing.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.lifecycle import Class
from deals.money import Money, figure
from deals.selectors.stack import Stack
from deals.sentences.words import in_row, word

BASELINE, TALLEST = 178, 132
FIRST, STEP, WIDTH = 20, 92, 74
# What a line of words takes in a column, and from one line to the next.
ROOM, LINE = 18, 14
SIDES = (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE)
# With the unit that it is counted in.
LARGE = ((Decimal(10) ** 9, later("%(amount)s bn")), (Decimal(10) ** 6, later("%(amount)s m")))


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
    def width(self) -> int:
        return WIDTH

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def within(self) -> bool:
        """Whether the amount stands in the column, which leaves the gap above it free."""
        return self.kind == "firm" and self.height >= ROOM

    @property
    def amount_y(self) -> int:
        return self.y + ROOM - 4 if self.within else self.y - 6


@dataclass(frozen=True)
class Picture:
    """The columns; `target_y` is where the target's line lies, None without one."""

    currency: str
    bars: tuple[Bar, ...]
    covers: tuple[Bar, ...]
    target: str
    target_y: int | None
    gap: Bar | None
    description: str

    @property
    def target_label_y(self) -> int:
        """Above the target's line; above the last column's amount, where that stands in its way."""
        label, amount = (self.target_y or 0) - 5, self.bars[-1].amount_y
        return min(label, amount) - LINE if abs(label - amount) < LINE else label

    @property
    def gap_name_y(self) -> int | None:
        """In the middle of the gap; None where there is no room for a word, or the amount stands there."""
        if self.gap is None:
            return None
        taken = 0 if self.bars[0].within else ROOM
        return self.gap.y + (self.gap.height - taken) // 2 + 4 if self.gap.height - taken >= ROOM else None


def picture(stack: Stack) -> Picture | None:
    """None where nothing of known amount is seen and there is no target."""
    money = [stack.block(cls).total for cls in SIDES]
    cover = [stack.block(cls, "cover").total for cls in SIDES]
    amounts = [m.amount for m in (*money, *cover, *([stack.target] if stack.target else []))]
    if not any(amounts):
        return None
    most = max(*amounts, Decimal(1))
    bars = tuple(_bar(FIRST + STEP * i, money[i], most, cls, cls.value) for i, cls in enumerate(SIDES))
    seen = [(m, cls) for m, cls in zip(cover, SIDES, strict=True) if m.amount]
    aside = FIRST + STEP * len(SIDES) + 32
    covers = tuple(_bar(aside + STEP * i, m, most, cls, f"cover-{cls.value}") for i, (m, cls) in enumerate(seen))
    target_y = BASELINE - _length(stack.target.amount, most) if stack.target else None
    return Picture(
        currency=stack.currency,
        bars=bars,
        covers=covers,
        target=short(stack.target) if stack.target else "",
        target_y=target_y,
        gap=_gap(bars[0], target_y),
        description=_description(stack.currency, bars, covers, stack.target),
    )


def short(money: Money) -> str:
    """'855 m', '1.68 bn'; with '≈' where that is rounded."""
    for unit, pattern in LARGE:
        if abs(money.amount) >= unit:
            exact = money.amount / unit
            rounded = exact.quantize(Decimal("0.01"))
            text = f"{rounded:f}".rstrip("0").rstrip(".")
            return pattern % {"amount": text if exact == rounded else f"≈ {text}"}
    return figure(money).split(" ", 1)[1]


def _length(amount: Decimal, most: Decimal) -> int:
    return int(amount / most * TALLEST)


def _bar(x: int, money: Money, most: Decimal, cls: Class, kind: str) -> Bar:
    height = _length(money.amount, most)
    # Something is never drawn as nothing.
    height = max(height, 2) if money.amount else 0
    return Bar(x, BASELINE - height, height, kind, short(money) if money.amount else _("none"), word(cls.value))


def _gap(firm: Bar, target_y: int | None) -> Bar | None:
    if target_y is None or target_y >= firm.y:
        return None
    return Bar(firm.x, target_y, firm.y - target_y, "gap", "", _("gap"))


def _description(currency: str, bars: tuple[Bar, ...], covers: tuple[Bar, ...], target: Money | None) -> str:
    said = [_("%(name)s %(amount)s") % {"name": bar.name, "amount": bar.amount} for bar in bars]
    said += [
        _("%(name)s cover %(amount)s, beside the money") % {"name": bar.name, "amount": bar.amount} for bar in covers
    ]
    if target:
        said.append(_("target %(amount)s") % {"amount": short(target)})
    return _("In %(currency)s: %(amounts)s.") % {"currency": currency, "amounts": in_row(said)}
