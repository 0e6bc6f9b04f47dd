"""A scanner for malware of the operator's (clamd), asked before a document is kept.

Its protocol is a word, the pieces of the file each behind its length, and a line of answer. Written here, since the
package that is kept up for it is under the GPL.
"""

import logging
import socket
import time
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext_noop

from institutions.refusals import Refusal

log = logging.getLogger("orebook.documents")
# For all of it: a file of the largest size takes it some seconds, and the transaction around it is ended after sixty.
SECONDS = 30
_LONGEST_ANSWER = 4096


class FileInfected(Refusal):
    code = "file_infected"
    says = gettext_noop(
        "The scanner for malware found something in this file, and nothing of it was kept. Have it cleaned or made "
        "anew where it comes from; if you are sure of it, ask whoever runs this registry."
    )


class ScannerAway(Refusal):
    code = "scanner_away"
    says = gettext_noop(
        "Files are looked through for malware before they are kept, and the scanner did not answer. Nothing was kept; "
        "send it again in some minutes."
    )
    status = 503


def look_through(pieces: Iterable[bytes]) -> None:
    """Returns where nothing was found, or no scanner is named. Raises FileInfected, and ScannerAway where it is not
    known: a file that nobody looked through is not kept."""
    if not settings.SCANNER:
        return
    try:
        said = _asked(settings.SCANNER, pieces)
    except (OSError, ValueError) as error:
        log.error("the scanner for malware does not answer: %s", type(error).__name__)
        raise ScannerAway(pointer="/file") from None
    if said == "stream: OK":
        return
    if said.endswith(" FOUND"):
        # What it is called is the scanner's word; whose file it was, and its name, stays out of the log.
        log.warning("a file was refused: %s", said.removeprefix("stream: ").removesuffix(" FOUND"))
        raise FileInfected(pointer="/file")
    log.error("the scanner for malware could not say: %s", said)
    raise ScannerAway(pointer="/file")


def _asked(where: str, pieces: Iterable[bytes]) -> str:
    until = time.monotonic() + SECONDS
    with _connected(where) as there:
        try:
            for part in _instream(pieces):
                there.settimeout(_left(until))
                there.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            # It hangs up on what is too long for it, and says so.
            pass
        said = b""
        while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
            there.settimeout(_left(until))
            if not (more := there.recv(1024)):
                break
            said += more
    # Half an answer is none.
    return said[:-1].decode(errors="replace") if said.endswith(b"\0") else ""


def _instream(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield b"zINSTREAM\0"
    for piece in pieces:
        yield len(piece).to_bytes(4) + piece
    yield bytes(4)


def _left(until: float) -> float:
    """Seconds. Raises TimeoutError where there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(where: str) -> socket.socket:
    """To a socket's path, or to host:port."""
    if where.startswith("/"):
        there = socket.socket(socket.AF_UNIX)
        there.settimeout(SECONDS)
        try:
            there.connect(where)
        except OSError:
            there.close()
            raise
        return there
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
