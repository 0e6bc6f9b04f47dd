"""What holds for every address of the API."""

import pytest

from institutions.models import Institution
from institutions.selectors import reference
from tests.api import System, person_of, system_of

PARTS = {"type", "title", "status", "detail", "errors", "request_id"}


@pytest.fixture
def maple(cast):
    return system_of("maple")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "nothing", None, {}, 404),
        ("GET", "/api/v2/deals", None, {}, 404),
        ("GET", "/api", None, {}, 404),
        ("DELETE", "deals", None, {}, 405),
        ("OPTIONS", "commitments", None, {}, 405),
        ("GET", "deals", None, {"Accept": "text/csv"}, 406),
        ("POST", "commitments", b"a=1", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "commitments", b"{", {}, 400),
        ("POST", "commitments", b"\xff", {}, 400),
        ("POST", "commitments", b"[]", {}, 400),
        ("POST", "commitments", b'{"deal": 1, "deal": 2}', {}, 400),
        ("POST", "commitments", b'{"deal": NaN}', {}, 400),
        ("POST", "commitments", b'{"reference": "a\\u0000b"}', {}, 400),
        ("POST", "commitments", b'{"reference": "\\ud800"}', {}, 400),
        ("POST", "commitments", b"[" * 100_000, {}, 400),
        ("GET", "deals/not-an-id", None, {}, 404),
        ("GET", "deals?slug=%00", None, {}, 400),
    ],
)
def test_every_error_is_a_problem(maple, method, path, body, headers, status):
    refused = maple.send(method, path, body, **headers)
    assert refused.status == status
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert set(refused.body) == PARTS
    assert refused.body["status"] == status


def test_what_breaks_here_tells_nothing_of_it(maple, monkeypatch):
    def broken(row):
        raise RuntimeError("secret of the row")

    monkeypatch.setattr(reference.NETWORKS.__class__, "shape", property(lambda self: broken), raising=False)
    refused = maple.get("networks")
    assert (refused.status, refused.headers["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in refused.raw
    assert b"Traceback" not in refused.raw


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("ordering=size__amount", "/ordering"),
        ("size__amount__gt=1", "/size__amount__gt"),
        ("institution__legal_name=x", "/institution__legal_name"),
        ("q=note", "/q"),
        ("limit=0", "/limit"),
        ("limit=501", "/limit"),
        ("limit=٥", "/limit"),
        ("limit=1&limit=2", "/limit"),
        ("stage=signed,unheard", "/stage"),
        ("updated_after=yesterday", "/updated_after"),
        ("fields=id,secret", "/fields"),
        ("count=perhaps", "/count"),
        ("cursor=abc", "/cursor"),
    ],
)
def test_what_a_list_does_not_know_is_refused_with_a_pointer(maple, query, pointer):
    refused = maple.get(f"commitments?{query}")
    assert refused.status == 400
    assert pointer in refused.codes


def test_pages_hold_every_row_once(maple):
    whole = maple.get("institutions").body["results"]
    assert len(whole) == Institution.objects.count()
    assert maple.all("institutions?limit=2") == whole


def test_a_cursor_fits_one_asker_and_one_question(maple):
    following = maple.get("institutions?limit=2").body["next"]
    cursor = following.split("cursor=")[1].split("&")[0]
    assert maple.get(f"institutions?limit=5&cursor={cursor}").status == 200
    for asker, path in (
        (system_of("fjord"), "institutions?limit=2"),
        (maple, "memberships?limit=2"),
        (maple, "institutions?limit=2&country=AU"),
    ):
        assert asker.get(f"{path}&cursor={cursor}").codes == {"/cursor": "invalid_cursor"}


def test_cursors_are_of_one_length_and_never_the_same(maple):
    first, again = (maple.get("institutions?limit=2").body["next"] for _ in range(2))
    assert first != again
    assert len(first) == len(again) == len(maple.get("institutions?limit=3").body["next"])


def test_a_count_is_given_only_where_it_is_asked_for(maple):
    assert "count" not in maple.get("institutions").body
    counted = maple.get("institutions?count=true&limit=1").body
    assert (counted["count"], counted["count_capped"]) == (Institution.objects.count(), False)


def test_only_the_fields_that_were_asked_for_come(maple):
    assert maple.get("institutions?fields=slug,country&slug=maple").body["results"] == [
        {"slug": "maple", "country": "CA"}
    ]


def test_an_unchanged_object_is_not_sent_again(maple, cast):
    path = f"institutions/{cast.bank('maple').pk}"
    first = maple.get(path)
    assert first.headers["ETag"] == f'"{first.body["version"]}"'
    again = maple.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.raw) == (304, b"")
    assert maple.get(path, If_None_Match='"other"').status == 200


def test_no_cache_may_keep_what_one_asker_saw(maple):
    headers = maple.get("deals").headers
    assert "private" in headers["Cache-Control"]
    assert "Authorization" in headers["Vary"]


def test_a_person_reads_with_the_session_and_writes_only_with_the_csrf_token(cast):
    mina = person_of("mina@hanok.example")
    assert [deal["slug"] for deal in mina.get("deals").body["results"]] == ["wattle"]
    mina.http.handler.enforce_csrf_checks = True
    refused = mina.post("commitments", {})
    assert (refused.status, refused.body["errors"]) == (403, [])


def test_code_lists_need_no_token_and_name_their_version(db):
    lists = System().get("codelists")
    assert lists.status == 200
    assert {"code": "signed", "class": "firm"}.items() <= lists.body["lists"]["stages"][8].items()
    assert System().get("codelists", If_None_Match=f'"{lists.body["version"]}"').status == 304
