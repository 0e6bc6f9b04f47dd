"""Conditions precedent, and warnings of what runs out, as the asker sees them."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject

from deals.models import Commitment, Condition, Deal, Dependency, ExpiryNotice
from deals.selectors.parts import Me, decimal, texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_CONDITION = ("id", "kind", "text", "responsible", "due_on", "state", "decided_on", "evidence", "evidence_reference",
              "reason", "origin", "level", "demo")  # fmt: skip


def waits() -> QuerySet[Any, Any]:
    """What conditions wait for, as far as the asker sees what is named; of its own it is also told of what it no longer
    sees. Annotated with the ids that it sees."""
    return (
        Dependency.objects.filter(dropped_on__isnull=True)
        .annotate(seen_commitment=visible(Commitment, "awaited_id"), seen_shared=visible(Condition, "shared_id"))
        .filter(Q(seen_commitment__isnull=False) | Q(seen_shared__isnull=False) | Q(owner_id=Me()))
    )


def _conditions() -> Rows:
    seen = waits().filter(condition=OuterRef("pk"))
    latest = Dependency.objects.filter(condition=OuterRef("pk")).order_by()
    found: Rows = Condition.objects.values(
        *_CONDITION,
        "owner_id", "told_at", "least_offtake",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        of_a_commitment=F("commitment_id"),
        seen_before=visible(Condition, "reopens_id"),
        waits_for=ArraySubquery(
            seen.order_by("stage", "seen_commitment", "seen_shared").values(
                json=JSONObject(commitment="seen_commitment", stage="stage", shared="seen_shared")
            )
        ),
        changed_at=Greatest(
            F("updated_at"), Subquery(latest.values("condition").annotate(at=Max("updated_at")).values("at"))
        ),
    )  # fmt: skip
    return found


def _condition(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "of_the_deal": row["of_a_commitment"] is None,
            "institution": row["owner_id"],
            **texts(row, *_CONDITION[1:10]),
            "least_offtake": decimal(row["least_offtake"]),
            "reopens": row["seen_before"],
            "waits_for": row["waits_for"],
            **texts(row, "origin", "level", "demo"),
            "updated_at": instant(row["changed_at"]),
        }
    )


_NOTICE = ("id", "kind", "due_on", "days", "demo")


def _notices() -> Rows:
    found: Rows = ExpiryNotice.objects.values(
        *_NOTICE, "told_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_commitment=visible(Commitment, "commitment_id"),
        seen_condition=visible(Condition, "condition_id"),
    )  # fmt: skip
    return found


def _notice(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "commitment": row["seen_commitment"],
            "condition": row["seen_condition"],
            **texts(row, "kind", "due_on", "days"),
            "at": instant(row["told_at"]),
            "demo": row["demo"],
        }
    )


CONDITIONS = Reading("condition", _conditions, _condition)
NOTICES = Reading("expiry_notice", _notices, _notice)


def conditions_of(commitment_id: UUID) -> QuerySet[Condition]:
    """The conditions of a commitment that the asker sees, open ones first."""
    found = Condition.objects.filter(commitment_id=commitment_id)
    return found.order_by(F("decided_on").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "told_at", "id")


def overdue_of(institution_id: UUID) -> QuerySet[ExpiryNotice]:
    """The institution's newest warning about each of its conditions and availabilities that still matters."""
    newer = ExpiryNotice.objects.filter(
        kind=OuterRef("kind"), due_on=OuterRef("due_on"), days__lt=OuterRef("days"),
        commitment__isnull=False, commitment=OuterRef("commitment"), condition__isnull=True,
    )  # fmt: skip
    newer_condition = ExpiryNotice.objects.filter(
        condition=OuterRef("condition"), due_on=OuterRef("due_on"), days__lt=OuterRef("days")
    )
    return (
        ExpiryNotice.objects.filter(owner_id=institution_id)
        .filter(Q(kind="availability") | Q(kind="condition", condition__state="open", condition__due_on=F("due_on")))
        .exclude(Exists(newer))
        .exclude(Exists(newer_condition))
        .select_related("commitment__institution", "condition", "commitment__tranche")
        .prefetch_related("deal")
        .order_by("due_on", "id")
    )
