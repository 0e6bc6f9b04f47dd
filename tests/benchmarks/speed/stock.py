"""What a user would otherwise write: Django REST framework as its tutorial has it, on the same tables and walls.

A ModelSerializer with the names of deal, tranche and institution, the size within, and page numbers. It asks as whom it
is told (`X-Client`), so that it is spared the token.
"""

from typing import Any

from django.db import transaction
from django.urls import path
from rest_framework import serializers, viewsets
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from deals.models import Commitment, Size
from institutions.isolation.session import become
from institutions.models import Client


class SizeSerializer(serializers.ModelSerializer[Size]):
    class Meta:
        model = Size
        fields = ("amount", "currency", "qualifier", "level")


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    deal_name = serializers.CharField(source="deal.name")
    tranche_name = serializers.CharField(source="tranche.name")
    institution_name = serializers.CharField(source="institution.name")
    size = SizeSerializer()

    class Meta:
        model = Commitment
        fields = "__all__"


class Pages(PageNumberPagination):
    page_size = 50


class Commitments(viewsets.ReadOnlyModelViewSet[Commitment]):
    queryset = Commitment.objects.order_by("told_at", "id")
    serializer_class = CommitmentSerializer
    pagination_class = Pages
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            become(Client.objects.get(pk=request.headers["X-Client"]))
            return super().list(request, *args, **kwargs)


urlpatterns = [path("list", Commitments.as_view({"get": "list"}))]
