"""The way in from outside, as tests ask it."""

import http.client
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.certificates import Authority
from tests.encrypted.parts import Within

NAME = "registry.example"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]


@dataclass(frozen=True)
class Front:
    """Its ports, its process, the operator's authority and the file of the certificate."""

    https: int
    http: int
    process: int
    authority: Authority
    file: Path
    within: int

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.authority.text.decode())

    def spoken(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        """A connection that the server took."""
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=20)
        try:
            return context.wrap_socket(plain, server_hostname=NAME)
        except OSError:
            plain.close()
            raise

    def renew(self) -> None:
        certificate, key = self.authority.sign(NAME, (NAME,))
        self.file.write_bytes(certificate + key)

    def ask(self, path: str, *, encrypted: bool = True, headers: dict[str, str] | None = None) -> Answer:
        if encrypted:
            there: http.client.HTTPConnection = http.client.HTTPSConnection("localhost", context=self.context())
            there.sock = self.spoken(self.context())
        else:
            there = http.client.HTTPConnection("127.0.0.1", self.http, timeout=60)
        return answered(there, path, {"Host": NAME} | (headers or {}))


def answered(there: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    """Asks once, and hangs up."""
    with closing(there):
        there.request("GET", path, headers=headers)
        with there.getresponse() as told:
            told.read()
            return Answer(told.status, {name.lower(): value for name, value in told.getheaders()})


def lives(port: int, within: Within) -> bool:
    """Whether the web server answers whoever trusts the authority within."""
    context = ssl.create_default_context(cafile=within.folder / "app" / "ca.pem")
    context.load_cert_chain(within.folder / "app" / "orebook_app.crt", within.folder / "app" / "orebook_app.key")
    try:
        there = http.client.HTTPSConnection("localhost", port, context=context, timeout=60)
        return answered(there, "/livez", {"Host": "127.0.0.1"}).status == 200
    except OSError:
        return False
