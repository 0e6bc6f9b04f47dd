"""Partner systems: issued by their institution's admin, their secrets made and seen by who answers for them alone."""

import json
import re
from datetime import timedelta
from time import time
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client as Http
from django.utils import timezone
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from institutions.api.assertions import TYPE
from institutions.isolation.session import System as Job
from institutions.isolation.session import acting_as
from institutions.models import Client, Staff
from institutions.refusals import Refusal
from institutions.services import client_keeping as keeping
from tests.api import Answer, System, answer, ask_token
from tests.cast import PASSWORD, Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")
SCOPES = ["registry:read", "commitments:write"]


@pytest.fixture
def admin(cast: Cast) -> Staff:
    with acting_as(Job("cast", cast.bank("desk").pk)):
        return Staff.objects.create_user(
            "ruth@rhein.example", PASSWORD, institution=cast.bank("rhein"), role="institution_admin", name="Ruth"
        )


@pytest.fixture
def client(cast: Cast, admin: Staff) -> Client:
    with acting_as(admin):
        return keeping.issue(by=admin, name="Loan system", scopes=SCOPES, responsible=cast.rolf)


def secret_of(cast: Cast, client: Client, overlap_hours: int = 0) -> str:
    with acting_as(cast.rolf):
        return keeping.change_secret(by=cast.rolf, client=client, overlap=timedelta(hours=overlap_hours)).secret


def token(client: Client, secret: str) -> Answer:
    with acting_as(None):
        return ask_token(client.client_id, secret)


def test_an_admin_issues_a_system_and_who_answers_for_it_makes_its_secret(cast: Cast, admin: Staff) -> None:
    page = Web(admin).post("partner_systems", name="Loan system", scopes=SCOPES, responsible=str(cast.rolf.pk))
    assert "Rolf now makes its secret" in page.seen
    made = Client.objects.get(name="Loan system")
    assert "has no secret yet" in Web(admin).get("partner_systems").seen
    shown = Web(cast.rolf).post("partner_system_secret", made.pk, overlap_hours="0")
    (secret,) = re.findall(r"client_secret</dt><dd><code>([^<]+)", shown.text)
    given = token(made, secret)
    assert (given.status, given.body["expires_in"]) == (200, 600)
    assert System(given.body["access_token"]).get("networks").status == 200
    again = Web(admin).get("partner_systems")
    assert secret not in again.text
    assert "last came for a token" in again.seen


def test_a_secret_that_is_not_made_is_said_not_to_be(cast: Cast, client: Client) -> None:
    page = Web(cast.rolf).post("partner_system_secret", client.pk, overlap_hours="999")
    assert "keeps its secret: Ensure this value is less than or equal to 168." in page.seen


def test_nobody_but_who_answers_for_a_system_makes_its_secret(cast: Cast, admin: Staff, client: Client) -> None:
    refused = Web(admin).post("partner_system_secret", client.pk, overlap_hours="0")
    assert refused.status == 403
    assert "Only Rolf answers for this system" in refused.seen
    # Nor past the services.
    with acting_as(admin), pytest.raises(DatabaseError), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(client_secret="x")
    with acting_as(cast.rolf), pytest.raises(DatabaseError), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(scopes=["commitments:approve"])


def test_systems_of_others_are_as_missing(cast: Cast, client: Client) -> None:
    for who in (cast.mina, cast.people["rita"]):
        assert "Loan system" not in Web(who).get("partner_systems").text
        for name in ("secret", "keys", "revoke"):
            assert Web(who).post(f"partner_system_{name}", client.pk, overlap_hours="0").status == 404


def test_the_former_secret_is_good_for_as_long_as_was_chosen(cast: Cast, client: Client) -> None:
    first = secret_of(cast, client)
    second = secret_of(cast, client, overlap_hours=24)
    assert [token(client, secret).status for secret in (first, second)] == [200, 200]
    with acting_as(None):
        Client.objects.filter(pk=client.pk).update(former_until=timezone.now() - timedelta(seconds=1))
    assert [token(client, secret).status for secret in (first, second)] == [401, 200]
    third = secret_of(cast, client)
    assert [token(client, secret).status for secret in (first, second, third)] == [401, 401, 200]


def test_a_revoked_system_is_let_in_no_more_with_what_it_has(cast: Cast, admin: Staff, client: Client) -> None:
    secret = secret_of(cast, client)
    system = System(token(client, secret).body["access_token"])
    assert system.get("networks").status == 200
    assert "is revoked" in Web(admin).post("partner_system_revoke", client.pk).seen
    assert system.get("networks").status == 401
    assert token(client, secret).status == 401
    with acting_as(cast.rolf), pytest.raises(keeping.SystemRevoked):
        keeping.change_secret(by=cast.rolf, client=client)


