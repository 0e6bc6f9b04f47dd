"""FX rates over REST."""

import django_filters
from rest_framework import serializers

from deals.models import RateSource
from deals.selectors.rates import FX_RATES
from institutions.api.conventions.filters import Filters
from institutions.api.conventions.resources import Resource
from institutions.api.shapes import Versioned


def _day(**options: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(field_name="date", input_formats=["%Y-%m-%d"], **options)


class RateFilters(Filters):
    quote = django_filters.CharFilter()
    date = _day()
    since = _day(lookup_expr="gte")
    until = _day(lookup_expr="lte")


class FxRateShape(Versioned):
    """What one unit of `base` was worth in `quote` on a day, as its source published it."""

    base = serializers.CharField(help_text="Always EUR")
    quote = serializers.CharField(help_text="ISO 4217")
    date = serializers.DateField()
    source_ = serializers.ChoiceField(RateSource.choices)
    rate = serializers.CharField(help_text='Exact, such as "1.0815"')


FX_RATES_RESOURCE = Resource("fx-rates", "rate", FX_RATES, RateFilters, FxRateShape)
