"""What no friendly system sends: each is refused in the API's words, never with an error of the server."""

import base64
import json

import pytest
from django.test import Client as Http

from tests.api import Answer, System, answer, system_of

FORM = "application/x-www-form-urlencoded"
SIGNED = "grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NAMED = b'--x\r\nContent-Disposition: form-data; name="client_id"\r\n\r\na\r\n--x--\r\n'


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein", "registry:read commitments:write deals:write projects:write webhooks:manage")


def asked(raw: bytes, kind: str = FORM, **headers: str) -> Answer:
    http = Http(raise_request_exception=False)
    return answer(http.generic("POST", "/oauth/token", raw, content_type=kind, headers=headers, secure=True))


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("claims", [b"[" * 5_000, b'{"sub":"\\ud800"}', b'{"sub":"\\u0000"}'])
def test_an_assertion_of_nobody_is_no_client(db, claims: bytes) -> None:
    sent = f"{SIGNED}&client_assertion={encoded(b'{}')}.{encoded(claims)}.AA"
    told = asked(sent.encode())
    assert (told.status, told.body) == (401, {"error": "invalid_client"})


def test_a_name_that_no_client_can_have_is_no_client_wherever_it_stands(db) -> None:
    basic = base64.b64encode(b"\0name:secret").decode()
    in_form = asked(b"grant_type=client_credentials&client_id=%00&client_secret=x")
    in_header = asked(b"grant_type=client_credentials", Authorization=f"Basic {basic}")
    assert in_form.status == in_header.status == 401


def test_a_form_in_an_encoding_that_is_none_is_refused(db) -> None:
    told = asked(NAMED, "multipart/form-data; boundary=x; charset=base64")
    assert (told.status, told.body["error"]) == (400, "invalid_request")


def test_a_name_that_is_half_a_letter_and_there_twice_is_told_of(rhein) -> None:
    told = rhein.post("commitments", b'{"\\ud800":1,"\\ud800":2}')
    assert (told.status, told.codes) == (400, {"": "invalid_text"})


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_beyond_the_calendar_is_refused_where_it_stands(rhein, moment: str) -> None:
    told = rhein.get(f"deals?updated_after={moment}")
    assert (told.status, told.codes) == (400, {"/updated_after": "invalid"})
    made = rhein.post("webhook-endpoints", {"url": "https://93.184.216.34/orebook"})
    told = rhein.get(f"webhook-endpoints/{made.body['id']}/deliveries?made_after={moment}")
    assert (told.status, told.codes) == (400, {"/made_after": "invalid"})


def test_a_name_of_ones_own_with_a_nul_names_nothing(cast, rhein) -> None:
    deal = {"slug": "x", "name": "X", "network": str(cast.network.pk)}
    assert rhein.get("deals/by-ref/loans%00/1").status == 404
    assert rhein.send("PUT", "deals/by-ref/loans/1%00", deal, If_None_Match="*").status == 404


def test_a_form_of_too_many_parts_is_refused(rhein) -> None:
    for kind in ("", '; filename="f"'):
        part = '--x\r\nContent-Disposition: form-data; name="a{}"' + kind + "\r\n\r\nd\r\n"
        raw = "".join(part.format(number) for number in range(1_200)) + "--x--\r\n"
        told = rhein.post("imports", raw.encode(), Content_Type="multipart/form-data; boundary=x")
        assert (told.status, json.loads(told.raw)["type"]) == (400, "urn:orebook:problem:bad_request")
