"""The projects, and the deals, that a person watches without following them, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from deals.selectors.watched import Subject, called, subjects
from institutions.languages import spoken
from institutions.models import Staff
from network.countries import countries
from network.models import Watch


@dataclass(frozen=True)
class Watched:
    """One thing that is watched, by its name; of what went out of sight there is none."""

    watch: UUID
    kind: str
    name: str


def watches_of(person: Staff) -> list[Watch]:
    """What `person`, who is acting, watches; one query."""
    return list(Watch.objects.filter(person=person, ended_at__isnull=True).order_by("since", "pk"))


def watched_subjects(watches: Iterable[Watch]) -> dict[UUID, int]:
    """Each project and deal that is watched, and since which transaction; two queries, none without a watch."""
    held = list(watches)
    since: dict[UUID, int] = {}
    told = subjects(
        [watch.project_id for watch in held if watch.project_id],
        [watch.mineral_id for watch in held if watch.mineral_id],
        [watch.country for watch in held if watch.country],
    )
    for subject in told:
        for watch in held:
            if _of(watch, subject):
                since[subject.of] = min(since.get(subject.of, watch.since_xact), watch.since_xact)
    return since


def shown(watches: Iterable[Watch]) -> list[Watched]:
    """By kind and name; two queries."""
    held = list(watches)
    names = called([w.project_id for w in held if w.project_id], [w.mineral_id for w in held if w.mineral_id])
    found = [Watched(w.pk, *_named(w, names)) for w in held]
    return sorted(found, key=lambda each: (each.kind, each.name))


def _of(watch: Watch, subject: Subject) -> bool:
    if watch.project_id:
        return watch.project_id == subject.project
    if watch.mineral_id:
        return watch.mineral_id == subject.mineral
    return watch.country == subject.country


def _named(watch: Watch, names: dict[UUID, str]) -> tuple[str, str]:
    if watch.project_id:
        return _("project"), names.get(watch.project_id, _("A project that you see no more"))
    if watch.mineral_id:
        return _("mineral"), names.get(watch.mineral_id, _("A mineral"))
    return _("country"), countries(spoken()).get(watch.country, watch.country)
