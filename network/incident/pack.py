"""An incident pack: who changed and who could see which deal in a time, as far as whoever asks may see it; signed.

Each part is read in transactions of its own, as the asker then stands. Times are in UTC.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection
from django.db.models import Max, Min, Q
from django.db.models.fields.json import KT

from deals.selectors.incidents import NamedDeal, deal_names, downloads_between
from institutions.isolation.levels import EVERYONE
from institutions.isolation.session import Actor, acting_as
from institutions.journal.naming import type_of
from institutions.models import Client, Event, Institution, Network, Staff
from institutions.selectors.heads import newest_head
from institutions.selectors.reading import instant
from network.export.chunks import access_ended
from network.incident.signing import public_key, signature
from network.spreadsheet.writing import CsvLines, Value

_AT_ONCE = 5_000
README = """Incident pack of Orebook, made for {institution} ({who}) at {made}.
From {since} to {until}, UTC{deal}.

changes.csv       what was changed, by which institution and, of {institution}'s own, by whom
sight.csv         who could see what {institution} owns, deal by deal and kind by kind, and from when to when
downloads.csv     which documents were taken, by whom: receipts that {institution} may see
institutions.csv  the institutions concerned, and how often
manifest.json     the SHA-256 of each file, the time, and the head of the sealed log
manifest.sig      its signature (Ed25519), by the key in public-key.pem, which /api/v1/log/key tells too

It holds what {institution} may see, and nothing of what it may not: others may have done more.

    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
    sha256sum changes.csv sight.csv downloads.csv institutions.csv README.txt

That nothing of it was changed in the registry since is shown by proofs under the head (docs/how-to/verify-the-log.md).
"""


@dataclass(frozen=True)
class Asked:
    """For whom, of what time, and of which deal, all where it is None."""

    who: Callable[[], Actor | None]
    institution: Institution
    name: str
    since: datetime
    until: datetime
    deal: NamedDeal | None = None


@dataclass
class _Concerned:
    """How often an institution changed something, and of how many rows it could see something."""

    changes: Counter[UUID] = field(default_factory=Counter)
    sight: Counter[UUID] = field(default_factory=Counter)


def write_pack(asked: Asked, to: IO[bytes]) -> None:
    """Writes the archive. Raises Ended where the asker may read no more."""
    made = datetime.now(UTC)
    concerned, sums = _Concerned(), {}
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        with _acting(asked):
            deals = deal_names()
            called = _names(asked)
            head = newest_head()
        parts: list[tuple[str, Sequence[str], Iterator[list[Value]]]] = [
            ("changes.csv", _CHANGES, _changes(asked, deals, called, concerned)),
            ("sight.csv", _SIGHT, _sight(asked, deals, called, concerned)),
            ("downloads.csv", _DOWNLOADS, _downloads(asked, deals, called)),
            ("institutions.csv", _CONCERNED, _institutions(called, concerned)),
        ]
        for name, header, rows in parts:
            sums[name] = _write(archive, name, header, rows)
        sums["README.txt"] = _put(archive, "README.txt", _readme(asked, made).encode())
        manifest = {
            "made_at": instant(made),
            "institution": {"id": str(asked.institution.pk), "name": asked.institution.name},
            "asked_by": asked.name,
            "since": instant(asked.since),
            "until": instant(asked.until),
            "deal": str(asked.deal.id) if asked.deal else None,
            "log_head": {"number": head.number, "root": head.root.hex()} if head else None,
            "files": sums,
        }
        said = json.dumps(manifest, indent=1).encode()
        _put(archive, "manifest.json", said)
        _put(archive, "manifest.sig", signature(said))
        _put(archive, "public-key.pem", public_key())


_CHANGES = ("time", "deal", "deal_name", "type", "object", "action", "effective_on", "institution", "actor", "fields")
_SIGHT = ("deal", "deal_name", "type", "rows", "seen_by", "from", "to")
_DOWNLOADS = ("time", "deal", "deal_name", "document", "institution", "person")
_CONCERNED = ("institution", "name", "changes", "could_see_rows")


@contextmanager
def _acting(asked: Asked) -> Iterator[None]:
    """As the asker stands now."""
    actor = asked.who()
    if actor is None:
        raise access_ended()
    with acting_as(actor):
        yield


def _names(asked: Asked) -> dict[UUID, str]:
    """Of institutions, networks, and the asker's own people and systems."""
    home = asked.institution.pk
    found = dict(Institution.objects.values_list("pk", "short_name")) | dict(Network.objects.values_list("pk", "name"))
    found |= dict(Staff.objects.filter(institution=home).values_list("pk", "name"))
    found |= dict(Client.objects.filter(institution=home).values_list("pk", "name"))
    return found | {EVERYONE: "everyone"}


