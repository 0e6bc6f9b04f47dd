"""Documents are looked through for malware before they are kept: by a clamd that knows one thing, and by another."""

import hashlib
import logging
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from config.embedded import processes
from config.embedded.places import Place
from tests.answering import answering
from tests.api import System
from tests.cast import Cast
from tests.ports import free_port
from tests.room import PDF, kept_files, partner, upload
from tests.scaling.servers import needs

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("documents_in_memory")]
PLANTED = b"what no bank should open"
CONFIGURED = """
Foreground yes
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/known
TemporaryDirectory {folder}
StreamMaxLength 150K
"""


class Documented(BaseRequestHandler):
    """Answers as clamd's manual says."""

    def handle(self) -> None:
        with self.request.makefile("rb") as asked:
            assert asked.read(10) == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(asked.read(4)):
                content += asked.read(length)
        said = b"stream: Planted.UNOFFICIAL FOUND" if PLANTED in content else b"stream: OK"
        self.request.sendall(said + b"\0")


@contextmanager
def documented() -> Iterator[str]:
    with answering(ThreadingTCPServer(("127.0.0.1", 0), Documented)) as server:
        yield f"127.0.0.1:{server.server_address[1]}"


@contextmanager
def clamd() -> Iterator[str]:
    """Debian's, with a signature of these tests' own and no other."""
    program = needs("clamd")
    with TemporaryDirectory(prefix="ore-clamd-") as name:
        folder, place = Path(name), Place(Path(name))
        (folder / "known").mkdir()
        (folder / "known" / "own.ndb").write_text(f"Planted:0:*:{PLANTED.hex()}\n")
        (folder / "clamd.conf").write_text(CONFIGURED.format(folder=folder))
        for path in (folder, folder / "known"):
            place.own(path)
            path.chmod(0o755)
        with subprocess.Popen(
            [program, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, cwd="/", **place.run_as
        ) as process:
            try:
                assert processes.wait_until(lambda: (folder / "clamd.ctl").exists(), 60)
                yield str(folder / "clamd.ctl")
            finally:
                process.terminate()


@pytest.fixture(params=[documented, clamd], ids=lambda made: made.__name__)
def scanner(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    with request.param() as where:
        settings.SCANNER = where
        yield where


@pytest.fixture
def rhein(cast: Cast) -> System:
    return partner("rhein")


def test_what_the_scanner_knows_is_refused_and_nothing_of_it_is_kept(
    cast: Cast, rhein: System, scanner: str, caplog: pytest.LogCaptureFixture
) -> None:
    refused = upload(rhein, cast, PDF + b" " * 90_000 + PLANTED, "secret name.pdf")
    assert (refused.status, refused.codes) == (422, {"/file": "file_infected"})
    assert kept_files() == []
    assert "Planted" in caplog.text
    assert "secret name" not in caplog.text
    assert upload(rhein, cast).status == 201
    assert len(kept_files()) == 1


def test_it_is_shown_the_whole_file_as_it_came(cast: Cast, rhein: System, settings: Any) -> None:
    whole: list[bytes] = []

    class Listening(Documented):
        def handle(self) -> None:
            with self.request.makefile("rb") as asked:
                asked.read(10)
                while length := int.from_bytes(asked.read(4)):
                    whole.append(asked.read(length))
            self.request.sendall(b"stream: OK\0")

    file = PDF + os.urandom(1_500_000)
    with answering(ThreadingTCPServer(("127.0.0.1", 0), Listening)) as server:
        settings.SCANNER = f"127.0.0.1:{server.server_address[1]}"
        assert upload(rhein, cast, file).body["sha256"] == hashlib.sha256(b"".join(whole)).hexdigest()
    assert b"".join(whole) == file


def test_while_the_scanner_is_away_nothing_is_kept(
    cast: Cast, rhein: System, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for nobody in (f"127.0.0.1:{free_port()}", "/nowhere/clamd.ctl", "clamav"):
        settings.SCANNER = nobody
        away = upload(rhein, cast)
        assert (away.status, away.body["type"]) == (503, "urn:orebook:problem:scanner_away")
        assert "send it again" in away.body["detail"]
    assert kept_files() == []
    assert [record.levelno for record in caplog.records if record.name == "orebook.documents"] == [logging.ERROR] * 3


def test_one_that_never_comes_to_an_end_is_not_waited_for(
    cast: Cast, rhein: System, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that says a little of its answer again and again, which no wait for the next word ends."""
    monkeypatch.setattr("deals.services.scanning.SECONDS", 0.3)
    hung_up = threading.Event()

    class Endless(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while not hung_up.wait(0.05):
                    self.request.sendall(b"x")

    with answering(ThreadingTCPServer(("127.0.0.1", 0), Endless)) as server:
        settings.SCANNER = f"127.0.0.1:{server.server_address[1]}"
        assert upload(rhein, cast).body["type"] == "urn:orebook:problem:scanner_away"
        hung_up.set()
    assert kept_files() == []


@pytest.mark.parametrize(
    "said",
    [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: OK FOUND? maybe\0"],
)
def test_an_answer_that_says_nothing_certain_is_none(cast: Cast, rhein: System, settings: Any, said: bytes) -> None:
    class Odd(BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(said)
            self.request.shutdown(socket.SHUT_WR)

    with answering(ThreadingTCPServer(("127.0.0.1", 0), Odd)) as server:
        settings.SCANNER = f"127.0.0.1:{server.server_address[1]}"
        assert upload(rhein, cast).status == 503
    assert kept_files() == []


def test_what_is_longer_than_clamd_looks_through_is_not_kept(cast: Cast, rhein: System, settings: Any) -> None:
    with clamd() as where:
        settings.SCANNER = where
        assert upload(rhein, cast, PDF + b" " * 400_000).status == 503
        assert upload(rhein, cast, PDF + b" " * 100_000).status == 201
    assert len(kept_files()) == 1


def test_without_one_named_nobody_is_asked(cast: Cast, rhein: System, settings: Any) -> None:
    assert settings.SCANNER == ""
    assert upload(rhein, cast, PDF + PLANTED).status == 201
