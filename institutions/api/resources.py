"""Networks, institutions and memberships over REST."""

import django_filters
from django.db.models import QuerySet

from institutions.api.conventions.filters import Codes, Filters, Related
from institutions.api.conventions.resources import Resource
from institutions.api.shapes import InstitutionShape, MembershipShape, NetworkShape
from institutions.models import Function, Institution, Kind, MembershipStatus, Network
from institutions.selectors import reference
from institutions.selectors.reading import Row


class NetworkFilters(Filters):
    code = django_filters.CharFilter()


class InstitutionFilters(Filters):
    slug = django_filters.CharFilter()
    kind = Codes(choices=Kind.choices)
    function = django_filters.ChoiceFilter(choices=Function.choices, method="with_function")
    country = django_filters.CharFilter()
    lei = django_filters.CharFilter()

    def with_function(self, rows: QuerySet[Institution, Row], _name: str, value: str) -> QuerySet[Institution, Row]:
        return rows.filter(functions__contains=[value])


class MembershipFilters(Filters):
    institution = Related(Institution)
    network = Related(Network, slug="code")
    status = Codes(choices=MembershipStatus.choices)


RESOURCES = (
    Resource("networks", "network", reference.NETWORKS, NetworkFilters, NetworkShape),
    Resource("institutions", "institution", reference.INSTITUTIONS, InstitutionFilters, InstitutionShape),
    Resource("memberships", "membership", reference.MEMBERSHIPS, MembershipFilters, MembershipShape),
)
