"""What an institution's sign-in answers is another's text: whatever it says, nobody comes in by it who should not."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.test import Client
from jwcrypto.jwk import JWK

from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import Cast
from tests.sign_in import KEY, Answer, SignIn, serving

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
MINA = "mina@hanok.example"
OTHER = JWK.generate(kty="EC", crv="P-256", kid="one", alg="ES256")


@pytest.fixture
def sign_in(committed_cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    settings.DEMO = True
    monkeypatch.setenv("ORE_CLIENT_SECRET", "its secret")
    with serving(MINA) as served:
        call_command("single_sign_on", "hanok", server=served.here, client_id="orebook")
        yield served


def comes(http: Client) -> bool:
    """Whether somebody is in after they were at the sign-in."""
    begun = http.get("/accounts/oidc/hanok/login/", secure=True)
    assert begun.status_code == 302
    state = parse_qs(urlsplit(begun.headers["Location"]).query).get("state", ["none"])[0]
    back = http.get("/accounts/oidc/hanok/login/callback/", {"code": "c", "state": state}, secure=True)
    assert back.status_code in (200, 302)
    return SESSION_KEY in http.session


def test_somebody_comes_in_by_one_that_answers_well(sign_in: SignIn) -> None:
    assert comes(Client())
    [form] = sign_in.forms
    # Only whoever began has the verifier; the code is given to its own server alone, and not in an address.
    assert form["code_verifier"]
    assert form["redirect_uri"] == ["https://testserver/accounts/oidc/hanok/login/callback/"]
    assert sign_in.asked.count("userinfo") == 1


@pytest.mark.parametrize(
    ("page", "instead"),
    [
        ("configuration", lambda told: told | {"issuer": "https://another.example"}),
        ("configuration", lambda told: {key: told[key] for key in told if key != "issuer"}),
        ("configuration", lambda told: told | {"token_endpoint": "ftp://127.0.0.1/"}),
        ("configuration", lambda told: {}),
        ("configuration", lambda told: [told]),
        ("configuration", lambda told: b"no json"),
        ("configuration", lambda told: b"{" + b" " * 1_000_000 + b"}"),
        ("token", lambda told: {}),
        ("token", lambda told: b"access_token"),
        ("token", lambda told: (told, "list")[:1] and [told]),
        ("token", lambda told: ("http://127.0.0.1:1/token",)),
        ("userinfo", lambda told: {"email": MINA}),
        ("userinfo", lambda told: {"sub": f"s {MINA}"}),
        ("userinfo", lambda told: told | {"email": [MINA]}),
        ("userinfo", lambda told: told | {"email": {"$ne": ""}}),
        ("userinfo", lambda told: [told]),
        ("userinfo", lambda told: b"\xff\xfe"),
        ("userinfo", lambda told: told | {"x": "x" * 999_999}),
        ("userinfo", lambda told: told | {"email": "rolf@rhein.example"}),
        ("userinfo", lambda told: told | {"email": "%@hanok.example"}),
        ("userinfo", lambda told: told | {"sub": "another"}),
        # Where people write their address themselves it says so: a colleague's is written as easily.
        ("userinfo", lambda told: told | {"email_verified": False}),
        ("userinfo", lambda told: told | {"email_verified": "false"}),
        ("jwks", lambda told: {"keys": []}),
        ("jwks", lambda told: {"keys": [OTHER.export_public(as_dict=True)]}),
        ("jwks", lambda told: b"no json"),
    ],
)  # fmt: skip
def test_by_one_that_answers_otherwise_nobody_comes_in(sign_in: SignIn, page: str, instead: Answer) -> None:
    sign_in.instead[page] = instead
    http = Client(raise_request_exception=False)
    assert not comes(http)
    with acting_as(None):
        assert not Staff.objects.filter(email__endswith="@hanok.example").exclude(
            email__in=[f"{who}@hanok.example" for who in ("mina", "joon", "dami")]
        )


@pytest.mark.parametrize("page", ["configuration", "token", "userinfo"])
def test_a_redirect_of_its_leads_this_server_nowhere(sign_in: SignIn, page: str) -> None:
    sign_in.instead[page] = lambda told: (f"{sign_in.here}/inside",)
    assert not comes(Client(raise_request_exception=False))
    assert "inside" not in sign_in.asked


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"iss": "https://another.example"}, {"exp": 1}, {"aud": ["another", "third"]},
     {"sub": "another"}, {"nbf": 10**11}],
    ids=["for another", "of another", "ended", "for others", "of somebody else", "not yet"],
)  # fmt: skip
def test_an_id_token_that_is_not_of_it_for_here_and_now_lets_nobody_in(sign_in: SignIn, claims: dict[str, Any]) -> None:
    sign_in.instead["token"] = lambda told: told | {"id_token": sign_in.signed(**claims)}
    assert not comes(Client(raise_request_exception=False))


def with_token(token: Any) -> Answer:
    return lambda told: told | {"id_token": token}


def test_what_another_signed_or_nobody_lets_nobody_in(sign_in: SignIn) -> None:
    head, body, signature = sign_in.signed().split(".")
    none = base64.urlsafe_b64encode(b'{"alg": "none", "kid": "one"}').decode().rstrip("=")
    known = KEY.export_to_pem().decode().replace("PUBLIC KEY", "PUBLIC")
    for token in (
        sign_in.signed(OTHER), sign_in.signed(known, "HS256"), f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA", "x", "", None, ["x"],
    ):  # fmt: skip
        sign_in.instead["token"] = with_token(token)
        assert not comes(Client(raise_request_exception=False)), token


def test_who_moved_within_it_is_another_and_who_moved_to_another_address_stays(sign_in: SignIn) -> None:
    """A person is the sign-in's own id of them: an address that is given to somebody new is not theirs."""
    assert comes(Client())
    sign_in.instead["userinfo"] = lambda told: told | {"email": "joon@hanok.example"}
    http = Client()
    assert comes(http)
    with acting_as(None):
        assert http.session[SESSION_KEY] == str(Staff.objects.get(email=MINA).pk)


