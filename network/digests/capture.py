"""Mail of a one-machine run: each message becomes a file that any mail program opens."""

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmlBackend(BaseEmailBackend):
    """Writes <EMAIL_CAPTURE_DIR>/<recipient>/<Message-ID>.eml; the same message again replaces its file."""

    def __init__(self, fail_silently: bool = False, **_options: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of messages written. Raises OSError when the disk is full."""
        for message in email_messages:
            whole = message.message()
            content = whole.as_bytes()
            for recipient in message.recipients():
                _write(_file(recipient, str(whole["Message-ID"])), content)
        return len(email_messages)


@dataclass(frozen=True)
class Captured:
    """A captured mail's two forms."""

    text: str
    html: str


def captured(recipient: str, message_id: str) -> Captured | None:
    """The mail with this Message-ID to this recipient, or None when it was not captured here."""
    try:
        content = _file(recipient, message_id).read_bytes()
    except FileNotFoundError:
        return None
    parsed = message_from_bytes(content, policy=policy.default)
    return Captured(text=_part(parsed, "plain"), html=_part(parsed, "html"))


def capturing() -> bool:
    """Whether mail is captured instead of sent."""
    return bool(f"{__name__}.{EmlBackend.__name__}" == settings.EMAIL_BACKEND)


def _part(parsed: Parsed, kind: str) -> str:
    body = parsed.get_body((kind,))
    return str(body.get_content()) if body else ""


def _file(recipient: str, message_id: str) -> Path:
    return Path(settings.EMAIL_CAPTURE_DIR) / _safe(recipient.lower()) / f"{_safe(message_id.strip('<>'))}.eml"


def _safe(name: str) -> str:
    """A name that stays inside its folder; what had to be changed keeps a hash, so that two never fall together."""
    kept = re.sub(r"[^A-Za-z0-9@._+-]", "_", name).lstrip(".")[:100]
    return kept if kept == name else f"{kept}-{sha256(name.encode()).hexdigest()[:12]}"


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a reader never meets half a message."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
