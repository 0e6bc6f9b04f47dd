"""The log, told in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from deals.selectors.naming import TOLD_ON_PAGES, TOLD_TABLES, Label, labels_of, names_for, subject_of
from deals.selectors.news import SAID, told_events
from deals.sentences import merged, sentence
from deals.sentences.changes import FieldChange, changes_of
from institutions.admin.reading import ALSO_SHOWN
from institutions.admin.site import person, site
from institutions.isolation.sealing import seal, unseal
from institutions.models import Event

PER_PAGE = 50
PER_ROW = 12
TOLD = (*TOLD_TABLES, *TOLD_ON_PAGES)


@dataclass(frozen=True)
class Told:
    """One event as a sentence, and the deal or project that it is about where the page shows several."""

    at: datetime
    sentence: str
    about: Label | None = None
    changes: tuple[FieldChange, ...] = ()

    @property
    def page(self) -> str:
        return f"admin:{self.about.page}" if self.about else ""


def told(rows: Sequence[UUID]) -> list[Told]:
    """The latest about these rows of one page, newest first; four questions."""
    found = Event.objects.filter(row_id__in=rows, table__in=TOLD, action__in=SAID).order_by("-xact", "-seq")
    return in_sentences(list(found[:PER_PAGE]), named=False)[:PER_ROW]


def history_of(row: UUID) -> dict[str, object]:
    """What the page of a row shows of it."""
    return {"history": told([row])}


ALSO_SHOWN.append(history_of)


def in_sentences(events: Sequence[Event], *, named: bool = True) -> list[Told]:
    """Events as sentences, with what belongs together told together."""
    names = names_for(events)
    labels = labels_of([subject_of(event) for event in events]) if named else {}
    # Somebody can come to see a row along several ways, one after the other: it is told once.
    shown: dict[tuple[UUID, str], Told] = {}
    for event, size in merged(events):
        said = sentence(event, names, size=size)
        changes = (*changes_of(event, names), *(changes_of(size, names) if size else ()))
        about = labels.get(subject_of(event)) if named else None
        told_ = Told(event.recorded_at, said, about, changes)
        shown.setdefault((event.row_id, said), told_)
    return list(shown.values())


@site.page("history/", name="history")
def history(request: HttpRequest) -> HttpResponseBase:
    """Everything that the log tells the asker of deals and projects, newest first, a page at a time."""
    who = str(person(request).pk)
    # A position counts everybody's changes, so it is handed out sealed.
    before = unseal(request.GET.get("before", ""), to=who)
    events = list(_older_than(before)[: PER_PAGE + 1])
    older = ""
    if len(events) > PER_PAGE:
        events = events[:PER_PAGE]
        older = seal(f"{events[-1].xact} {events[-1].seq}", to=who)
    facts = {"history": in_sentences(events), "older": older}
    return site.show(request, "admin/history.html", facts, title=_("History"))


def _older_than(position: str | None) -> QuerySet[Event]:
    if position is None:
        return told_events()
    xact, seq = (int(part) for part in position.split())
    return told_events().filter(Q(xact__lt=xact) | Q(xact=xact, seq__lt=seq))
