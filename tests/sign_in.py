"""A bank's identity provider on this machine, that answers well but where a test has it answer otherwise."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from jwcrypto.jwk import JWK

from tests.answering import answering

KEY = JWK.generate(kty="EC", crv="P-256", kid="one", alg="ES256")
Answer = Callable[[dict[str, Any]], Any]


class SignIn(ThreadingHTTPServer):
    """It vouches for `email`; `instead` says what a page answers otherwise, a tuple being a redirect."""

    def __init__(self, email: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.here = f"http://127.0.0.1:{self.server_port}"
        self.email = email
        self.instead: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.forms: list[dict[str, list[str]]] = []

    @property
    def sub(self) -> str:
        return f"s {self.email}"

    def signed(self, key: JWK | str = KEY, alg: str = "ES256", **claims: Any) -> str:
        """An ID token of it, for Orebook and now."""
        said = {"iss": self.here, "aud": "orebook", "sub": self.sub, "exp": time.time() + 60, "iat": time.time()}
        secret = key if isinstance(key, str) else key.export_to_pem(private_key=True, password=None)
        return jwt.encode(said | claims, secret, alg, headers={"kid": "one"})

    def answer(self, page: str) -> Any:
        known: dict[str, dict[str, Any]] = {
            "configuration": {
                "issuer": self.here, "authorization_endpoint": f"{self.here}/authorize",
                "token_endpoint": f"{self.here}/token", "userinfo_endpoint": f"{self.here}/userinfo",
                "jwks_uri": f"{self.here}/jwks",
            },
            "jwks": {"keys": [KEY.export_public(as_dict=True)]},
            "token": {"access_token": "a", "token_type": "Bearer", "id_token": self.signed()},
            "userinfo": {"sub": self.sub, "email": self.email},
        }  # fmt: skip
        told = known.get(page, {})
        return self.instead[page](told) if page in self.instead else told


class _Page(BaseHTTPRequestHandler):
    server: SignIn

    def do_GET(self) -> None:
        page = "configuration" if "well-known" in self.path else self.path.strip("/")
        self.server.asked.append(page)
        told = self.server.answer(page)
        if isinstance(told, tuple):
            self.send_response(302)
            self.send_header("Location", told[0])
            self.end_headers()
            return
        raw = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self) -> None:
        self.server.forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serving(email: str = "") -> AbstractContextManager[SignIn]:
    """One that answers until the block ends."""
    return answering(SignIn(email))
