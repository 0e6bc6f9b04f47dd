"""What everybody reaches: HAProxy as docker-compose.yml starts it, before a web server as it starts that."""

import http.client
import os
import signal
import ssl
from pathlib import Path

import pytest

from config.certificates import Authority
from config.embedded import processes
from tests.encrypted.front import NAME, Front, answered, lives
from tests.encrypted.parts import Within, https, plain

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_speaks_the_two_versions_of_today_with_forward_secrecy(front: Front, version: ssl.TLSVersion) -> None:
    context = front.context()
    context.minimum_version = context.maximum_version = version
    with front.spoken(context) as there:
        assert there.version() == version.name.replace("_", ".")
        suite, _, bits = there.cipher() or ("", "", 0)
        assert suite == {"TLSv1_2": "ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1_3": "TLS_AES_256_GCM_SHA384"}[version.name]
        assert bits == 256


def test_older_versions_are_refused(front: Front) -> None:
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = front.context()
        with pytest.warns(DeprecationWarning, match=r"TLSv1(_1)? is deprecated"):
            context.minimum_version = context.maximum_version = version
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises(ssl.SSLError, match=r"protocol version|alert"):
            front.spoken(context)


@pytest.mark.parametrize("suites", ["AES256-SHA:AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "aNULL"])
def test_suites_without_forward_secrecy_or_authentication_are_refused(front: Front, suites: str) -> None:
    context = front.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match=r"handshake failure|alert"):
        front.spoken(context)


def test_the_better_suite_is_taken_whatever_the_client_prefers(front: Front) -> None:
    context = front.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
    with front.spoken(context) as there:
        assert (there.cipher() or [""])[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"


def test_a_page_comes_over_https_and_keeps_the_browser_there(front: Front) -> None:
    answer = front.ask("/accounts/login/")
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert "Secure" in answer.headers["set-cookie"]


def test_in_the_clear_people_are_led_to_https_and_systems_are_refused(front: Front) -> None:
    page = front.ask("/accounts/login/", encrypted=False)
    assert (page.status, page.headers["location"]) == (301, f"https://{NAME}/accounts/login/")
    # Whoever says that it was https said it in the clear.
    for claims in ({}, {"X-Forwarded-Proto": "https"}):
        assert front.ask("/api/v1/deals", encrypted=False, headers=claims).status == 403
    assert front.ask("/api/v1/deals").status == 401


def test_a_certificate_is_renewed_without_stopping(front: Front) -> None:
    def shown() -> bytes:
        with front.spoken(front.context()) as there:
            return there.getpeercert(binary_form=True) or b""

    before = shown()
    front.renew()
    assert shown() == before
    with front.spoken(front.context()) as held:
        os.kill(front.process, signal.SIGUSR2)
        assert processes.wait_until(lambda: shown() != before, 30)
        held.sendall(f"GET /livez HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        assert held.recv(1000).startswith(b"HTTP/1.1 200")


def test_on_this_machine_alone_what_comes_in_the_clear_is_no_https(
    front: Front, within: Within, tmp_path: Path
) -> None:
    with plain(within, front.within, tmp_path / "haproxy") as port:
        for said, status in (({}, 403), ({"X-Forwarded-Proto": "http"}, 403), ({"X-Forwarded-Proto": "https"}, 401)):
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            assert answered(there, "/api/v1/deals", {"Host": NAME, **said}).status == status


def test_within_the_web_server_speaks_tls_alone_and_to_whom_it_knows(front: Front, within: Within) -> None:
    assert lives(front.within, within)
    stranger = ssl.create_default_context(cafile=within.folder / "proxy" / "ca.pem")
    for there in (
        http.client.HTTPConnection("localhost", front.within, timeout=60),
        http.client.HTTPSConnection("localhost", front.within, context=stranger, timeout=60),
    ):
        with pytest.raises((http.client.HTTPException, OSError)):
            answered(there, "/livez", {"Host": "127.0.0.1"})


def test_a_web_server_that_cannot_show_who_it_is_gets_nothing(within: Within, front: Front, tmp_path: Path) -> None:
    """Whoever stands in its place, with a certificate of somebody else's."""
    other = Within(tmp_path / "stranger")
    (other.folder / "proxy").mkdir(parents=True)
    (other.folder / "proxy" / "ca.pem").write_bytes(Authority(tmp_path / "other").text)
    for end in ("crt", "key"):
        own = (within.folder / "proxy" / f"proxy.{end}").read_bytes()
        (other.folder / "proxy" / f"proxy.{end}").write_bytes(own)
    with https(other, front.file.parent, front.within, tmp_path / "haproxy") as (secure, clear, process):
        asked = Front(secure, clear, process, front.authority, front.file, front.within)
        assert asked.ask("/livez").status == 503
