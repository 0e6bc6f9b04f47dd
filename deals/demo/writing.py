"""How the loader writes reference and published rows: many at a time, and each only once."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db import connection, models

from deals.demo.report import Report
from institutions.isolation.levels import Level

_NAMESPACE = UUID("7f1c3f5e-5d0f-4b0e-9a53-2f0e6c1d8b11")
_M = TypeVar("_M", bound=models.Model)


def fixed_id(*name: str) -> UUID:
    """The id of a row of the files: the same in every load, so that a second one finds what the first made.

    Only for what everyone may see; an id that can be worked out would tell of a hidden row.
    """
    return uuid5(_NAMESPACE, "/".join(name))


def add_missing(report: Report, rows: Sequence[_M]) -> None:
    """Inserts the rows whose ids are not there yet, in one statement."""
    model = type(rows[0])
    known = set(model._default_manager.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    new = [row for row in rows if row.pk not in known]
    model._default_manager.bulk_create(new)
    report.count(str(model._meta.verbose_name_plural), made=len(new), there=len(rows))


def published(source_id: UUID, owner_id: UUID) -> dict[str, Any]:
    """What every published row with a source of its own has in common."""
    return {"source_id": source_id} | published_part(owner_id)


def published_part(owner_id: UUID) -> dict[str, Any]:
    """The same for a part of such a row."""
    return {"owner_id": owner_id, "origin": "published", "level": Level.PUBLIC.value}


def prepare_public(circles: Iterable[tuple[UUID | None, UUID | None]]) -> None:
    """Has the audiences made in which published rows stand: (deal, network) each, one of them or both."""
    deals, networks = zip(*circles, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wall.prepare(deal, net, 'public', NULL) FROM unnest(%s::uuid[], %s::uuid[]) AS c (deal, net)",
            [list(deals), list(networks)],
        )