def _changes(
    asked: Asked, deals: dict[UUID, str], called: dict[UUID, str], concerned: _Concerned
) -> Iterator[list[Value]]:
    with _acting(asked):
        found = _events(asked).aggregate(first=Min("xact"), last=Max("xact"))
    if found["first"] is None:
        return
    after, last = (found["first"], -1), found["last"]
    while True:
        with _acting(asked):
            page = _page(asked, after, last)
        for event in page:
            of = event["row_id"] if event["table"] == "deals_deal" else _key(event["deal"])
            home, mine = event["institution_id"], event["institution_id"] == asked.institution.pk
            if home:
                concerned.changes[home] += 1
            # What a row of others' held before is its owner's to tell.
            owned = event["owner"] == str(asked.institution.pk)
            yield [
                instant(event["recorded_at"]),
                _said(of),
                deals.get(of, "") if of else "",
                type_of(event["table"]),
                str(event["row_id"]),
                event["action"],
                event["effective_on"],
                called.get(home, "") if home else "",
                _actor(event["actor"], called) if mine else "",
                " ".join(sorted(event["before"] or ())) if owned else "",
            ]
        if len(page) < _AT_ONCE:
            return
        after = (page[-1]["xact"], page[-1]["seq"])


def _page(asked: Asked, after: tuple[int, int], last: int) -> list[dict[str, Any]]:
    # The first part lets the index of positions find the place; the second breaks ties.
    found = _events(asked).filter(xact__gte=after[0], xact__lte=last)
    found = found.filter(Q(xact__gt=after[0]) | Q(seq__gt=after[1])).order_by("xact", "seq")
    columns = ("xact", "seq", "recorded_at", "table", "row_id", "action", "effective_on", "institution_id", "actor")
    parts = {"deal": KT("after__deal_id"), "owner": KT("after__owner_id")}
    return list(found.values(*columns, "before", **parts)[:_AT_ONCE])


def _key(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _said(key: UUID | None) -> str:
    return str(key or "")


def _events(asked: Asked) -> Any:
    found = Event.objects.filter(recorded_at__gte=asked.since, recorded_at__lt=asked.until)
    if asked.deal:
        found = found.filter(Q(row_id=asked.deal.id) | Q(after__deal_id=str(asked.deal.id)))
    return found


def _actor(actor: str, called: dict[UUID, str]) -> str:
    kind, _, key = actor.partition(":")
    return called.get(UUID(key), actor) if kind in ("person", "client") else actor


def _sight(
    asked: Asked, deals: dict[UUID, str], called: dict[UUID, str], concerned: _Concerned
) -> Iterator[list[Value]]:
    with _acting(asked), connection.cursor() as cursor:
        cursor.execute(
            'SELECT deal_id, "table", principal, since, until, rows FROM journal.sight(%s, %s, %s)'
            ' ORDER BY deal_id NULLS FIRST, "table", principal',
            [asked.since, asked.until, asked.deal.id if asked.deal else None],
        )
        found = cursor.fetchall()
    for deal, table, who, since, until, rows in found:
        concerned.sight[who] += rows
        yield [
            _said(deal), deals.get(deal, ""), type_of(table), rows, called.get(who, str(who)), instant(since),
            instant(until),
        ]  # fmt: skip


def _downloads(asked: Asked, deals: dict[UUID, str], called: dict[UUID, str]) -> Iterator[list[Value]]:
    with _acting(asked):
        found = downloads_between(asked.since, asked.until, asked.deal.id if asked.deal else None)
    for at, deal, title, home, person in found:
        yield [instant(at), _said(deal), deals.get(deal, ""), title, called.get(home, ""), person]


def _institutions(called: dict[UUID, str], concerned: _Concerned) -> Iterator[list[Value]]:
    for key in sorted({*concerned.changes, *concerned.sight}, key=lambda each: called.get(each, str(each))):
        yield [str(key), called.get(key, ""), concerned.changes[key], concerned.sight[key]]


def _write(archive: ZipFile, name: str, header: Sequence[str], rows: Iterator[list[Value]]) -> str:
    """Returns the SHA-256 of what was written."""
    sum_ = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as file:
        lines = CsvLines()

        def put() -> None:
            said = lines.taken()
            sum_.update(said)
            file.write(said)

        lines.write(header)
        for number, row in enumerate(rows):
            lines.write(row)
            if number % _AT_ONCE == 0:
                put()
        put()
    return sum_.hexdigest()


def _put(archive: ZipFile, name: str, content: bytes) -> str:
    archive.writestr(name, content)
    return hashlib.sha256(content).hexdigest()


def _readme(asked: Asked, made: datetime) -> str:
    return README.format(
        institution=asked.institution.name,
        who=asked.name,
        made=instant(made),
        since=instant(asked.since),
        until=instant(asked.until),
        deal=f", of the deal {asked.deal.name}" if asked.deal else "",
    )