def test_an_answer_to_what_another_browser_began_lets_nobody_in(sign_in: SignIn) -> None:
    begun = Client().get("/accounts/oidc/hanok/login/", secure=True)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    victim = Client()
    victim.get("/accounts/oidc/hanok/login/callback/", {"code": "c", "state": state}, secure=True)
    assert SESSION_KEY not in victim.session
    assert sign_in.forms == []


def test_what_one_sign_in_was_asked_another_does_not_answer(sign_in: SignIn) -> None:
    call_command("single_sign_on", "rhein", server=sign_in.here, client_id="orebook")
    http = Client()
    begun = http.get("/accounts/oidc/rhein/login/", secure=True)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    http.get("/accounts/oidc/hanok/login/callback/", {"code": "c", "state": state}, secure=True)
    assert SESSION_KEY not in http.session
    assert sign_in.forms == []
    call_command("single_sign_on", "rhein", remove=True)


@pytest.mark.parametrize(("site", "asked"), [("cross-site", 0), ("same-site", 0), ("same-origin", 1), ("none", 1)])
def test_another_site_begins_no_log_in(sign_in: SignIn, site: str, asked: int) -> None:
    answer = Client().get("/accounts/oidc/hanok/login/", secure=True, headers={"Sec-Fetch-Site": site})
    assert sign_in.asked.count("configuration") == asked
    assert answer.headers["Location"].startswith("/accounts/login/") == (not asked)


def test_a_sign_in_that_is_away_is_said_to_have_let_nobody_in(sign_in: SignIn) -> None:
    sign_in.instead["configuration"] = lambda told: (f"{sign_in.here}/inside",)
    answer = Client().get("/accounts/oidc/hanok/login/", secure=True, follow=True)
    assert "did not let you in" in answer.content.decode()
