"""What a browser is told with every answer, and what a page of another site can do with it: nothing."""

from contextlib import closing

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.api import System, ask_token, person_of, system_of
from tests.cast import PASSWORD, Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
# Of every kind: pages, the log-in, one's account, the API, its description, static files, what is not there.
DOORS = (
    "/", "/admin/", "/admin/nowhere/", "/accounts/login/", "/accounts/2fa/", "/accounts/sessions/",
    "/accounts/password/change/", "/accounts/welcome/x/", "/api/v1/deals", "/api/v1/nowhere", "/api/v1/schema",
    "/api/v1/docs", "/oauth/token", "/livez", "/nowhere", "/static/orebook/orebook.css", "/mail/stop/x/",
)  # fmt: skip


@pytest.fixture
def ada(cast: Cast) -> Client:
    return Web(cast.ada).http


def told(http: Client, door: str, method: str = "GET", **headers: str) -> dict[str, str]:
    """The headers of an answer that was read to its end, as a file must be."""
    with closing(http.generic(method, door, headers=headers, secure=True)) as answer:
        return dict(answer.headers)


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_says_https_alone_for_a_year_and_for_all_of_the_host(ada: Client, door: str) -> None:
    rules = told(ada, door)["Strict-Transport-Security"].split("; ")
    assert "includeSubDomains" in rules
    assert int(rules[0].removeprefix("max-age=")) >= 31_536_000


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_is_what_its_type_says_and_is_framed_nowhere(ada: Client, door: str) -> None:
    headers = told(ada, door)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("door", DOORS)
def test_no_other_site_is_told_where_somebody_was(ada: Client, door: str) -> None:
    assert told(ada, door)["Referrer-Policy"] in ("same-origin", "strict-origin")


