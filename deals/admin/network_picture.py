"""The network's picture: where its money goes, as bars and as tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from deals.admin.words import words
from deals.lifecycle import Class
from deals.selectors.concentration import Output, concentration
from deals.selectors.network_picture import Amount, Line, Picture, Sums, financed_projects, network_picture
from deals.sentences.concentration import Said, lines_of
from deals.sentences.mandates import country
from deals.sentences.words import in_row
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
        Table("minerals", _("By mineral"), _("Mineral"), mineral_lines(seen)),
        Table("chain", _("By stage of the supply chain"), _("Stage"), chain_lines(seen)),
        Table(
            "countries", _("By country"), _("Country"), _lines(seen.countries, lambda line: country(line.name)),
        ),
    ]  # fmt: skip
    lines = shown_concentration(concentration(financed_projects()))
    facts = {
        "whole": whole_of(seen),
        "tables": tables,
        "concentration": [line for line in lines if line.compared],
        "unknown": in_row(f"{line.mineral}, {line.stage}" for line in lines if not line.compared),
        "currency": seen.currency,
        "rates_on": seen.rates_on,
    }
    return site.show(request, "admin/network_picture.html", facts, title=_("What the network finances"))


def whole_of(seen: Picture) -> ShownLine:
    """All deals together."""
    return _line(_("All deals"), seen.whole, Decimal(1))


def mineral_lines(seen: Picture) -> tuple[ShownLine, ...]:
    """The most firm money first."""
    return _lines(seen.minerals, lambda line: line.name)


def chain_lines(seen: Picture) -> tuple[ShownLine, ...]:
    """The most firm money first."""
    return _lines(seen.chain_stages, lambda line: words(line.name))


def shown_concentration(outputs: Sequence[Output]) -> list[Said]:
    """Each mineral and stage with what is planned of it; those with a baseline first."""
    return [line for output in outputs for line in lines_of(output)]


def _lines(lines: Sequence[Line], called: Callable[[Line], str]) -> tuple[ShownLine, ...]:
    largest = max((each.sums.money[cls].amount for each in lines for cls in CLASSES), default=Decimal(0))
    return tuple(_line(called(each) if each.key else _("not told"), each.sums, largest) for each in lines)


def _line(name: str, sums: Sums, largest: Decimal) -> ShownLine:
    firm_cover = sums.cover[Class.FIRM]
    return ShownLine(
        name,
        sums.deals,
        tuple(_amount(sums.money[cls]) for cls in CLASSES),
        _amount(firm_cover),
        ShownAmount(millions(sums.gap), sums.gap_unknown),
        tuple((cls.value, int(100 * sums.money[cls].amount / largest) if largest else 0) for cls in CLASSES),
    )


def _amount(amount: Amount) -> ShownAmount:
    return ShownAmount(millions(amount.amount) if amount.counted else "–", amount.unknown + amount.unconverted)


def millions(amount: Decimal) -> str:
    """For reading: whole millions, of less than ten with a tenth. The exact sums are in the API."""
    whole = amount / 1_000_000
    return f"{whole:,.0f}" if whole >= 10 or not whole else f"{whole:,.1f}"  # as its text says
