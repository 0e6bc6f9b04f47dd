"""Things by the beginnings of the words in their names, in any script, as the asker sees them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Model

from deals.models import Company, Deal, Document, Found, Mineral, Project
from institutions.models import Institution

# Of each kind.
SHOWN = 8
# More names than these are not told apart by what was asked; which are looked at depends on no other's hidden row.
LOOKED_AT = 2000
WORDS = 6

# A leakproof comparison, so that it may use the index under the policy (models/name.py). A name that is what was asked
# comes first, then one that begins so, then the others by name.
_FOUND = """
    WITH looked_at AS MATERIALIZED (
        SELECT w.row_id, w.number, w.name, w.words, w.kind FROM deals_nameword w
        WHERE w.word ^@ %(rarest)s {others} ORDER BY w.word, w.row_id, w.number LIMIT {looked_at}
    ), once AS (
        SELECT DISTINCT ON (row_id) row_id, name, kind, number > 1 AS alias, words = %(whole)s AS same,
               words ^@ %(first)s AS first
        FROM looked_at ORDER BY row_id, same DESC, first DESC, number
    ), placed AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY same DESC, first DESC, name, row_id) AS place,
               count(*) OVER (PARTITION BY kind) AS of_kind
        FROM once
    )
    SELECT kind, row_id, CASE WHEN alias THEN name ELSE '' END, of_kind FROM placed WHERE place <= {shown}
    ORDER BY kind, place
"""
_OTHER = " AND strpos(w.words, %({0})s) > 0"

_ROWS: dict[Found, type[Model]] = {
    Found.DEAL: Deal,
    Found.PROJECT: Project,
    Found.INSTITUTION: Institution,
    Found.COMPANY: Company,
    Found.DOCUMENT: Document,
    Found.MINERAL: Mineral,
}
_WITH: dict[Found, tuple[str, ...]] = {Found.DEAL: ("project", "owner"), Found.DOCUMENT: ("deal", "owner")}


@dataclass(frozen=True)
class Match:
    """A thing that was found; `alias` is the name that it was found by where it is not what it is called."""

    kind: Found
    row: Model
    alias: str


@dataclass(frozen=True)
class Matches:
    """What was found, by kind, the best first; `more` of a kind are not shown."""

    by_kind: dict[Found, list[Match]]
    more: dict[Found, int]


def by_name(asked: str) -> Matches:
    """What has each word of `asked`, or its beginning, in one of its names. At most a question per kind and two."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, deals.unspaced(word) FROM unnest(deals.words_of(%s)) AS word", [asked.replace("\0", "")[:200]]
        )
        read: list[tuple[str, bool]] = cursor.fetchmany(WORDS)
        if not read:
            return Matches({}, {})
        words = [word for word, _ in read]
        # The longest leaves the least to look at.
        rarest, *others = sorted(dict.fromkeys(read), key=lambda each: len(each[0]), reverse=True)
        facts = {"rarest": rarest[0], "whole": " " + " ".join(words), "first": f" {words[0]}"}
        facts |= {f"other{n}": word if anywhere else f" {word}" for n, (word, anywhere) in enumerate(others)}
        asked_too = "".join(_OTHER.format(f"other{n}") for n in range(len(others)))
        cursor.execute(_FOUND.format(others=asked_too, looked_at=LOOKED_AT, shown=SHOWN), facts)
        found: list[tuple[str, UUID, str, int]] = cursor.fetchall()
    return _told(found)


def _told(found: list[tuple[str, UUID, str, int]]) -> Matches:
    wanted: dict[Found, dict[UUID, str]] = defaultdict(dict)
    of_kind: dict[Found, int] = {}
    for kind, row_id, alias, count in found:
        wanted[Found(kind)][row_id] = alias
        of_kind[Found(kind)] = count
    by_kind = {}
    for kind in (kind for kind in Found if kind in wanted):
        rows = _ROWS[kind]._default_manager.select_related(*_WITH.get(kind, ())).in_bulk(list(wanted[kind]))
        by_kind[kind] = [Match(kind, rows[key], alias) for key, alias in wanted[kind].items() if key in rows]
    return Matches(by_kind, {kind: of_kind[kind] - len(matches) for kind, matches in by_kind.items()})
