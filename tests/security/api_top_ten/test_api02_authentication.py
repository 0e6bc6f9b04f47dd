"""API2, broken authentication: a token that is none of one's own, one shown twice, a password alone."""

from typing import Any

from django.test import Client as Http
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from institutions.api import assertions
from tests.api import System
from tests.cast import Cast
from tests.institutions.test_partner_systems import assertion, show
from tests.security.api_top_ten.removing import case, code, held_off, nothing, setting
from tests.security.test_tokens import signing_client

KEY, OTHER = (JWK.generate(kty="EC", crv="P-256", kid="one") for _ in range(2))


@case(without=code("institutions.api.assertions._spend", nothing))
def test_an_assertion_that_was_overheard_is_shown_again(cast: Cast) -> None:
    signed = assertion(signing_client(cast, KEY), KEY)
    statuses = [show(signed).status for _ in range(2)]
    held_off(statuses == [200, 401], "the same assertion opened twice")


def _believed(given: str, _client: Any) -> Any:
    """What it says of itself, whoever signed it."""
    signed = JWS()
    signed.deserialize(given)
    return assertions._unproved(given)


@case(without=code("institutions.api.assertions._proved", _believed))
def test_an_assertion_is_signed_with_ones_own_key_in_anothers_name(cast: Cast) -> None:
    client = signing_client(cast, KEY)
    held_off(show(assertion(client, OTHER)).status == 401, "a key of anybody's opened")


@case(without=setting("SECOND_FACTOR_FORCED", False))
def test_a_password_alone_reads_the_api(cast: Cast) -> None:
    http = Http(raise_request_exception=False)
    http.force_login(cast.rolf)
    answer = System(http=http).get("deals")
    held_off(answer.status == 401, "no second factor was asked for")
