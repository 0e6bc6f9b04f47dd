"""A partner system of an institution: it knows its client, and HTTP."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from config.embedded import processes
from tests.journeys.running import Client, Run

# The lists in which a commitment leaves a trace where it is told.
LISTS = ("deals", "tranches", "parties", "commitments", "approvals", "projects", "companies")
FEED_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Partner:
    """Gets its client from the command line and its token from `/oauth/token`, as the tutorial says."""

    def __init__(self, run: Run, client: Client) -> None:
        self.address = run.address
        run.issue(client)
        issued = run.issued[client]
        basic = base64.b64encode(f"{issued['client_id']}:{issued['client_secret']}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        token = send(f"{self.address}/oauth/token", {"Authorization": f"Basic {basic}"}, form)
        assert token.status == 200, token.body
        self.headers = {"Authorization": f"Bearer {token.json['access_token']}"}

    def get(self, path: str) -> Answer:
        return send(f"{self.address}/api/v1/{path}", self.headers)

    def write(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A POST or PATCH of JSON."""
        told = self.headers | {"Content-Type": "application/json"} | headers
        return send(f"{self.address}/api/v1/{path}", told, json.dumps(body or {}).encode(), method)

    def results(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.json["results"]
        return found

    def everything(self) -> dict[str, bytes]:
        """Every list with its count, byte by byte."""
        answers = {name: self.get(f"{name}?limit=500&count=true") for name in LISTS}
        assert {answer.status for answer in answers.values()} == {200}
        assert all(answer.json["next"] is None for answer in answers.values()), "a list has outgrown one page"
        return {name: answer.body for name, answer in answers.items()}

    def latest(self) -> str:
        """The cursor after all that happened so far."""
        cursor = ""
        while events := self._events(cursor):
            cursor = events[-1]["cursor"]
        return cursor

    def news(self, cursor: str) -> list[dict[str, Any]]:
        """Up to 500 events after the cursor."""
        return self._events(cursor)

    def hears(self, cursor: str, row: str) -> list[str]:
        """The types of the events of one object after the cursor, once there are any: the feed follows the log."""

        def told() -> list[str]:
            return [event["type"] for event in self._events(cursor) if event["object"]["id"] == row]

        assert processes.wait_until(lambda: bool(told()), FEED_SECONDS), f"nothing was told of {row}"
        return told()

    def _events(self, cursor: str) -> list[dict[str, Any]]:
        asked = {"limit": "500"} | ({"after": cursor} if cursor else {})
        return self.results(f"events?{urllib.parse.urlencode(asked)}")


def send(address: str, headers: dict[str, str], body: bytes | None = None, method: str | None = None) -> Answer:
    """One request; a refusal is an answer too."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, body, headers, method=method), timeout=30
        ) as answer:
            return Answer(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), dict(refused.headers))
