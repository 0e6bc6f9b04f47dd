"""One log-in in front of every page of the web admin, and no way round it."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from institutions.admin.site import site
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.api import person_of
from tests.cast import PASSWORD, Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def pages(patterns: Sequence[URLPattern | URLResolver], before: str = "/admin/") -> Iterator[str]:
    """The address of every page of the site, with ids of nothing."""
    for url in patterns:
        if isinstance(url, URLResolver):
            yield from pages(url.url_patterns, before + str(url.pattern))
        elif isinstance(url, URLPattern) and "(?P<" not in str(url.pattern):
            route = re.sub(r"<uuid:\w+>", lambda _: str(uuid4()), str(url.pattern))
            for place, example in (("act", "move"), ("code", "no_target"), ("kind", "duty")):
                route = route.replace(f"<slug:{place}>", example)
            yield before + route


def test_every_page_sends_a_stranger_to_the_one_log_in(db: None) -> None:
    # The applications hang their pages in as the addresses are loaded.
    reverse("admin:index")
    found = [page for page in pages(site.get_urls()) if page != "/admin/login/"]
    assert len(found) > 20
    assert not [page for page in found if "<" in page], "an address with an unknown kind of part"
    for page in found:
        answer = Web().go(page)
        if page in ("/admin/logout/", "/admin/password_change/"):
            continue
        assert answer.address.startswith("/accounts/login/?next="), page
        assert page in unquote(unquote(answer.address)), page


def test_an_unknown_address_tells_a_stranger_nothing(db: None) -> None:
    assert Web().go("/admin/nothing/here/").address.startswith("/accounts/login/")


def test_whoever_logs_in_comes_back_to_the_page_they_wanted(cast: Cast) -> None:
    web = Web()
    asked = web.go("/admin/deals/deal/").address
    form = {"login": "Ada@Austral.example", "password": PASSWORD, "next": "/admin/deals/deal/"}
    answer = web.post(asked, **form)
    assert answer.address == "/admin/deals/deal/"
    assert answer.status == 200
    assert "Wattle senior package" in answer.seen


def test_a_log_in_leads_to_no_other_host(cast: Cast) -> None:
    answer = Web().post("/accounts/login/", login="ada@austral.example", password=PASSWORD, next="//evil.example/")
    assert answer.address == "/admin/"
    assert "evil" not in unquote(Web().get("/admin/login/?next=https://evil.example/").address)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(cast: Cast) -> None:
    known = Web().post("/accounts/login/", login="ada@austral.example", password="no")
    unknown = Web().post("/accounts/login/", login="nobody@austral.example", password="no")
    assert known.status == unknown.status == 200
    assert "e-mail address and/or password" in known.seen.replace("email", "e-mail")
    assert known.masked.replace(b"ada@", b"nobody@") == unknown.masked


def test_without_a_second_factor_nobody_gets_in_where_it_is_forced(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    for page in ("/admin/", "/admin/deals/deal/", "/admin/approvals/"):
        web = Web(cast.ada)
        assert web.get(page).address == "/accounts/2fa/totp/activate/"
        assert "Set up a second factor first" in web.get("/accounts/reauthenticate/").seen


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_with_a_second_factor_one_gets_in(cast: Cast, settings: LazySettings, kind: str) -> None:
    settings.SECOND_FACTOR_FORCED = True
    Authenticator.objects.create(user=cast.ada, type=kind, data={"secret": "x"})
    assert Web(cast.ada).get("/admin/").status == 200


def test_recovery_codes_alone_are_no_second_factor(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    Authenticator.objects.create(user=cast.ada, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert Web(cast.ada).get("/admin/").address == "/accounts/2fa/totp/activate/"


def test_the_pages_of_the_second_factor_open(cast: Cast) -> None:
    web = Web()
    web.post("/accounts/login/", login="ada@austral.example", password=PASSWORD)
    assert "Authenticator App" in web.get("/accounts/2fa/").seen
    # Whoever finds an open browser can't add a factor of their own: the password is asked again.
    asked = web.go("/accounts/2fa/totp/activate/")
    assert asked.address.startswith("/accounts/reauthenticate/")
    assert "Authenticator secret" in web.post(asked.address, password=PASSWORD).seen


def test_a_suspended_persons_session_ends_at_once_and_for_good(cast: Cast) -> None:
    web = Web(cast.ada)
    assert web.get("/admin/").status == 200
    with acting_as(None):
        Staff.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert web.go("/admin/").address.startswith("/accounts/login/")
    assert SESSION_KEY not in web.http.session
    with acting_as(None):
        Staff.objects.filter(pk=cast.ada.pk).update(is_active=True)
    assert web.go("/admin/").address.startswith("/accounts/login/")


def test_a_suspended_person_does_not_log_in(cast: Cast) -> None:
    with acting_as(None):
        Staff.objects.filter(pk=cast.ada.pk).update(is_active=False)
    web = Web()
    web.post("/accounts/login/", login="ada@austral.example", password=PASSWORD)
    assert web.go("/admin/").address.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "door", ["signup/", "email/", "password/reset/", "password/reset/key/1-x/", "confirm-email/x/"]
)
def test_accounts_are_not_made_or_reset_here(cast: Cast, door: str) -> None:
    assert Web(cast.ada).get(f"/accounts/{door}").status == 404
    assert Web().post(f"/accounts/{door}", email="a@b.example").status == 404


def test_logging_out_ends_the_session(cast: Cast) -> None:
    web = Web(cast.ada)
    web.post("/accounts/logout/")
    assert web.go("/admin/").address.startswith("/accounts/login/")


def test_a_password_alone_opens_the_api_no_more_than_the_admin(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.rita)
    assert browser.get("/api/v1/deals", secure=True).status_code == 401
    settings.SECOND_FACTOR_FORCED = False
    assert browser.get("/api/v1/deals", secure=True).status_code == 200


def test_the_page_of_passkeys_opens_for_who_has_a_second_factor(cast: Cast) -> None:
    page = person_of(cast.mina.email).get("/accounts/2fa/webauthn/")
    assert page.status == 200
    assert b"ecurity key" in page.raw
