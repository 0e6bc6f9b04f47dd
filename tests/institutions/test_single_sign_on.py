"""An institution's own sign-in lets in its own people, by their addresses, and nobody else."""

import os
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from allauth.account.models import Login
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory

from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import PASSWORD, Cast
from tests.sign_in import SignIn, serving

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


@pytest.fixture
def sign_in(committed_cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    settings.DEMO = True
    monkeypatch.setenv("ORE_CLIENT_SECRET", "its secret")
    with serving() as served:
        call_command("single_sign_on", "hanok", server=served.here, client_id="orebook")
        yield served


def comes(sign_in: SignIn, email: str, http: Client | None = None) -> Client:
    """Somebody's browser, after it was at the institution's sign-in."""
    http = http or Client()
    sign_in.email = email
    begun = http.get("/accounts/oidc/hanok/login/", secure=True)
    assert begun.status_code == 302, begun.content
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    http.get("/accounts/oidc/hanok/login/callback/", {"code": "c", "state": asked["state"][0]}, secure=True)
    return http


def is_in(http: Client) -> bool:
    return SESSION_KEY in http.session


def test_a_person_of_the_institution_comes_in(sign_in: SignIn, settings: LazySettings) -> None:
    assert "Hanok" in Client().get("/accounts/login/", secure=True).content.decode()
    http = comes(sign_in, "Mina@hanok.example")
    assert http.get("/admin/", secure=True).status_code == 200
    assert is_in(comes(sign_in, "Mina@hanok.example"))
    # The second factor is asked all the same.
    settings.SECOND_FACTOR_FORCED = True
    assert http.get("/admin/", secure=True).headers["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize("email", ["rolf@rhein.example", "nobody@hanok.example", ""])
def test_nobody_else_comes_in_and_no_account_is_made(sign_in: SignIn, email: str) -> None:
    with acting_as(None):
        before = Staff.objects.count()
    http = comes(sign_in, email)
    assert not is_in(http)
    assert "did not let you in" in http.get("/accounts/login/", secure=True).content.decode()
    with acting_as(None):
        assert Staff.objects.count() == before


def test_who_was_suspended_comes_in_no_more(sign_in: SignIn) -> None:
    assert is_in(comes(sign_in, "mina@hanok.example"))
    with acting_as(None):
        Staff.objects.filter(email="mina@hanok.example").update(is_active=False)
    assert not is_in(comes(sign_in, "mina@hanok.example"))


def test_a_callback_that_nobody_began_lets_nobody_in(sign_in: SignIn) -> None:
    sign_in.email = "mina@hanok.example"
    http = Client()
    http.get("/accounts/oidc/hanok/login/callback/", {"code": "c", "state": "forged"}, secure=True)
    assert not is_in(http)
    assert sign_in.forms == []


def test_where_it_is_the_only_way_passwords_let_nobody_in(sign_in: SignIn) -> None:
    form = {"login": "mina@hanok.example", "password": PASSWORD}
    assert Client().post("/accounts/login/", form, secure=True).status_code == 302
    call_command("single_sign_on", "hanok", server=sign_in.here, client_id="orebook", alone=True)
    assert b"not correct" in Client().post("/accounts/login/", form, secure=True).content
    other = {"login": "rolf@rhein.example", "password": PASSWORD}
    assert Client().post("/accounts/login/", other, secure=True).status_code == 302
    assert is_in(comes(sign_in, "mina@hanok.example"))
    call_command("single_sign_on", "hanok", remove=True)
    assert Client().post("/accounts/login/", form, secure=True).status_code == 302
    assert Client().get("/accounts/oidc/hanok/login/", secure=True).status_code == 404


def test_where_it_is_the_only_way_a_passkey_of_before_lets_nobody_in(sign_in: SignIn) -> None:
    """The passkey was answered rightly: what is left is whether its person may come in so."""
    for only, leads_to in ((False, "/admin/"), (True, "/accounts/login/")):
        call_command("single_sign_on", "hanok", server=sign_in.here, client_id="orebook", alone=only)
        request = RequestFactory().post("/accounts/login/webauthn/", secure=True)
        for middleware in (SessionMiddleware, MessageMiddleware):
            middleware(lambda _: HttpResponse()).process_request(request)
        request.user, request.allauth = AnonymousUser(), SimpleNamespace()  # type: ignore[attr-defined]
        person = Staff.objects.get(email="mina@hanok.example")
        key, _ = Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
        with request_context(request):
            answer = perform_passwordless_login(request, key, Login(user=person, redirect_url="/admin/"))
        assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
        assert (SESSION_KEY in request.session) is not only


def test_the_application_changes_no_sign_in(sign_in: SignIn) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE socialaccount_socialapp SET settings = '{}'")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"server": "http://idp.example", "client_id": "x"}, "over https"),
        ({"client_id": "x"}, "Give --server"),
    ],
)
def test_a_sign_in_that_cannot_be_is_refused(
    committed_cast: Cast, asked: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORE_CLIENT_SECRET", "its secret")
    with pytest.raises(CommandError, match=says):
        call_command("single_sign_on", "hanok", **asked)
    with pytest.raises(CommandError, match="no such institution"):
        call_command("single_sign_on", "nowhere", remove=True)
