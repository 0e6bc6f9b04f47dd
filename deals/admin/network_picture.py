"""The network's picture: where its money goes, as bars and as tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from deals.admin.words import words
from deals.lifecycle import Class
from deals.money import figure
from deals.selectors.network_picture import Amount, Line, Picture, Sums, network_picture
from deals.sentences.mandates import country
from institutions.admin.site import site

CLASSES = (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE)


@dataclass(frozen=True)
class ShownAmount:
    text: str
    unknown: int


@dataclass(frozen=True)
class ShownLine:
    """A line of a table, with the bars of its classes in per cent of the largest class of all lines."""

    name: str
    deals: int
    money: tuple[ShownAmount, ...]
    cover: ShownAmount
    gap: ShownAmount
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    of: str
    lines: tuple[ShownLine, ...]


@site.page("picture/", name="network_picture")
def picture(request: HttpRequest) -> HttpResponseBase:
    """Money by mineral, stage of the supply chain and country; each reader's as the network's."""
    seen = network_picture()
    tables = [
        Table("minerals", _("By mineral"), _("Mineral"), _lines(seen, seen.minerals, lambda line: line.name)),
        Table(
            "chain", _("By stage of the supply chain"), _("Stage"),
            _lines(seen, seen.chain_stages, lambda line: words(line.name)),
        ),
        Table(
            "countries", _("By country"), _("Country"), _lines(seen, seen.countries, lambda line: country(line.name)),
        ),
    ]  # fmt: skip
    facts = {
        "whole": _line(seen, _("All deals"), seen.whole, Decimal(1)),
        "tables": tables,
        "currency": seen.currency,
        "rates_on": seen.rates_on,
    }
    return site.show(request, "admin/network_picture.html", facts, title=_("What the network finances"))


def _lines(seen: Picture, lines: Sequence[Line], called: Callable[[Line], str]) -> tuple[ShownLine, ...]:
    largest = max((each.sums.money[cls].amount for each in lines for cls in CLASSES), default=Decimal(0))
    return tuple(_line(seen, called(each) if each.key else _("not told"), each.sums, largest) for each in lines)


def _line(seen: Picture, name: str, sums: Sums, largest: Decimal) -> ShownLine:
    firm_cover = sums.cover[Class.FIRM]
    return ShownLine(
        name,
        len(sums.deals),
        tuple(_amount(seen, sums.money[cls]) for cls in CLASSES),
        _amount(seen, firm_cover),
        ShownAmount(figure(seen.money(sums.gap)), sums.gap_unknown),
        tuple((cls.value, int(100 * sums.money[cls].amount / largest) if largest else 0) for cls in CLASSES),
    )


def _amount(seen: Picture, amount: Amount) -> ShownAmount:
    text = figure(seen.money(amount.amount)) if amount.counted else "–"
    return ShownAmount(text, amount.unknown + amount.unconverted)
