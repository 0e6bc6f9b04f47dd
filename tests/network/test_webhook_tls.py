"""A receiver shows the certificate of its name, whichever address the name was pinned to."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests.adapters
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from network.webhooks import sending
from tests.answering import answering


def certificate(folder: Path, *names: x509.GeneralName) -> tuple[Path, Path]:
    """One that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "cert.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown, kept


class Handler(BaseHTTPRequestHandler):
    hosts: list[str] = []

    def do_POST(self) -> None:
        self.hosts.append(self.headers["Host"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


class Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Callers that don't trust it hang up."""


@pytest.fixture
def secure(tmp_path: Path, settings: Settings) -> Iterator[tuple[int, Path]]:
    """A receiver by TLS that is called localhost: its port, and its certificate."""
    settings.WEBHOOK_LOOPBACK = True
    shown, kept = certificate(tmp_path, x509.DNSName("localhost"))
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, kept)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Handler.hosts.clear()
    with answering(server):
        yield server.server_port, shown


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[int, Path]) -> None:
    port, _ = secure
    outcome = sending.post(f"https://localhost:{port}/hook", {}, b"{}")
    assert (outcome.status, outcome.error, Handler.hosts) == (None, "tls", [])


def test_the_certificate_is_held_against_the_name_and_not_the_pinned_address(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, shown = secure
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(shown))
    assert sending.post(f"https://localhost:{port}/hook", {}, b"{}").status == 204
    assert Handler.hosts == [f"localhost:{port}"]
    # The same receiver under a name that is not in its certificate.
    other = sending.post(f"https://{ip_address('127.0.0.1')}:{port}/hook", {}, b"{}")
    assert (other.status, other.error) == (None, "tls")


def test_a_handshake_that_never_ends_is_cut_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_LOOPBACK = True
    # Nothing but the time for all of it ends it.
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 300)
    monkeypatch.setattr(sending, "READ_SECONDS", 300)
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        outcome = sending.post(f"https://127.0.0.1:{silent.getsockname()[1]}/hook", {}, b"{}")
    assert (outcome.status, outcome.error) == (None, "timeout")
