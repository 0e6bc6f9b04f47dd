"""A mandate as one sentence, in the language that is active. Pure: names of minerals come in."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.models import Mandate
from deals.money import Money, minor_units
from deals.sentences.words import word

# What an institution does with an instrument.
DOES: dict[str, Any] = {
    "senior_loan": later("lends"),
    "subordinated_loan": later("lends"),
    "prepayment": later("lends"),
    "equity": later("invests"),
    "preferred_equity": later("invests"),
    "convertible": later("invests"),
    "royalty_or_stream": later("invests"),
    "grant": later("grants"),
    "guarantee": later("covers"),
    "untied_loan_guarantee": later("covers"),
    "political_risk_insurance": later("covers"),
    "comprehensive_insurance": later("covers"),
}
TIES: dict[str, Any] = {
    "offtaker": later("an offtake to %(country)s"),
    "sponsor": later("a sponsor from %(country)s"),
    "exporter": later("an exporter from %(country)s"),
    "contractor": later("a contractor from %(country)s"),
}
_MILLION = Decimal(1_000_000)


def reading(mandate: Mandate, minerals: Mapping[UUID, str]) -> str:
    """'Lends USD 50m to 500m for up to 15 years to extraction or refining of lithium, from feasibility on.'"""
    clauses = [_("%(does)s %(ticket)s for %(tenor)s to %(stages)s of %(minerals)s") % _about(mandate, minerals)]
    if mandate.earliest_stage:
        clauses.append(_("from %(stage)s on") % {"stage": word(mandate.earliest_stage)})
    if mandate.countries:
        clauses.append(_("in %(countries)s") % {"countries": either(map(country, mandate.countries))})
    if mandate.countries_out:
        clauses.append(_("not in %(countries)s") % {"countries": either(map(country, mandate.countries_out))})
    if mandate.links:
        clauses.append(_("with %(tie)s") % {"tie": tie(mandate)})
    text = _(", ").join(clauses)
    return _("%(sentence)s.") % {"sentence": text[:1].upper() + text[1:]}


def ticket(mandate: Mandate) -> str:
    """'USD 50m to 500m', 'at least USD 5m', 'up to USD 5m', 'any amount'."""
    low, high = mandate.ticket_from, mandate.ticket_to
    if low is not None and low == high:
        return money(low, mandate.currency)
    if low is not None and high is not None:
        names = {"low": money(low, mandate.currency), "high": figure(high, mandate.currency)}
        return _("%(low)s to %(high)s") % names
    if low is not None:
        return _("at least %(amount)s") % {"amount": money(low, mandate.currency)}
    if high is not None:
        return _("up to %(amount)s") % {"amount": money(high, mandate.currency)}
    return _("any amount")


def tenor(months: int | None) -> str:
    """'up to 15 years', 'up to 30 months', 'any tenor'."""
    if months is None:
        return _("any tenor")
    if months % 12 == 0:
        years = months // 12
        return ngettext("up to %(n)s year", "up to %(n)s years", years) % {"n": years}
    return ngettext("up to %(n)s month", "up to %(n)s months", months) % {"n": months}


def tie(mandate: Mandate) -> str:
    """'an offtake to Korea or a sponsor from Korea'."""
    named = {"country": country(mandate.link_country)}
    return either(str(TIES[kind]) % named for kind in TIES if kind in mandate.links)


def either(words: Iterable[str]) -> str:
    """'lithium, nickel or cobalt', as the active language joins them."""
    said: str = format_list(list(words), style="or", locale=_babel())
    return said


def country(code: str) -> str:
    """Its name in the active language; the code where it has none."""
    name: str = _babel().territories.get(code, code)
    return name


def money(amount: Decimal, currency: str) -> str:
    return _("%(currency)s %(figure)s") % {"currency": currency, "figure": figure(amount, currency)}


def figure(amount: Decimal, currency: str) -> str:
    """'50m' where that is exact, else all of it."""
    if amount % _MILLION == 0:
        return _("%(millions)sm") % {"millions": f"{amount / _MILLION:,.0f}"}
    digits = minor_units(currency)
    text = str(Money.total(amount, currency)).removeprefix(f"{currency} ")
    return text.removesuffix("." + "0" * digits) if digits else text


def _about(mandate: Mandate, minerals: Mapping[UUID, str]) -> dict[str, str]:
    named = sorted(minerals[key] for key in mandate.minerals if key in minerals)
    return {
        "does": _each(mandate.instruments, DOES.__getitem__) or _("finances"),
        "ticket": ticket(mandate),
        "tenor": tenor(mandate.longest_tenor_months),
        "stages": _each(mandate.chain_stages, word) or _("any stage"),
        "minerals": either(named) if named else _("any mineral"),
    }


def _each(codes: Iterable[str], said: Callable[[str], object]) -> str:
    """Each word once, in the order in which they come."""
    words = list(dict.fromkeys(str(said(code)) for code in codes))
    return either(words) if words else ""


def _babel() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
