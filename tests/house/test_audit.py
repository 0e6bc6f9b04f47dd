"""What the project is made of: listed in full, and asked about at whoever knows what is vulnerable."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.embedded import audit
from tests.answering import answering

pytestmark = pytest.mark.slow
PINNED = re.compile(r"^([\w.-]+)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@contextmanager
def advisories(against: str) -> Iterator[str]:
    """A list of advisories on this machine that knows something of one package."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            known = {
                "id": "PLANTED-1", "affected": [{"package": {"name": asked, "ecosystem": "PyPI"}, "ranges": [
                    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}]}],
            }  # fmt: skip
            told = json.dumps({"vulns": [known]} if asked == against else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Not on standard error."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"


def test_every_pinned_package_is_listed_with_its_version_and_hashes(tmp_path: Path) -> None:
    assert audit.sbom(tmp_path / "sbom.cdx.json") == 0
    made = json.loads((tmp_path / "sbom.cdx.json").read_text())
    assert made["bomFormat"] == "CycloneDX"
    assert made["metadata"]["component"]["name"] == "orebook"
    listed = {
        (plain(one["name"]), one["version"]): {h["content"] for ref in one["externalReferences"] for h in ref["hashes"]}
        for one in made["components"]
    }
    pinned = {
        (plain(name), version): set(re.findall(r"sha256:([0-9a-f]{64})", rest))
        for name, version, rest in PINNED.findall(audit.APPLICATION.read_text())
    }
    assert len(pinned) > 50
    assert listed == pinned


def test_the_same_pins_make_the_same_list(tmp_path: Path) -> None:
    for name in ("once", "again"):
        audit.sbom(tmp_path / name)
    assert (tmp_path / "once").read_bytes() == (tmp_path / "again").read_bytes()


def test_what_is_known_to_be_vulnerable_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with advisories("django") as there:
        monkeypatch.setenv("ORE_ADVISORIES", there)
        assert audit.vulnerable() == 1
    assert re.search(r"django \S+: PLANTED-1, mended in 99.0", capsys.readouterr().err)


def test_where_nothing_is_known_it_says_of_how_many(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with advisories("") as there:
        monkeypatch.setenv("ORE_ADVISORIES", there)
        assert audit.vulnerable() == 0
    assert re.search(r"Nothing is known against \d\d packages", capsys.readouterr().out)


def test_where_nobody_can_be_asked_it_says_so_in_a_line_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Nobody listens there.
    monkeypatch.setenv("ORE_ADVISORIES", "http://127.0.0.1:9/v1/query")
    assert audit.vulnerable() == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Whether a package is known to be vulnerable can't be asked from here")
