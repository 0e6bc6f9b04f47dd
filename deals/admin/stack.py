"""A capital stack as the pages show it: figures that open to their rows, and the choice of currency and rates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from deals.admin.forms import day
from deals.admin.picture import Picture, picture
from deals.admin.words import badge, words
from deals.models import Purpose
from deals.models.rate import EURO
from deals.money import Money, figure
from deals.selectors.figures import SPONSOR, Block, Figure, Rate, Row
from deals.selectors.rates import quoted_currencies
from deals.selectors.stack import Stack
from deals.sentences.words import qualified

_BESIDE = {
    "cover": "Cover, beside the money",
    "reinsurance": "Reinsurance of cover",
    "risk": "Risk participations, never money",
    "within": "Participations, counted in the lender's loan",
}


class RatesForm(forms.Form):
    """In which currency a stack is told, and at which day's rates."""

    currency = forms.ChoiceField(label="Told in", required=False, widget=UnfoldAdminSelectWidget())
    on = day("At rates of", hint="The newest, unless you give a day.")

    def __init__(self, *args: Any, usual: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = sorted({*([usual] if usual else []), *quoted_currencies()})
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["currency"].initial = usual

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > timezone.now().date():
            raise forms.ValidationError("Give a day that has come.")
        return on


@dataclass(frozen=True)
class ShownRow:
    """What a figure opens to, as one line of a table."""

    row: Row

    @property
    def stated(self) -> str:
        if self.row.money is None:
            return "amount unknown"
        return qualified(figure(self.row.money), self.row.qualifier)

    @property
    def converted(self) -> str:
        if self.row.money and self.row.converted is None:
            return "no rate"
        return figure(self.row.converted) if self.row.rate else ""

    @property
    def at(self) -> str:
        rate = self.row.rate
        return f"{rate.source} 1 = {rate.target} {rate.rate:f} on {rate.on:%-d %b %Y} (ECB)" if rate else ""


@dataclass(frozen=True)
class ShownFigure:
    """A figure with its rows."""

    figure: Figure

    @property
    def name(self) -> str:
        seniority = words(self.figure.seniority)
        instrument = words(self.figure.instrument)
        beside = f", {seniority}" if seniority and seniority not in instrument else ""
        return f"{instrument}{beside}".replace("several", "several instruments", 1)

    @property
    def stated(self) -> str:
        return figure(self.figure.money)

    @property
    def converted(self) -> str:
        if self.figure.all.unconverted:
            return "not converted"
        return figure(self.figure.converted) if self.figure.currency != self.figure.reporting else ""

    @property
    def rows(self) -> list[ShownRow]:
        return [ShownRow(row) for row in self.figure.opens]


@dataclass(frozen=True)
class ShownBlock:
    """What stands in one class, on one side, for one purpose."""

    block: Block
    closes: str

    @property
    def name(self) -> str:
        if self.block.side != "money":
            return _BESIDE[self.block.side]
        if self.block.purpose == self.closes:
            return "Money" if self.closes == Purpose.BASE else words(self.closes).capitalize()
        what = "Loans to the sponsor" if self.block.purpose == SPONSOR else words(self.block.purpose).capitalize()
        return f"{what}, closes no gap"

    @property
    def badge(self) -> SafeString:
        return badge(self.block.cls.value, self.block.cls.value)

    @property
    def total(self) -> str:
        return figure(self.block.total) if self.block.total.amount else ""

    @property
    def others(self) -> str:
        return ", ".join(f"{figure(money)} not converted" for money in self.block.others)

    @property
    def figures(self) -> list[ShownFigure]:
        return [ShownFigure(found) for found in self.block.figures]

    @property
    def parts(self) -> list[str]:
        """What cover protects of it, in words; empty where none does."""
        parts, found = self.block.parts, []
        if self.block.side != "money" or not any(r.protected for f in self.block.figures for r in f.opens):
            return []
        for says, by_risk in (("covered", parts.covered), ("uncovered", parts.uncovered), ("unclear", parts.unclear)):
            if any(money.amount for money in by_risk.values()):
                found.append(f"{says}: {_by_risk(by_risk['political'], by_risk['commercial'])}")
        return [*found, f"without any cover: {figure(parts.direct)}"]


def _by_risk(political: Money, commercial: Money) -> str:
    if political == commercial:
        return figure(political)
    return f"{figure(political)} political, {figure(commercial)} commercial"


@dataclass(frozen=True)
class ShownStack:
    """Everything that the template of a stack shows."""

    stack: Stack
    form: RatesForm

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """Each with what makes it no exact figure."""
        both = (("Gap to firm", self.stack.to_firm), ("Gap to signed", self.stack.to_signed))
        return [(name, figure(gap.said), figure(gap.because)) for name, gap in both]

    @property
    def picture(self) -> Picture | None:
        return picture(self.stack)

    @property
    def blocks(self) -> list[ShownBlock]:
        return [ShownBlock(block, self.stack.closes) for block in self.stack.blocks]

    @property
    def rates(self) -> list[str]:
        """Each rate that was used, with its day."""
        return [_rate(rate) for rate in self.stack.rates]

    @property
    def rates_note(self) -> str:
        """At whose rates it is told, and what a weekend does."""
        if not self.stack.rates or self.stack.day is None:
            return ""
        earlier = sorted({rate.on for rate in self.stack.rates if rate.on != self.stack.day})
        said = f"Converted at the ECB's reference rates of {self.stack.day:%-d %b %Y}"
        if earlier:
            said += f"; none were published that day, so the last ones before it hold: {earlier[-1]:%-d %b %Y}"
        return f"{said}. Amounts stay as they were stated; figures are rounded to {self.stack.currency}'s minor units."

    @property
    def warnings(self) -> list[str]:
        return [
            f"The covers that you see protect {percent:.0f} % of {_names(row)} against the {risk} risk: more than all."
            for row, risk, percent in self.stack.over_covered
        ]


def _rate(rate: Rate) -> str:
    """With the legs that the ECB published."""
    said = f"{rate.source} 1 = {rate.target} {rate.rate:f} of {rate.on:%-d %b %Y}"
    if EURO in (rate.source, rate.target):
        return said
    legs = f"EUR 1 = {rate.source} {rate.source_leg.normalize():f} = {rate.target} {rate.target_leg.normalize():f}"
    return f"{said} ({legs})"


def _names(row: Row) -> str:
    return " and ".join(member.name for member in row.members)


def shown_stack(request: HttpRequest, ask: Callable[[str | None, date | None], Stack]) -> ShownStack:
    """The stack in the currency and at the day that the address names; as usual where it names none, or wrong ones."""
    asked = {name: request.GET[name] for name in ("currency", "on") if request.GET.get(name)}
    if not asked:
        stack = ask(None, None)
        return ShownStack(stack, RatesForm(usual=stack.currency))
    form = RatesForm(asked)
    if not form.is_valid():
        return ShownStack(ask(None, None), form)
    return ShownStack(ask(form.cleaned_data["currency"] or None, form.cleaned_data["on"]), form)
