"""The network's picture over REST: what every member reads alike."""

from decimal import Decimal
from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.shapes import MoneyShape
from deals.concentration.index import Between, Change
from deals.lifecycle import Class
from deals.selectors.concentration import Output, concentration
from deals.selectors.network_picture import Amount, Line, Picture, Sums, financed_projects, network_picture
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.shapes import Documented


class AmountShape(Documented):
    money = MoneyShape(help_text="What is known and converted")
    counted = serializers.IntegerField(help_text="Amounts, those of unknown size included")
    unknown = serializers.IntegerField()
    not_converted = serializers.IntegerField()


class ByClassShape(Documented):
    firm = AmountShape()
    conditional = AmountShape()
    indicative = AmountShape()


class NetworkGapShape(Documented):
    at_most = MoneyShape(help_text="Target minus firm of the deals that are open")
    unknown = serializers.IntegerField(help_text="Open deals without a target, or without a rate for it")


class NetworkSumsShape(Documented):
    """Classes stand beside each other; cover is no money."""

    deals = serializers.IntegerField()
    money = ByClassShape()
    cover = ByClassShape()
    gap = NetworkGapShape()


class NetworkLineShape(NetworkSumsShape):
    key = serializers.CharField(help_text="A mineral's slug, a stage of the supply chain, a country; '' where not told")


class NetworkPictureShape(Documented):
    currency = serializers.CharField()
    rates_on = serializers.DateField(allow_null=True)
    whole = NetworkSumsShape()
    minerals = NetworkLineShape(many=True, help_text="A deal of several minerals counts under each")
    chain_stages = NetworkLineShape(many=True)
    countries = NetworkLineShape(many=True)


class NetworkPicture(Door):
    """What the network finances, from what is told to the network or to everyone."""

    answers = {"GET": {200: NetworkPictureShape}}

    def get(self, request: Request) -> Response:
        """Money by mineral, stage of the supply chain and country, class beside class; in USD."""
        refuse_unknown(request.query_params, ())
        seen = network_picture()
        return Response(
            {
                "currency": seen.currency,
                "rates_on": seen.rates_on,
                "whole": _sums(seen, seen.whole),
                "minerals": [_line(seen, line) for line in seen.minerals],
                "chain_stages": [_line(seen, line) for line in seen.chain_stages],
                "countries": [_line(seen, line) for line in seen.countries],
            }
        )


def _line(seen: Picture, line: Line) -> dict[str, Any]:
    return {"key": line.key, **_sums(seen, line.sums)}


def _sums(seen: Picture, sums: Sums) -> dict[str, Any]:
    return {
        "deals": sums.deals,
        "money": _classes(seen, sums.money),
        "cover": _classes(seen, sums.cover),
        "gap": {"at_most": seen.money(sums.gap).as_json(), "unknown": sums.gap_unknown},
    }


def _classes(seen: Picture, by_class: dict[Class, Amount]) -> dict[str, Any]:
    return {cls.value: _amount(seen, by_class[cls]) for cls in (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE)}


def _amount(seen: Picture, amount: Amount) -> dict[str, Any]:
    return {
        "money": seen.money(amount.amount).as_json(),
        "counted": amount.counted,
        "unknown": amount.unknown,
        "not_converted": amount.unconverted,
    }


class BetweenShape(Documented):
    """Both ends are the same where it is known."""

    low = serializers.CharField()
    high = serializers.CharField()


class PlannedShape(Documented):
    country = serializers.CharField()
    tonnes = serializers.CharField(help_text="A year, of what is counted")


class BaselineShape(Documented):
    counted = serializers.CharField(help_text="An element's symbol, REO (oxides of rare earths) or graphite")
    year = serializers.IntegerField()
    tonnes = serializers.CharField()
    unlisted = serializers.CharField(help_text="Tonnes of countries that are not told one by one")
    estimated = serializers.BooleanField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    url = serializers.CharField()
    published = serializers.CharField(help_text="YYYY-MM")
    note = serializers.CharField()


class TopProducerShape(Documented):
    country = serializers.CharField()
    before = serializers.CharField(help_text="Percent")
    after = serializers.CharField()


class IndexShape(Documented):
    """Herfindahl and Hirschman's: the squared shares of countries added, 10,000 where one has all."""

    before = BetweenShape()
    after = BetweenShape()
    change = BetweenShape()


class ChangeShape(Documented):
    baseline = BaselineShape()
    planned = PlannedShape(many=True)
    of_world = serializers.CharField(help_text="Planned in percent of the world's output")
    top_producer = TopProducerShape()
    hhi = IndexShape()


class DiversificationLineShape(Documented):
    mineral = serializers.CharField(help_text="Its slug")
    chain_stage = serializers.CharField()
    counted = serializers.IntegerField(help_text="Projects whose planned output is known and convertible")
    unknown = serializers.IntegerField()
    in_baseline = serializers.IntegerField(help_text="Projects that operate: the world's output has them already")
    changes = ChangeShape(many=True, help_text="Empty where no baseline is known")


class DiversificationShape(Documented):
    results = DiversificationLineShape(many=True)


class Diversification(Door):
    """What the network's firm money changes in the world's output by country."""

    answers = {"GET": {200: DiversificationShape}}

    def get(self, request: Request) -> Response:
        """Planned output on top of today's, by mineral and stage; what is unknown is counted and never as nothing."""
        refuse_unknown(request.query_params, ())
        return Response({"results": [_output(each) for each in concentration(financed_projects())]})


def _output(output: Output) -> dict[str, Any]:
    return {
        "mineral": output.mineral,
        "chain_stage": output.stage,
        "counted": output.counted,
        "unknown": output.unknown,
        "in_baseline": output.there,
        "changes": [_change(change) for change in output.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    world = change.world
    return {
        "baseline": {
            "counted": world.counted,
            "year": world.year,
            "tonnes": _rounded(world.total),
            "unlisted": _rounded(world.unlisted),
            "estimated": world.estimated,
            "title": world.source.title,
            "publisher": world.source.publisher,
            "url": world.source.url,
            "published": world.source.published,
            "note": world.source.note,
        },
        "planned": [
            {"country": country, "tonnes": _rounded(tonnes)} for country, tonnes in sorted(change.planned.items())
        ],
        "of_world": _rounded(change.of_world),
        "top_producer": {
            "country": change.top,
            "before": _rounded(change.top_before),
            "after": _rounded(change.top_after),
        },
        "hhi": {name: _between(found) for name, found in (
            ("before", change.before), ("after", change.after), ("change", change.change),
        )},
    }  # fmt: skip


def _between(found: Between) -> dict[str, str]:
    return {"low": _rounded(found.low), "high": _rounded(found.high)}


def _rounded(number: Decimal) -> str:
    """To four decimals; what is known to fewer has no zeros at its end."""
    return format(round(number, 4).normalize() + 0, "f")


ROUTES = [
    path("network-picture/diversification", Diversification.as_view(), name="diversification"),
    path("network-picture", NetworkPicture.as_view(), name="network-picture"),
]
