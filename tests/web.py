"""People of the cast in the web admin, over HTTP paths as a browser sends them."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Http
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Staff
from network.services.preferences import prefer
from tests.cast import Cast

# Whitenoise warns where nothing was collected, and warnings are errors here.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@dataclass
class Page:
    """What came back, and how a reader sees it."""

    status: int
    text: str
    address: str
    raw: bytes
    queries: int

    @property
    def seen(self) -> str:
        """Without markup, spaces run together."""
        body = re.sub(r"<(style|script)\b.*?</\1>", " ", self.text, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def masked(self) -> bytes:
        """Without what is new on every answer: the token of the forms, and the sealed place in the log on the desk."""
        return re.sub(rb'name="(csrfmiddlewaretoken|read)" value="[^"]*"', b"", self.raw)


def reads(cast: Cast, who: str, language: Language) -> "Web":
    """Somebody's browser, in the language that they chose."""
    person = cast.people[who]
    with acting_as(person):
        prefer(by=person, language=language)
    return Web(person)


@dataclass
class Web:
    """Somebody's browser; `person` is logged in already, None is a stranger."""

    person: Staff | None = None
    http: Http = field(default_factory=Http)

    def __post_init__(self) -> None:
        if self.person:
            # At the log-in nobody acts yet; within a test's transaction the last asker still would.
            with acting_as(None):
                self.http.force_login(self.person)

    def get(self, name: str, /, *args: object, **asked: Any) -> Page:
        """Where it leads elsewhere, that is not followed: `address` says where to."""
        return self._send(lambda path: self.http.get(path, asked, secure=True), name, args)

    def go(self, name: str, /, *args: object) -> Page:
        """As a browser does, wherever it leads."""
        return self._send(lambda path: self.http.get(path, secure=True, follow=True), name, args)

    def post(self, name: str, /, *args: object, **form: Any) -> Page:
        return self._send(lambda path: self.http.post(path, form, secure=True, follow=True), name, args)

    def _send(self, send: Any, name: str, args: tuple[object, ...]) -> Page:
        path = name if name.startswith("/") else reverse(name if ":" in name else f"admin:{name}", args=args)
        with CaptureQueriesContext(connection) as asked:
            answer: HttpResponse = send(path)
        chain = getattr(answer, "redirect_chain", [])
        address = chain[-1][0] if chain else answer.headers.get("Location", path)
        address = address.removeprefix("https://testserver")
        return Page(answer.status_code, answer.content.decode(errors="replace"), address, answer.content, len(asked))
