"""Partner systems of the cast: a token, and requests over HTTP paths as a stranger's system sends them."""

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client as Http

from institutions.isolation.session import acting_as
from institutions.services.clients import issue_client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

# Whitenoise warns where nothing was collected, and warnings are errors here.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

WRITES = "registry:read commitments:write"
APPROVES = "registry:read commitments:approve"


@dataclass
class Answer:
    """What came back, read as JSON where it is."""

    status: int
    body: Any
    headers: dict[str, str]
    raw: bytes

    @property
    def codes(self) -> dict[str, str]:
        """Of a problem: which field is wrong, and how."""
        return {error["pointer"]: error["code"] for error in self.body["errors"]}


@dataclass
class System:
    """One institution's partner system."""

    token: str = ""
    http: Http = field(default_factory=lambda: Http(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, version: str | None = None, **headers: str) -> Answer:
        if version:
            headers["If_Match"] = f'"{version}"'
        return self.send("PATCH", path, body, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        kind = sent.pop("Content-Type", "application/json")
        return answer(self.http.generic(method, address, raw, content_type=kind, headers=sent, secure=True))

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every page of a list."""
        found: list[dict[str, Any]] = []
        step: str | None = path
        while step:
            page = self.get(step)
            assert page.status == 200, page.raw
            found += page.body["results"]
            step = page.body["next"]
        return found


def answer(response: "_MonkeyPatchedWSGIResponse") -> Answer:
    raw = response.getvalue()
    kind = response.headers.get("Content-Type", "")
    body = json.loads(raw) if "json" in kind and "ndjson" not in kind and raw else None
    return Answer(response.status_code, body, dict(response.headers), raw)


def ask_token(client_id: str, secret: str, **form: str) -> Answer:
    """What `/oauth/token` answers to Basic credentials."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    response = Http(raise_request_exception=False).post(
        "/oauth/token",
        {"grant_type": "client_credentials"} | form,
        headers={"Authorization": f"Basic {basic}"},
        secure=True,
    )
    return answer(response)


def system_of(bank: str, scopes: str = WRITES, responsible: str = "") -> System:
    """A partner system of this bank, with a fresh token."""
    # Whoever runs the registry issues it: within a test's transaction the last asker would still act.
    with acting_as(None):
        issued = issue_client(institution=bank, scopes=scopes.split(), responsible=responsible)
    token = ask_token(issued.client.client_id, issued.secret)
    assert token.status == 200, token.raw
    return System(token.body["access_token"])


def person_of(email: str) -> System:
    """A person of the cast in the browser, logged in."""
    from institutions.models import Staff

    http = Http(raise_request_exception=False)
    person = Staff.objects.get(email=email)
    # Nobody gets in with a password alone.
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    with acting_as(None):
        http.force_login(person)
    return System(http=http)
