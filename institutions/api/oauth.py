"""`/oauth/token`: client credentials, the only door of OAuth 2 that is open here."""

import logging
from typing import Any, cast

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView

from institutions.api.assertions import TYPE, client_of
from institutions.api.conventions.parsing import is_storable
from institutions.models import Client

log = logging.getLogger("orebook.tokens")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Secrets(str):
    """What a client may show: its secret, and the one of before while that is changed. Nothing where it signs."""

    of: Client

    def all(self) -> list[str]:
        # Whoever signs shows no secret: one that lies about somewhere opens nothing.
        if self.of.keys:
            return []
        until = self.of.former_until
        former = [self.of.former_secret] if self.of.former_secret and until and until > timezone.now() else []
        return [str(self), *former]


class ClientValidator(OAuth2Validator):  # type: ignore[misc]  # the package carries no types
    """Knows a client by a secret, by the one of before while that is changed, or by what it signs."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        if getattr(request, "client_assertion", None):
            return self._signed(request)
        if super().authenticate_client(request, *args, **kwargs):
            return True
        named = getattr(request, "named", None)
        log.warning("client secret refused: %s", f"client:{named.pk}" if named else "no client of that name")
        return False

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        super().save_bearer_token(token, request, *args, **kwargs)
        log.info("client:%s was given a token for %s", request.client.pk, token["scope"])
        Client.objects.filter(pk=request.client.pk).update(last_used_at=timezone.now())

    def _load_application(self, client_id: str, request: Any) -> Client | None:
        # Before the database is asked, which takes no such text.
        found: Client | None = super()._load_application(client_id, request) if is_storable(client_id or "") else None
        if found is not None and not isinstance(found.client_secret, Secrets):
            found.client_secret = Secrets(found.client_secret)
            found.client_secret.of = found
        # Whom it says it is, whatever it shows; each way of showing it asks anew.
        request.named = found or getattr(request, "named", None)
        return found

    def _check_secret(self, provided_secret: str, stored_secret: Secrets) -> bool:
        return any(super(ClientValidator, self)._check_secret(provided_secret, one) for one in stored_secret.all())

    def _signed(self, request: Any) -> bool:
        if request.client_assertion_type != TYPE:
            return False
        request.client = client_of(str(request.client_assertion))
        return request.client is not None and request.client_id in (None, "", request.client.client_id)


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):  # type: ignore[misc]  # the package carries no types
    """A token for a client that authenticates with Basic or in the form; errors as RFC 6749 §5.2 has them, in JSON."""

    http_method_names = ("post",)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            # Read here, where a form in an encoding that is none can still be answered.
            grant = request.POST.get("grant_type", "")
        except LookupError:
            said = {"error": "invalid_request", "error_description": "The form's charset is not read. Send UTF-8."}
            return JsonResponse(said, status=400)
        if grant == DEVICE:
            # The package answers it apart, past the grants that are allowed.
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return JsonResponse(
            {"error": "invalid_request", "error_description": "Tokens are asked for with POST."},
            status=405,
            headers={"Allow": "POST"},
        )
