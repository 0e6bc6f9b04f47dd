"""Nobody makes this server call what only this server can reach: refused when saved, and when sent."""

import socket
from typing import Any

import pytest
from pytest_django import Settings
from pytest_socket import SocketConnectBlockedError

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.models import WebhookEndpoint
from network.webhooks import addresses, sending
from network.webhooks.addresses import AddressNotAllowed
from tests.acts import letter
from tests.cast import Cast
from tests.network.receivers import Receiver, attempts, deliveries, endpoint_for, turn

INSIDE = (
    "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1",
    "127.1", "localhost", "localhost.", "LOCALHOST", "0.0.0.0", "[::]", "169.254.169.254", "[fe80::1]", "[fd00::1]",
    "[fec0::1]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::1]", "[::7f00:1]", "[ff02::1]",
    "192.88.99.1", "203.0.113.7", "[2001:db8::1]",
)  # fmt: skip
WRITTEN = (
    "", "hook", "//x.example/hook", "http://93.184.215.14/hook", "file:///etc/passwd", "ftp://93.184.215.14/x",
    "gopher://93.184.215.14/", "https://", "https:///hook", "https://user:pass@93.184.215.14/",
    "https://93.184.215.14/#there", "https://93.184.215.14:0/", "https://93.184.215.14:99999/",
    "https://93.184.215.14\\@127.0.0.1/", "https://93.184.215.14 /", "https://93.184.215.14/\r\nHost: x",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://１２７.0.0.1/", "https://[::1/", "https://a..b/",
    "https://93.184.215.14/" + "x" * 500,
)  # fmt: skip
PUBLIC = ("https://93.184.215.14/hook", "https://93.184.215.14:8443/a?b=c", "https://[2606:4700::1111]/")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name server that knows these names, and the machine's own."""
    known: dict[str, list[str]] = {"localhost": ["127.0.0.1"], "localhost.": ["127.0.0.1"]}
    real = socket.getaddrinfo

    def asked(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host in known:
            found = known[host]
            if not found:
                raise socket.gaierror(-2, "Name or service not known")
            return [each for ip in found for each in real(ip, port, *args, **more)]
        return real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    return known


@pytest.mark.parametrize("host", INSIDE)
def test_what_is_not_the_public_internet_is_refused_when_saved(names: Any, host: str) -> None:
    for address in (f"https://{host}/hook", f"https://{host}:8000/"):
        with pytest.raises(AddressNotAllowed):
            addresses.check(address)


@pytest.mark.parametrize("host", INSIDE)
def test_and_when_sent_whatever_was_saved(names: Any, host: str) -> None:
    outcome = sending.post(f"https://{host}:1/hook", {}, b"{}")
    assert outcome.status is None
    assert outcome.error == "address_refused"


@pytest.mark.parametrize("url", WRITTEN)
def test_what_two_systems_could_read_differently_is_refused(names: Any, url: str) -> None:
    with pytest.raises(AddressNotAllowed):
        addresses.check(url)


@pytest.mark.parametrize("url", PUBLIC)
def test_the_public_internet_is_not_refused(names: Any, url: str) -> None:
    addresses.check(url)


def test_a_name_that_leads_inside_reads_as_one_that_leads_nowhere(names: dict[str, list[str]]) -> None:
    names["hooks.example"] = ["93.184.215.14", "2606:4700::1111"]
    addresses.check("https://hooks.example/")
    said = set()
    for leads in ([], ["10.0.0.5"], ["93.184.215.14", "10.0.0.5"], ["::1"]):
        names["hooks.example"] = leads
        with pytest.raises(AddressNotAllowed) as refused:
            addresses.check("https://hooks.example/")
        said.add(refused.value.detail)
    assert len(said) == 1


def test_a_name_that_leads_inside_since_is_not_called(
    managers: Cast, receiver: Receiver, names: dict[str, list[str]], settings: Settings
) -> None:
    settings.WEBHOOK_LOOPBACK = False
    names["hooks.example"] = ["93.184.215.14"]
    made = endpoint_for(managers.root, f"https://hooks.example:{receiver.port}/", events=("commitment.revealed",))
    letter(managers, Level.PARTIES)
    names["hooks.example"] = ["127.0.0.1"]
    assert turn(made) == 1
    assert receiver.calls == []
    assert attempts(managers.root, made) == [(None, "address_refused")]


def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says another thing each time it is asked finds no gap between looking and calling."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def turning(host: Any, *args: Any, **more: Any) -> Any:
        if host != "rebind.example":
            return real(host, *args, **more)
        asked.append(host)
        return real("93.184.215.14" if len(asked) == 1 else "127.0.0.1", *args, **more)

    settings.WEBHOOK_LOOPBACK = False
    monkeypatch.setattr(socket, "getaddrinfo", turning)
    # The tests let nobody out, and say where to it went.
    with pytest.raises((SocketConnectBlockedError, UserWarning), match=r"93\.184\.215\.14"):
        sending.post(f"https://rebind.example:{receiver.port}/", {}, b"{}")
    assert receiver.calls == []
    assert len(asked) == 1


def test_a_redirect_is_not_followed(managers: Cast, receiver: Receiver) -> None:
    receiver.answers = [307]
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/inside"}
    made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    letter(managers, Level.PARTIES)
    turn(made)
    assert [call.path for call in receiver.calls] == ["/hook"]
    assert attempts(managers.root, made) == [(307, "")]
    assert deliveries(managers.root, made) == [("pending", 1)]


def test_without_the_setting_this_machine_is_refused_and_with_it_nothing_else_inside(
    receiver: Receiver, settings: Settings
) -> None:
    addresses.check(receiver.url)
    for host in ("10.0.0.1", "169.254.169.254", "[fd00::1]"):
        for scheme in ("http", "https"):
            with pytest.raises(AddressNotAllowed):
                addresses.check(f"{scheme}://{host}/")
    assert sending.post("http://10.0.0.1/", {}, b"").error == "address_refused"
    assert sending.post("http://93.184.215.14/", {}, b"").error == "address_refused"
    settings.WEBHOOK_LOOPBACK = False
    with pytest.raises(AddressNotAllowed):
        addresses.check(receiver.url)
    assert sending.post(receiver.url, {}, b"").error == "address_refused"
    assert receiver.calls == []


def test_no_proxy_of_the_environment_comes_between(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://10.0.0.1:3128")
    assert sending.post(receiver.url, {}, b"{}").status == 204


def test_an_endpoint_that_is_refused_leaves_nothing(managers: Cast, names: Any) -> None:
    with pytest.raises(AddressNotAllowed):
        endpoint_for(managers.root, "https://169.254.169.254/latest/meta-data")
    with acting_as(managers.root):
        assert not WebhookEndpoint.objects.exists()
