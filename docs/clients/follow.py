"""Keeps a copy of all that you may see in Orebook, faithful through changes, revocations and restarts.

    OREBOOK=https://… CLIENT_ID=… CLIENT_SECRET=… python follow.py copy.db

Plain Python. The copy is one SQLite file: the objects, and the cursor of the last event that is in it.
"""

import base64
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

Fetch = Callable[[str], Iterator[bytes]]


class Gone(Exception):
    """The cursor is void, since the registry was restored: begin anew."""


class Copy:
    """`fetch` gives the lines that an address answers with; it raises Gone for a 410."""

    def __init__(self, path: str, fetch: Fetch) -> None:
        self.fetch = fetch
        self.db = sqlite3.connect(path)
        with self.db:
            self.db.execute("CREATE TABLE IF NOT EXISTS object (type TEXT, id TEXT PRIMARY KEY, data TEXT)")
            self.db.execute("CREATE TABLE IF NOT EXISTS place (cursor TEXT)")

    def objects(self, kind: str) -> dict[str, Any]:
        """The copy's objects of a type, by id."""
        rows = self.db.execute("SELECT id, data FROM object WHERE type = ?", [kind])
        return {key: json.loads(data) for key, data in rows}

    def cursor(self) -> str | None:
        row = self.db.execute("SELECT cursor FROM place").fetchone()
        return row[0] if row else None

    def begin(self) -> None:
        """Takes all in anew. Half a snapshot changes nothing: what is here stays until the last line has come."""
        with self.db:
            self.db.execute("DELETE FROM object")
            whole = False
            for line in self.fetch("/api/v1/snapshot"):
                told = json.loads(line)
                if told["type"] == "snapshot":
                    self._go_on_from(told["cursor"])
                elif told["type"] == "end":
                    whole = True
                elif told["type"] == "error":
                    raise RuntimeError(told["detail"])
                else:
                    self._keep(told["type"], told["data"])
            if not whole:
                raise RuntimeError("The snapshot broke off. Begin again.")

    def follow(self, wait: int = 0) -> int:
        """Takes in what happened since, and says how many events that were. Events and cursor are kept as one."""
        cursor = self.cursor()
        if cursor is None:
            self.begin()
            return 0
        asked = urllib.parse.urlencode({"after": cursor, "limit": 500, "wait": wait})
        try:
            page = json.loads(b"".join(self.fetch(f"/api/v1/events?{asked}")))
        except Gone:
            self.begin()
            return 0
        with self.db:
            for event in page["results"]:
                if event["type"] == "object.concealed":
                    # You may not see it any more: nothing of it may stay.
                    self.db.execute("DELETE FROM object WHERE id = ?", [event["object"]["id"]])
                else:
                    self._keep(event["object"]["type"], event["data"])
            self._go_on_from(page["next_cursor"])
        return len(page["results"])

    def catch_up(self) -> None:
        """Until nothing more happened."""
        while self.follow():
            pass

    def _keep(self, kind: str, data: dict[str, Any]) -> None:
        self.db.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", [kind, data["id"], json.dumps(data)])

    def _go_on_from(self, cursor: str) -> None:
        self.db.execute("DELETE FROM place")
        self.db.execute("INSERT INTO place VALUES (?)", [cursor])


def over_http(base: str, client_id: str, secret: str) -> Fetch:
    """Fetches with a token, which is renewed before it ends."""
    token, until = "", 0.0

    def fetch(path: str) -> Iterator[bytes]:
        nonlocal token, until
        if time.time() > until:
            basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
            asked = urllib.request.Request(
                f"{base}/oauth/token", b"grant_type=client_credentials", {"Authorization": f"Basic {basic}"}
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                told = json.load(answer)
            token, until = told["access_token"], time.time() + told["expires_in"] - 30
        try:
            with urllib.request.urlopen(
                urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"}), timeout=60
            ) as answer:
                yield from answer
        except urllib.error.HTTPError as error:
            if error.code == 410:
                raise Gone from None
            raise

    return fetch


def main(path: str) -> None:
    copy = Copy(path, over_http(os.environ["OREBOOK"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]))
    while True:
        began = time.time()
        try:
            count = copy.follow(wait=25)
        except urllib.error.HTTPError as error:
            # Slowed down or out of reach for a moment: what was kept stays, and it goes on from there.
            if error.code not in (429, 500, 502, 503, 504):
                raise
            time.sleep(float(error.headers.get("Retry-After", 5)))
            continue
        except (urllib.error.URLError, TimeoutError, RuntimeError) as error:
            print(error, file=sys.stderr)
            time.sleep(5)
            continue
        if count:
            print(f"{count} events", flush=True)
        elif time.time() - began < 1:
            # Too many wait already: it asks now and then instead.
            time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
