"""The network's picture over REST: what every member reads alike."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.shapes import MoneyShape
from deals.lifecycle import Class
from deals.selectors.network_picture import Amount, Line, Picture, Sums, network_picture
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
        "deals": len(sums.deals),
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


ROUTES = [path("network-picture", NetworkPicture.as_view(), name="network-picture")]
