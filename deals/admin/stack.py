"""A capital stack as the pages show it: figures that open to their rows, and the choice of currency and rates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext
from unfold.widgets import UnfoldAdminSelectWidget

from deals.admin.forms import day
from deals.admin.picture import Picture, picture
from deals.admin.words import badge
from deals.models import Purpose
from deals.models.rate import EURO
from deals.money import Money, figure
from deals.selectors.figures import RISKS, SPONSOR, Block, Figure, Rate, Row, left_out
from deals.selectors.rates import quoted_currencies
from deals.selectors.stack import Stack
from deals.sentences.days import day_in_words
from deals.sentences.words import in_row, instrument_word, listed, qualified, word

_BESIDE = {
    "cover": later("Cover, beside the money"),
    "reinsurance": later("Reinsurance of cover"),
    "risk": later("Risk participations, never money"),
    "within": later("Participations, counted in the lender's loan"),
}
SEVERAL = "several"
_TOO_MUCH = {
    "political": later(
        "The covers that you see protect %(percent)s %% of %(names)s against the political risk: more than all."
    ),
    "commercial": later(
        "The covers that you see protect %(percent)s %% of %(names)s against the commercial risk: more than all."
    ),
}


class RatesForm(forms.Form):
    """In which currency a stack is told, and at which day's rates."""

    currency = forms.ChoiceField(label=later("Told in"), required=False, widget=UnfoldAdminSelectWidget())
    on = day(later("At rates of"), hint=later("The newest, unless you give a day."))

    def __init__(self, *args: Any, usual: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = sorted({*([usual] if usual else []), *quoted_currencies()})
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["currency"].initial = usual

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > timezone.now().date():
            raise forms.ValidationError(_("Give a day that has come."))
        return on


@dataclass(frozen=True)
class ShownRow:
    """What a figure opens to, as one line of a table."""

    row: Row

    @property
    def stated(self) -> str:
        if self.row.money is None:
            return _("amount unknown")
        return qualified(figure(self.row.money), self.row.qualifier)

    @property
    def converted(self) -> str:
        if self.row.money and self.row.converted is None:
            return _("no rate")
        return figure(self.row.converted) if self.row.rate else ""

    @property
    def at(self) -> str:
        rate = self.row.rate
        if rate is None:
            return ""
        return _("%(rate)s on %(day)s (ECB)") % {"rate": _equals(rate), "day": day_in_words(rate.on)}


@dataclass(frozen=True)
class ShownFigure:
    """A figure with its rows."""

    figure: Figure

    @property
    def name(self) -> str:
        instrument, seniority = self.figure.instrument, self.figure.seniority
        said = _("several instruments") if instrument == SEVERAL else instrument_word(instrument)
        # 'senior loan' says it already.
        if seniority in instrument:
            return said
        return listed([said, _("several instruments") if seniority == SEVERAL else word(seniority)])

    @property
    def stated(self) -> str:
        return figure(self.figure.money)

    @property
    def converted(self) -> str:
        if self.figure.all.unconverted:
            return _("not converted")
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
            return str(_BESIDE[self.block.side])
        if self.block.purpose == self.closes:
            return _("Money") if self.closes == Purpose.BASE else capfirst(word(self.closes))
        sponsors = self.block.purpose == SPONSOR
        what = _("Loans to the sponsor") if sponsors else capfirst(word(self.block.purpose))
        return _("%(what)s, closes no gap") % {"what": what}

    @property
    def badge(self) -> SafeString:
        return badge(word(self.block.cls.value), self.block.cls.value)

    @property
    def total(self) -> str:
        return figure(self.block.total) if self.block.total.amount else ""

    @property
    def besides(self) -> str:
        """What the total does not hold."""
        unknown, others = self.block.all.unknown, listed(left_out(0, self.block.others))
        return figure(in_row([*left_out(unknown, ()), *([others] if others else [])]))

    @property
    def figures(self) -> list[ShownFigure]:
        return [ShownFigure(found) for found in self.block.figures]

    @property
    def parts(self) -> list[str]:
        """What cover protects of it, in words; empty where none does."""
        parts, found = self.block.parts, []
        if self.block.side != "money" or not any(r.protected for f in self.block.figures for r in f.opens):
            return []
        for says, by_risk in (
            (_("covered: %(amounts)s"), parts.covered),
            (_("uncovered: %(amounts)s"), parts.uncovered),
            (_("unclear: %(amounts)s"), parts.unclear),
        ):
            if any(money.amount for money in by_risk.values()):
                found.append(says % {"amounts": _by_risk(*(by_risk[risk] for risk in RISKS))})
        return [*found, _("without any cover: %(amount)s") % {"amount": figure(parts.direct)}]


def _by_risk(political: Money, commercial: Money) -> str:
    if political == commercial:
        return figure(political)
    amounts = {"political": figure(political), "commercial": figure(commercial)}
    return _("%(political)s political, %(commercial)s commercial") % amounts


@dataclass(frozen=True)
class ShownStack:
    """Everything that the template of a stack shows."""

    stack: Stack
    form: RatesForm

    @property
    def label(self) -> str:
        return _(self.stack.label)

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """Each with what makes it no exact figure."""
        both = ((_("Gap to firm"), self.stack.to_firm), (_("Gap to signed"), self.stack.to_signed))
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
        facts = {"day": day_in_words(self.stack.day), "currency": self.stack.currency}
        if not earlier:
            return (
                _(
                    "Converted at the ECB's reference rates of %(day)s. Amounts stay as they were stated; figures are "
                    "rounded to %(currency)s's minor units."
                )
                % facts
            )
        return _(
            "Converted at the ECB's reference rates of %(day)s; none were published that day, so the last ones before "
            "it hold: %(before)s. Amounts stay as they were stated; figures are rounded to %(currency)s's minor units."
        ) % (facts | {"before": day_in_words(earlier[-1])})

    @property
    def warnings(self) -> list[str]:
        return [
            str(_TOO_MUCH[risk]) % {"percent": f"{percent:.0f}", "names": _names(row)}
            for row, risk, percent in self.stack.over_covered
        ]


def _equals(rate: Rate) -> str:
    return f"{rate.source} 1 = {rate.target} {rate.rate:f}"


def _rate(rate: Rate) -> str:
    """With the legs that the ECB published."""
    said = _("%(rate)s of %(day)s") % {"rate": _equals(rate), "day": day_in_words(rate.on)}
    if EURO in (rate.source, rate.target):
        return said
    legs = f"EUR 1 = {rate.source} {rate.source_leg.normalize():f} = {rate.target} {rate.target_leg.normalize():f}"
    return f"{said} ({legs})"


def _names(row: Row) -> str:
    return pgettext("between things that are listed", " and ").join(member.name for member in row.members)


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
