"""What all API views have in common."""

from typing import Any

from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from institutions.api.conventions import preconditions, rates
from institutions.api.conventions.deprecation import Deprecation
from institutions.api.conventions.problems import Problem


class Door(APIView):
    """A view of the API: strict in, private out."""

    # Without OPTIONS, which would list choices and forms that nobody asked for; the schema tells them.
    http_method_names: tuple[str, ...] = ("get", "head", "post", "patch")
    # The methods that ask for the version that was read: they are refused without it, and the schema says so.
    needs_version: tuple[str, ...] = ()
    # Where it is on its way out: each answer says so, and the schema (docs/reference/deprecation.md).
    deprecated: Deprecation | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.needs_version:
            self.must_say_which(request)

    def must_say_which(self, request: Request) -> None:
        """Raises 428 where a write does not say what it was decided on."""
        preconditions.must_name(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        rates.told(request, response)
        if self.deprecated:
            self.deprecated.tell(response)
        # No cache may hold what one asker saw; a client that keeps a version asks with it whether it still stands.
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class NoSuchRoute(Door):
    """Whatever no other route of the API answers."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Problem(404, "no_such_route", "There is no such address. See /api/v1/docs.")

    def get(self, request: Request) -> Response:
        raise NotImplementedError
