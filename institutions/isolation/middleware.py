"""One transaction per request, with the identity of whoever is logged in; API clients are recognised by their doors."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from institutions.isolation.session import become


class WallMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with transaction.atomic():
            # Also for nobody: it must never inherit an identity.
            become(request.user if request.user.is_authenticated else None)
            response = self.get_response(request)
            if response.status_code >= 400:
                # An error leaves nothing half-written; Django has made the exception a response by now.
                transaction.set_rollback(True)
        return response
