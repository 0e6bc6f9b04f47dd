"""`/api/v1/codelists`: every word that the API uses for a code, with a version that moves with them."""

import hashlib
import json
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.codes import CODELISTS as OF_DEALS
from institutions.api.codes import CODELISTS as OF_INSTITUTIONS
from institutions.api.codes import plain
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.shapes import Documented
from network.feed import TYPES
from network.models import DeliveryStatus
from network.selectors.webhooks import STATES

LISTS: dict[str, list[dict[str, Any]]] = {
    **OF_INSTITUTIONS,
    **OF_DEALS,
    "event_types": plain(TYPES),
    "webhook_states": plain(STATES),
    "webhook_delivery_statuses": plain(DeliveryStatus.values),
}
# No secret: the lists are the same for everyone.
VERSION = hashlib.sha256(json.dumps(LISTS, sort_keys=True).encode()).hexdigest()[:16]


class CodelistsShape(Documented):
    version = serializers.CharField()
    lists = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))


class Codelists(Door):
    """The code lists. Expect codes that you do not know: lists grow within a version of the API."""

    authentication_classes = ()
    permission_classes = ()
    answers = {"GET": {200: CodelistsShape}}

    def get(self, request: Request) -> Response:
        """All lists; also without a token, since they tell nothing of anyone."""
        refuse_unknown(request.query_params, ())
        headers = {"ETag": f'"{VERSION}"'}
        if request.headers.get("If-None-Match", "").strip('"') == VERSION:
            return Response(status=304, headers=headers)
        return Response({"version": VERSION, "lists": LISTS}, headers=headers)
