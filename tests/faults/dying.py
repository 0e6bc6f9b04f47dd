"""A process that sends what is due and kills itself at a named point: `python -m tests.faults.dying POINT MOMENT`.

MOMENT is the clock that it goes by. It ends with 0 where the point was never reached.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest.mock import patch


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def after(act: Callable[..., Any]) -> Callable[..., Any]:
    def acts_and_dies(*given: Any, **named: Any) -> Any:
        act(*given, **named)
        die()

    return acts_and_dies


def half(self: smtplib.SMTP, message: bytes | str) -> Any:
    """Begins to hand the mail over, and is gone."""
    self.putcmd("data")
    self.getreply()
    raw = message if isinstance(message, bytes) else message.encode()
    self.send(raw[: len(raw) // 2])
    die()


def prepare(point: str) -> None:
    from django.core.mail import EmailMultiAlternatives

    from network.digests import ledger
    from network.webhooks import sending

    where: dict[str, tuple[object, str, Callable[..., Any]]] = {
        "the rows are made": (ledger, "make_now", after(ledger.make_now)),
        "a digest is taken": (ledger, "lease", after(ledger.lease)),
        "the mail is written": (EmailMultiAlternatives, "send", die),
        "amid SMTP": (smtplib.SMTP, "data", half),
        "the mail is sent": (ledger, "mark", die),
        "before a webhook": (sending, "post", die),
        "amid a webhook": (sending, "post", after(sending.post)),
    }
    held, name, instead = where[point]
    patch.object(held, name, instead).start()


POINTS = (
    "the rows are made",
    "a digest is taken",
    "the mail is written",
    "amid SMTP",
    "the mail is sent",
    "before a webhook",
    "amid a webhook",
)


def main(point: str, moment: str) -> None:
    import django

    django.setup()
    prepare(point)
    from network.digests import ledger
    from network.digests.delivering import deliver
    from network.webhooks import lanes

    at = datetime.fromisoformat(moment)
    for digest in ledger.make_now(at):
        deliver(digest, at)
    lanes.run_all(at)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main(*sys.argv[1:])
