"""Tokens and keys of partner systems, and what is sealed here: for whom, for how long, and what a touched one opens."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path
from time import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import LazySettings
from django.test import Client as Http
from django.utils import timezone
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT
from oauth2_provider.models import AccessToken, get_refresh_token_model

from config.embedded import services
from institutions.api.assertions import ALGORITHMS, LONGEST
from institutions.isolation import sealing
from institutions.isolation.session import acting_as
from institutions.models import Client
from institutions.services.client_keeping import put_keys
from institutions.services.clients import issue_client
from network.incident.signing import public_key, signature
from network.webhooks.signing import new_secret
from tests.api import System, ask_token, system_of
from tests.cast import Cast
from tests.institutions.test_partner_systems import assertion, show


def issued(scopes: str = "registry:read") -> tuple[Client, str]:
    with acting_as(None):
        made = issue_client(institution="hanok", scopes=scopes.split())
    return made.client, made.secret


def test_a_token_is_new_each_time_unguessable_and_of_ten_minutes(cast: Cast) -> None:
    client, secret = issued()
    answers = [ask_token(client.client_id, secret).body for _ in range(5)]
    tokens = {answer["access_token"] for answer in answers}
    assert len(tokens) == 5
    # 30 signs of 62: 178 bits.
    assert all(re.fullmatch(r"[A-Za-z0-9]{30,}", token) for token in tokens)
    assert {answer["expires_in"] for answer in answers} == {600}
    assert len(secret) >= 64


def test_an_old_token_opens_nothing(cast: Cast) -> None:
    system = system_of("hanok")
    assert system.get("deals").status == 200
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert system.get("deals").status == 401


@pytest.mark.parametrize(
    "grant",
    ["authorization_code", "password", "implicit", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
     "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:openid:params:grant-type:ciba", "hybrid", ""],
)  # fmt: skip
def test_no_grant_but_client_credentials_gives_a_token(cast: Cast, grant: str) -> None:
    client, secret = issued()
    more = {"code": "x", "username": "ada@austral.example", "password": "x", "refresh_token": "x", "device_code": "x"}
    refused = ask_token(client.client_id, secret, grant_type=grant, **more)
    assert refused.status == 400
    assert "access_token" not in refused.body


def test_no_other_grant_is_given_to_a_client_and_no_refresh_token_to_anybody(cast: Cast) -> None:
    client, secret = issued()
    assert (client.client_type, client.authorization_grant_type) == ("confidential", "client-credentials")
    assert "refresh_token" not in ask_token(client.client_id, secret).body
    assert not get_refresh_token_model().objects.exists()


@pytest.mark.parametrize(
    "door",
    ["authorize", "authorize/", "device-authorization", "register", "par", "userinfo", "introspect", "revoke_token",
     ".well-known/openid-configuration", ".well-known/jwks.json", "logout", "applications/register/", "token/x"],
)  # fmt: skip
def test_nothing_of_an_authorization_server_for_people_is_here(cast: Cast, door: str) -> None:
    for method in ("GET", "POST"):
        assert System().send(method, f"/oauth/{door}").status == 404
        assert (
            System().send(method, f"/oauth/{door}?redirect_uri=https://evil.example&response_type=code").status == 404
        )


def test_a_client_that_shows_nothing_is_given_nothing(cast: Cast) -> None:
    client, _ = issued()
    for form in ({"client_id": client.client_id}, {"client_id": client.client_id, "client_secret": ""}, {}):
        answer = Http().post("/oauth/token", {"grant_type": "client_credentials"} | form, secure=True)
        assert answer.status_code == 401, form


def test_what_is_no_access_token_of_this_registry_opens_nothing(cast: Cast) -> None:
    """Neither a secret, an assertion, a session, a sealed link nor another's token is taken for one."""
    client, secret = issued()
    key = JWK.generate(kty="EC", crv="P-256", kid="one")
    with acting_as(cast.mina):
        put_keys(by=cast.mina, client=client, key_set=json.dumps({"keys": [key.export_public(as_dict=True)]}))
    jwt = assertion(client, key)
    for given in (secret, client.client_id, jwt, "", "null", "undefined", sealing.seal("x", to="welcome")):
        assert System(given).get("deals").status == 401


def test_a_system_is_its_client_whatever_it_is_called(cast: Cast) -> None:
    """A name that was another's before lets nobody in as that one: who asks is found by the token's own row."""
    first, secret = issued()
    token = ask_token(first.client_id, secret).body["access_token"]
    with acting_as(None):
        Client.objects.filter(pk=first.pk).update(client_id="moved", is_active=False)
        other = issue_client(institution="rhein", scopes=["registry:read"]).client
        Client.objects.filter(pk=other.pk).update(client_id=first.client_id)
    assert System(token).get("deals").status == 401


