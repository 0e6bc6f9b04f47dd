"""An institution's sign-in vouches for somebody by a token that it signed, for this registry, now; what it says of them
besides must be of the same person."""

from typing import Any, cast

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

# Asymmetric alone: whoever can check one cannot make one.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})


class Vouched(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """The package takes an unsigned token that came straight from the server, and none at all."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        signed = kwargs["response"].get("id_token")
        if not isinstance(signed, str):
            raise OAuth2Error("It signed for nobody.")
        vouched = self._decode_id_token(app, signed)
        told = self._fetch_user_info(token.token)
        if told["sub"] != vouched["sub"]:
            raise OAuth2Error("It tells of another than it signed for.")
        # One that does not say is its institution's own word; one that says no has people write theirs themselves.
        if {told.get("email_verified"), vouched.get("email_verified")} & {False, "false"}:
            raise OAuth2Error("It does not vouch for the address.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": vouched})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("No token.") from error
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("Signed by no algorithm that is taken.")
        found = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return cast(dict[str, Any], found)