@pytest.mark.parametrize("door", DOORS)
def test_no_other_site_may_read_an_answer(ada: Client, door: str) -> None:
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        assert not [name for name in told(ada, door, method, **evil) if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("door", [door for door in DOORS if not door.startswith("/static/")])
def test_no_cache_keeps_an_answer(ada: Client, door: str) -> None:
    assert "no-store" in told(ada, door)["Cache-Control"]


@pytest.mark.parametrize("door", DOORS)
def test_every_answer_with_a_body_names_its_type_and_letters(ada: Client, door: str) -> None:
    kind = told(ada, door)["Content-Type"].replace('"', "").lower()
    # JSON is UTF-8 by its definition, and has no parameter for it.
    assert kind.endswith("charset=utf-8") or kind.partition(";")[0].endswith("json")


def test_cookies_are_this_hosts_alone_and_no_script_reads_them(cast: Cast) -> None:
    http = Client()
    http.get("/accounts/login/", secure=True)
    http.post("/accounts/login/", {"login": "ada@austral.example", "password": PASSWORD}, secure=True)
    http.get("/admin/", secure=True)
    assert set(http.cookies) == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in http.cookies.values():
        assert cookie["secure"], cookie.key
        assert cookie["httponly"], cookie.key
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


def test_what_a_page_says_once_is_kept_in_no_cookie(cast: Cast, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FORCED = True
    web = Web(cast.ada)
    assert web.get("/admin/").address == "/accounts/2fa/totp/activate/"
    assert set(web.http.cookies) == {"__Host-sessionid"}
    assert "Set up a second factor first" in web.get("/accounts/reauthenticate/").seen


@pytest.mark.parametrize("door", ["/admin/logout/", "/accounts/logout/"])
def test_logging_out_has_the_browser_forget_what_it_kept(cast: Cast, door: str) -> None:
    http = Web(cast.ada).http
    assert "Clear-Site-Data" not in http.get(door, secure=True).headers
    assert http.post(door, secure=True).headers["Clear-Site-Data"] == '"cache"'
    assert http.get("/admin/", secure=True).status_code == 302


def test_people_are_sent_from_http_to_https_and_systems_are_refused(cast: Cast) -> None:
    sent = Client().get("/accounts/login/?next=/admin/")
    assert (sent.status_code, sent.headers["Location"]) == (301, "https://testserver/accounts/login/?next=/admin/")
    system = system_of("hanok")
    for answer in (
        system.http.get("/api/v1/deals", headers={"Authorization": f"Bearer {system.token}"}),
        system.http.post("/oauth/token", {"grant_type": "client_credentials"}),
        system.http.get("/api/v1/nowhere"),
    ):
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:orebook:problem:https_required"
        assert "Location" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_proxy_alone_says_that_it_was_https(cast: Cast, settings: LazySettings) -> None:
    """Without one of one's own, what a client writes into the header counts for nothing."""
    assert not getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    said = Client().get("/api/v1/deals", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert said.status_code == 403
    assert not settings.USE_X_FORWARDED_HOST
    assert Client().get("/accounts/login/", secure=True, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "x"])
@pytest.mark.parametrize("door", ["/admin/", "/accounts/login/", "/livez", "/api/v1/deals", "/oauth/token"])
def test_no_other_method_is_answered(ada: Client, method: str, door: str) -> None:
    answer = ada.generic(method, door, headers={"X-Secret": "canary"}, secure=True)
    assert answer.status_code == 405
    assert b"canary" not in answer.content


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_what_changes_something_is_asked_by_post(cast: Cast, method: str) -> None:
    """Log-out, ending sessions and the acts of a deal: none is done by an address that an image could load."""
    http = Web(cast.ada).http
    for door in ("/accounts/logout/", "/accounts/sessions/", f"/admin/deals/deal/{cast.deal.pk}/status/"):
        getattr(http, method)(door, secure=True)
    assert http.get("/admin/", secure=True).status_code == 200
    assert System(http=http).get("deals").body["results"][0]["status"] == "in_market"


def test_a_form_of_another_site_changes_nothing(cast: Cast) -> None:
    """With the browser's own cookies, and without the token that a form of ours holds."""
    http = Client(enforce_csrf_checks=True)
    http.force_login(cast.ada)
    for door in ("/accounts/logout/", "/accounts/password/change/", "/admin/mail/", "/oauth/nothing", "/api/v1/deals"):
        answer = http.post(door, {"password1": "x"}, secure=True, headers={"Origin": "https://evil.example"})
        assert answer.status_code in (401, 403, 404), door
    assert http.get("/admin/", secure=True).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_no_body_that_a_form_of_another_site_can_send_is_read_as_one_of_the_api(cast: Cast, kind: str) -> None:
    system = system_of("austral", "registry:read deals:write")
    answer = system.post("deals", b'{"slug": "x", "name": "X", "network": "msn"}', Content_Type=kind)
    assert answer.status == 415
    # A token is never in a cookie, so that nothing is sent along by itself.
    assert person_of("ada@austral.example").http.cookies.keys() <= {"__Host-sessionid", "__Host-csrftoken"}


def test_a_token_in_an_address_or_a_form_opens_nothing(cast: Cast) -> None:
    system = system_of("hanok")
    assert System().get(f"deals?access_token={system.token}").status == 401
    sent = System(http=Client()).http.post("/api/v1/deals", {"access_token": system.token}, secure=True)
    assert sent.status_code == 401
    in_address = Client().post("/oauth/token?grant_type=client_credentials&client_id=x&client_secret=y", secure=True)
    assert in_address.status_code == 400
    assert ask_token("x", "y").status == 401


def test_no_listing_of_a_folder_and_no_file_of_the_program_is_served(db: None) -> None:
    for door in ("/static/", "/static/orebook/", "/static/../manage.py", "/.git/HEAD", "/manage.py", "/.env",
                 "/static/..%2f..%2fmanage.py", "/docs/", "/media/", "/static/orebook/%00"):  # fmt: skip
        assert Client().get(door, secure=True).status_code == 404, door


def test_fonts_are_kept_for_a_day_and_what_changes_with_us_for_a_minute(db: None) -> None:
    """A page waits for its fonts; its styles are those of the release that serves it."""
    for file, kept in (("unfold/fonts/inter/Inter-Regular.woff2", 86_400), ("orebook/orebook.css", 60)):
        with closing(Client().get(f"/static/{file}", secure=True)) as answer:
            assert answer.headers["Cache-Control"] == f"max-age={kept}, public"