def signing_client(cast: Cast, key: JWK) -> Client:
    client, _ = issued()
    with acting_as(cast.mina):
        put_keys(by=cast.mina, client=client, key_set=json.dumps({"keys": [key.export_public(as_dict=True)]}))
    client.refresh_from_db()
    return client


@pytest.mark.parametrize("named", ["jku", "x5u", "jwk", "x5c", "kid"])
def test_no_key_that_a_token_brings_along_is_believed(cast: Cast, named: str) -> None:

    mine, other = (JWK.generate(kty="EC", crv="P-256", kid=name) for name in ("one", "two"))
    client = signing_client(cast, mine)
    brought = {"jku": "https://evil.example/jwks", "x5u": "https://evil.example/c", "x5c": ["x"], "kid": "two",
               "jwk": other.export_public(as_dict=True)}[named]  # fmt: skip
    claims = {"iss": client.client_id, "sub": client.client_id, "aud": "http://testserver/oauth/token",
              "jti": "0123456789", "exp": int(time()) + 60}  # fmt: skip
    signed = JWT(header={"alg": "ES256", "kid": "one", named: brought}, claims=claims)
    signed.make_signed_token(other)
    assert show(signed.serialize()).status == 401


def test_algorithms_are_a_list_without_none_and_without_shared_keys() -> None:
    assert all(name[:2] in ("ES", "PS", "RS", "Ed") for name in ALGORITHMS)
    assert timedelta(minutes=5) >= LONGEST


def test_an_assertion_is_for_this_registry_and_for_minutes(cast: Cast, settings: LazySettings) -> None:
    key = JWK.generate(kty="EC", crv="P-256", kid="one")
    client = signing_client(cast, key)
    assert show(assertion(client, key)).status == 200
    for claims in ({"aud": "https://another.example"}, {"exp": int(time()) - 60}, {"exp": int(time()) + 3_600}):
        assert show(assertion(client, key, **claims)).status == 401


# What is sealed here.


def test_what_was_sealed_is_read_by_whom_it_is_for_and_unread_once_touched() -> None:
    sealed = sealing.seal("a cursor", to="mina")
    assert sealing.unseal(sealed, to="mina") == "a cursor"
    assert sealing.unseal(sealed, to="rolf") is None
    head, _, rest = sealed.partition(".")
    raw = bytearray(base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)))
    for place in range(len(raw)):
        touched = bytearray(raw)
        touched[place] ^= 1
        for said in (f"{head}.", ""):
            assert sealing.unseal(said + base64.urlsafe_b64encode(touched).decode(), to="mina") is None
    for broken in ("", "x", ".", sealed[:-8], sealed + "AAAA", "é", f"2{sealed[1:]}", f"x{sealed}", f".{sealed}"):
        assert sealing.unseal(broken, to="mina") is None


def test_the_same_text_is_sealed_otherwise_each_time_and_all_are_as_long() -> None:
    many = {sealing.seal("a", to="x") for _ in range(200)} | {sealing.seal("a" * 100, to="x")}
    assert len(many) == 201
    assert len({len(each) for each in many}) == 1


def test_keys_are_of_256_bits_one_for_each_use_and_change_with_the_secret(settings: LazySettings) -> None:
    keys = {sealing._derived(settings.SEAL_KEY, purpose) for purpose in ("seal", "digest")}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {32}
    sealed, digest = sealing.seal("x", to="x"), sealing.digest("x")
    settings.SEAL_KEY = "another secret of the installation"
    # Whoever rotates it voids what was handed out: cursors, links, versions.
    assert sealing.unseal(sealed, to="x") is None
    assert sealing.digest("x") != digest
    assert sealing.unseal(sealing.seal("x", to="x"), to="x") == "x"


def test_what_is_hashed_here_is_256_bits_long() -> None:
    assert len(bytes.fromhex(sealing.digest("x"))) == 32
    assert sealing.digest("x") != sealing.digest("y")


def test_a_pack_is_signed_with_a_key_of_256_bits_that_others_can_check() -> None:

    key = load_pem_public_key(public_key())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(signature(b"x"), b"x")
    with pytest.raises(InvalidSignature):
        key.verify(signature(b"x"), b"y")


def test_a_secret_of_a_webhook_is_of_256_bits_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(base64.b64decode(each.removeprefix("whsec_"))) for each in made} == {32}


def test_secrets_that_an_installation_makes_for_itself_are_of_192_bits_and_more() -> None:

    source = Path(str(services.__file__)).read_text()
    assert re.findall(r"token_urlsafe\((\d+)\)", source)
    assert all(int(size) * 8 >= 192 for size in re.findall(r"token_urlsafe\((\d+)\)", source))