@pytest.mark.parametrize(
    ("who", "scopes", "refusal"),
    [
        ("rita", ["commitments:write"], "cannot_answer"),
        ("rolf", ["commitments:approve"], "cannot_answer"),
        ("mina", ["registry:read"], "no_such_person"),
        ("rolf", ["commitments:write", "commitments:approve"], "prepares_and_approves"),
        ("rolf", [], "unknown_scope"),
    ],
)
def test_a_system_is_answered_for_by_who_may_do_what_it_does(
    cast: Cast, admin: Staff, who: str, scopes: list[str], refusal: str
) -> None:
    with acting_as(admin), pytest.raises(Refusal) as refused:
        keeping.issue(by=admin, name="x", scopes=scopes, responsible=cast.people[who])
    assert refused.value.code == refusal


# Systems that sign.


@pytest.fixture
def key() -> JWK:
    return JWK.generate(kty="EC", crv="P-256", kid="one")


@pytest.fixture
def signing(cast: Cast, client: Client, key: JWK) -> Client:
    with acting_as(cast.rolf):
        keeping.put_keys(by=cast.rolf, client=client, key_set=json.dumps({"keys": [key.export_public(as_dict=True)]}))
    return client


def assertion(client: Client, key: JWK, alg: str = "ES256", **claims: Any) -> str:
    said = {
        "iss": client.client_id, "sub": client.client_id, "aud": settings.PUBLIC_URL.rstrip("/"), "jti": str(uuid4()),
        "exp": int(time()) + 60, "iat": int(time()),
    }  # fmt: skip
    signed = JWT(header={"alg": alg, "kid": key.get("kid")}, claims=said | claims)
    signed.make_signed_token(key)
    return str(signed.serialize())


def show(signed: str, **more: str) -> Answer:
    form = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": signed}
    with acting_as(None):
        return answer(Http(raise_request_exception=False).post("/oauth/token", form | more, secure=True))


def test_a_system_that_signs_gets_a_token_and_shows_no_secret(cast: Cast, signing: Client, key: JWK) -> None:
    given = show(assertion(signing, key))
    assert given.status == 200, given.raw
    assert System(given.body["access_token"]).get("networks").status == 200
    secret = secret_of(cast, signing)
    assert token(signing, secret).status == 401


def test_an_assertion_is_taken_once(signing: Client, key: JWK, caplog: pytest.LogCaptureFixture) -> None:
    signed = assertion(signing, key)
    assert [show(signed).status for _ in range(3)] == [200, 401, 401]
    assert [record.getMessage() for record in caplog.records if record.name == "orebook.oauth"] == [
        "client assertion refused: shown before"
    ] * 2


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/oauth/token"},
        {"aud": ["https://elsewhere.example", "http://testserver"]},
        {"iss": "somebody"},
        {"exp": 1},
        {"exp": int(time()) + 86_400},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**30},
        {"nbf": int(time()) + 3_600},
        {"jti": ""},
        {"jti": 7},
    ],
    # Not by their values, which are other ones in each process.
    ids=lambda claims: next(iter(claims)),
)
def test_an_assertion_that_is_not_for_here_and_now_opens_nothing(
    signing: Client, key: JWK, claims: dict[str, Any]
) -> None:
    refused = show(assertion(signing, key, **claims))
    assert (refused.status, refused.body["error"]) == (401, "invalid_client")


def test_what_is_signed_by_another_or_by_nobody_opens_nothing(signing: Client, key: JWK) -> None:
    other = JWK.generate(kty="EC", crv="P-256", kid="one")
    head, body, _ = assertion(signing, key).split(".")
    none = "eyJhbGciOiJub25lIn0"
    shared = JWK(kty="oct", k=key.export_public(as_dict=True)["x"], kid="one")
    for signed in (
        assertion(signing, other),
        assertion(signing, shared, "HS256"),
        f"{none}.{body}.",
        f"{head}.{body}.AAAA",
        "x",
        "a.b.c",
        "é" * 9_000,
    ):
        refused = show(signed)
        assert (refused.status, refused.body["error"]) == (401, "invalid_client"), signed
    assert show(assertion(signing, key), client_id="another").status == 401
    assert show(assertion(signing, key), client_assertion_type="x").status == 401


@pytest.mark.parametrize(
    "key_set",
    [
        "{}",
        "[]",
        '{"keys": []}',
        JWK.generate(kty="EC", crv="P-256").export_private(),
        JWK.generate(kty="RSA", size=2048).export_public(),
        JWK.generate(kty="oct", size=256).export(),
        JWK.generate(kty="EC", crv="P-521").export_public(),
        "[" * 100_000,
        json.dumps(JWK.generate(kty="EC", crv="P-256").export_public(as_dict=True) | {"kid": ["a"]}),
        json.dumps(JWK.generate(kty="EC", crv="P-256").export_public(as_dict=True) | {"kid": "a\0"}),
        json.dumps(JWK.generate(kty="EC", crv="P-256").export_public(as_dict=True) | {"kid": "\ud800"}),
    ],
    ids=[
        "no keys",
        "a list",
        "none",
        "private",
        "short RSA",
        "shared",
        "another curve",
        "no end",
        "a kid that is a list",
        "a kid with a NUL",
        "a kid of half a letter",
    ],
)
def test_keys_that_prove_nothing_are_refused(cast: Cast, client: Client, key_set: str) -> None:
    with acting_as(cast.rolf), pytest.raises(keeping.BadKeys):
        keeping.put_keys(by=cast.rolf, client=client, key_set=key_set)
