"""The feed: the log as partner systems read it, in the order in which nothing is missed, told as the API's own objects.

What an event carries is the object as the asker sees it now, never what the log holds of before: neither a replay after
narrowing nor an old amount tells what is hidden.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from deals.selectors.allocations import ALLOCATION_LINES, ALLOCATIONS
from deals.selectors.book_status import BOOK_LINES
from deals.selectors.commitments import COMMITMENTS
from deals.selectors.conditions import CONDITIONS, NOTICES
from deals.selectors.covers import COVER_LINKS, JOINT_AMOUNTS, PARTICIPATIONS
from deals.selectors.deals import DEALS, PARTIES, TRANCHES
from deals.selectors.documents import CONSENTS, DOCUMENTS, DOWNLOADS
from deals.selectors.esg import CATEGORIES, SCREENINGS
from deals.selectors.facts import FACTS
from deals.selectors.mandates import MANDATES
from deals.selectors.movements import MOVEMENTS, PROPOSALS, TRANSFERS
from deals.selectors.offtakes import OFFTAKES
from deals.selectors.origin import CONFIRMATIONS
from deals.selectors.ownership import HOLDINGS
from deals.selectors.projects import COMPANIES, MINERALS, PROJECTS
from deals.selectors.questions import QUESTIONS
from deals.selectors.reports import REPORTS
from deals.selectors.returns import RETURN_SUMS, RETURNS
from deals.selectors.room import CONFLICTS, REPLIES
from deals.selectors.sameness import LINKS, MERGES
from deals.selectors.teasers import TEASERS
from institutions.journal.naming import type_of
from institutions.journal.reading import Logged, Position, events_after, events_at
from institutions.selectors.approvals import APPROVALS
from institutions.selectors.reading import Reading, Shape, instant, objects
from institutions.selectors.reference import INSTITUTIONS, MEMBERSHIPS, NETWORKS
from institutions.selectors.references import EXTERNAL_REFERENCES
from network.namers import namers

READINGS: dict[str, Reading] = {
    reading.type: reading
    for reading in (
        NETWORKS, INSTITUTIONS, MEMBERSHIPS, COMPANIES, MINERALS, PROJECTS, DEALS, TRANCHES, PARTIES, COMMITMENTS,
        APPROVALS, CONDITIONS, NOTICES, FACTS, HOLDINGS, OFFTAKES, CATEGORIES, SCREENINGS,
        MANDATES, RETURNS, RETURN_SUMS, LINKS, MERGES, CONFIRMATIONS,
        MOVEMENTS, TRANSFERS, PROPOSALS, ALLOCATIONS, ALLOCATION_LINES, COVER_LINKS, BOOK_LINES, TEASERS,
        PARTICIPATIONS, JOINT_AMOUNTS,
        REPLIES, CONFLICTS, CONSENTS, DOCUMENTS, DOWNLOADS, QUESTIONS, REPORTS, EXTERNAL_REFERENCES,
    )
}  # fmt: skip

# Rows that are told as a change of what they are part of: table -> (type of the whole, column that names it).
PARTS: dict[str, tuple[str, str]] = {
    "deals_size": ("commitment", "commitment_id"),
    "deals_price": ("commitment", "commitment_id"),
    "deals_dependency": ("condition", "condition_id"),
    "deals_answer": ("question", "question_id"),
    "deals_reliance": ("report", "report_id"),
    "deals_dealrole": ("deal", "deal_id"),
    "deals_teaserreply": ("teaser", "teaser_id"),
    "deals_allocationacceptance": ("allocation_line", "line_id"),
    "deals_projectmineral": ("project", "project_id"),
    "deals_companyrole": ("project", "project_id"),
    "deals_projectcheckanswer": ("project", "project_id"),
    "deals_dealcheckanswer": ("deal", "deal_id"),
    "deals_listing": ("mineral", "mineral_id"),
    "institutions_predecessor": ("institution", "institution_id"),
}
_WHOLES = {table: column for table, (_kind, column) in PARTS.items()}
# Everything else of the log has no object of its own in the API: steps are told with what moved; grants, consents, deal
# teams and sources are the wall's own business.
TABLES = (
    "institutions_network", "institutions_institution", "institutions_membership", "institutions_approval",
    "deals_company", "deals_mineral", "deals_project", "deals_deal", "deals_tranche", "deals_party", "deals_commitment",
    "deals_condition", "deals_expirynotice",
    "deals_projectfact", "deals_holding", "deals_offtake", "deals_esgcategory",
    "deals_esgscreening", "deals_mandate", "deals_annualreturn", "deals_returnsum",
    "deals_sameas", "deals_projectmerge", "deals_confirmation",
    "deals_movement", "deals_transfer", "deals_movementproposal",
    "deals_allocation", "deals_allocationline", "deals_bookline", "deals_teaser",
    "deals_coverlink", "deals_participation",
    "deals_jointamount",
    "deals_partyreply", "deals_conflictofinterest", "deals_sponsorconsent", "deals_document", "deals_download",
    "deals_question", "deals_report", "institutions_externalreference",
    *PARTS,
)  # fmt: skip

CONCEALED = "object.concealed"
TYPES = (CONCEALED, *(f"{kind}.{act}" for kind in READINGS for act in ("created", "updated", "revealed")))
# A page that holds nothing for the asker is not handed out while there is more to read, up to so many.
ROUNDS = 10


@dataclass(frozen=True)
class Told:
    """One event as the feed tells it; `data` is None for what went out of sight."""

    position: Position
    type: str
    time: str | None
    institution: UUID | None
    object_type: str
    object_id: UUID
    data: Shape | None


class Subject(NamedTuple):
    """What an event is about: its word, such as `commitment.updated`, and the object."""

    word: str
    kind: str
    key: UUID


@dataclass(frozen=True)
class Page:
    """What happened, and where to go on."""

    told: list[Told]
    next: Position
    # Whether there is nothing more to read now.
    complete: bool


def read(after: Position, *, limit: int, types: Collection[str] = (), alone: bool = False) -> Page:
    """The next `limit` events after the position that the present identity may see; of these types, all without.

    What went out of sight is told whatever was asked for: whoever keeps a copy must purge it. A page is longer where
    something came into sight or went out of it that other objects name: they are told with it, unless `alone`.
    """
    wished = frozenset({CONCEALED, *types} if types else TYPES)
    page = events_after(after, limit=limit, tables=TABLES, wholes=_WHOLES)
    told = _tell(page.events, wished, alone=alone)
    for _ in range(ROUNDS):
        if told or page.complete:
            break
        page = events_after(page.next, limit=limit, tables=TABLES, wholes=_WHOLES)
        told = _tell(page.events, wished, alone=alone)
    return Page(told, page.next, page.complete)


def told_at(places: Sequence[Position]) -> dict[Position, Told]:
    """The events at these places that the present identity may see now, as it may see them. For webhooks."""
    told = _tell(events_at(places, tables=TABLES, wholes=_WHOLES), frozenset(TYPES), alone=True)
    return {each.position: each for each in told}


def _tell(events: list[Logged], wished: AbstractSet[str], *, alone: bool = False) -> list[Told]:
    """`alone`: without what names what came into sight or went out of it."""
    said = [(event, subject) for event in events if (subject := _subject(event))]
    if not alone:
        said = list(_with_namers(said, wished))
    said = [(event, subject) for event, subject in said if subject.word in wished]
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for _event, subject in said:
        wanted[subject.kind].add(subject.key)
    # One query for each type that the page speaks of.
    seen = {kind: objects(READINGS[kind], ids) for kind, ids in wanted.items()}
    told = []
    for event, subject in said:
        data = seen[subject.kind].get(subject.key)
        # What went out of sight may have come back since; then the later event tells so.
        if subject.word == CONCEALED:
            data = None
        elif data is None:
            continue
        time = instant(event.recorded_at)
        told.append(Told(event.position, subject.word, time, event.institution_id, subject.kind, subject.key, data))
    return told


def _with_namers(said: Sequence[tuple[Logged, Subject]], wished: AbstractSet[str]) -> Iterator[tuple[Logged, Subject]]:
    """After what came into sight or went out of it, whatever names it: its link to it is another now."""
    moved: dict[str, set[UUID]] = defaultdict(set)
    for event, subject in said:
        if event.action in ("concealed", "revealed") and event.table not in PARTS:
            moved[subject.kind].add(subject.key)
    naming = {kind: namers(kind, keys, TABLES, PARTS) for kind, keys in moved.items()}
    # Each is told as it stands now, so once is enough: what has an event of its own here needs no second.
    told = {(subject.kind, subject.key) for _event, subject in said if subject.word in wished - {CONCEALED}}
    for event, subject in said:
        yield event, subject
        if event.action in ("concealed", "revealed") and event.table not in PARTS:
            for kind, key in naming[subject.kind].get(subject.key, ()):
                if (kind, key) not in told:
                    told.add((kind, key))
                    yield event, Subject(f"{kind}.updated", kind, key)


def _subject(event: Logged) -> Subject | None:
    """None where the event does not say of what the row is part."""
    if event.table in PARTS:
        kind, _column = PARTS[event.table]
        return Subject(f"{kind}.updated", kind, UUID(event.whole)) if event.whole else None
    kind = type_of(event.table)
    if event.action == "concealed":
        return Subject(CONCEALED, kind, event.row_id)
    return Subject(f"{kind}.{event.action}", kind, event.row_id)
