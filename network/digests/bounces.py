"""Reads the report of a mail server that a mail could not be delivered (RFC 3464)."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from uuid import UUID

# As digests/message.py writes it; whoever does not know it has not got our mail back.
_OURS = re.compile(r"<digest\.([0-9a-f]{32})@")
LONGEST = 1_000_000


@dataclass(frozen=True)
class Bounce:
    """Which digest came back, from which address, with which enhanced status code (RFC 3463)."""

    digest: UUID
    address: str
    code: str


def bounce_in(raw: bytes) -> Bounce | None:
    """That there is no such address, as a report tells of a digest; None where it tells anything else."""
    report = message_from_bytes(raw[:LONGEST], policy=policy.default)
    told = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    fields = [field for part in told for field in _blocks(part)]
    digest = _digest(report)
    for field in fields:
        status, address = str(field.get("Status", "")).strip(), str(field.get("Final-Recipient", ""))
        if digest and str(field.get("Action", "")).strip().lower() == "failed" and status.startswith("5.1."):
            sent_to = address.rpartition(";")[2].strip().strip("<>")
            return Bounce(digest, sent_to, status) if sent_to.isprintable() else None
    return None


def _blocks(part: Message) -> list[Message]:
    held = part.get_payload()
    return [block for block in held if isinstance(block, Message)] if isinstance(held, list) else []


def _digest(report: EmailMessage) -> UUID | None:
    """By the Message-ID of the mail that came back: as a whole, or its headers alone."""
    for part in report.walk():
        if part is report:
            continue
        named = str(part.get("Message-ID", ""))
        if part.get_content_type() == "text/rfc822-headers":
            named = str(part.get_payload())
        if found := _OURS.search(named):
            return UUID(hex=found[1])
    return None
