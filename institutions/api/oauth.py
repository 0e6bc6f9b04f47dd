"""`/oauth/token`: client credentials, the only door of OAuth 2 that is open here."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):  # type: ignore[misc]  # the package carries no types
    """A token for a client that authenticates with Basic or in the form; errors as RFC 6749 §5.2 has them, in JSON."""

    http_method_names = ("post",)

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return JsonResponse(
            {"error": "invalid_request", "error_description": "Tokens are asked for with POST."},
            status=405,
            headers={"Allow": "POST"},
        )
