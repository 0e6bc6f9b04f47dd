"""Widening and narrowing: the owner's recorded acts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from deals.models import (
    Answer,
    Commitment,
    ConflictOfInterest,
    CoverLink,
    Deal,
    DealRole,
    Document,
    Party,
    Price,
    Project,
    Question,
    Reliance,
    Report,
    Size,
    Step,
    Tranche,
)
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Grant, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must

# Whatever an approval can widen, by table.
WIDENED: dict[str, type[Confidential]] = {
    model._meta.db_table: model
    for model in (
        Deal,
        DealRole,
        Tranche,
        Party,
        Commitment,
        Size,
        Price,
        Step,
        CoverLink,
        Project,
        Document,
        Question,
        Answer,
        Report,
        Reliance,
        ConflictOfInterest,
    )
}


class NotWider(Refusal):
    code = "not_wider"
    says = "It is told as far as {level} already. To narrow it, set the level directly."


def ask_to_widen(
    *,
    by: Staff | Client,
    subject: Confidential,
    rows: Sequence[Confidential],
    level: Level,
    deal_id: UUID | None,
    summary: str,
    stage: str = "",
) -> Approval:
    """Lays the widening of `rows` to `level` before an approver. Raises NotWider when none would be told further."""
    wider = [row for row in rows if Level(row.level).rank < level.rank]
    if not wider:
        raise NotWider(level=subject.level)
    asks: dict[str, object] = {"levels": {str(row.pk): level.value for row in wider}}
    if stage:
        asks["stage"] = stage
    return approvals.prepare(by=by, subject=subject, deal_id=deal_id, asks=asks, summary=summary, parts=wider)


@transaction.atomic
def set_level(*, row: Confidential, level: Level) -> None:
    """Tells a row as far as `level`: narrower, or wider up to the lead; further needs an approval's transaction."""
    row.prepare(level)
    changed = type(row)._default_manager.filter(pk=row.pk, level=row.level).update(level=level.value)
    if changed != 1:
        raise Stale
    row.refresh_from_db()


def ask_to_grant(
    *, by: Staff | Client, rows: Sequence[Confidential], to: Institution, until: datetime, deal_id: UUID | None
) -> Approval:
    """Asks an approver to name an institution that sees these rows beyond their level, until then."""
    must(by, Permission.COMMITMENTS_WRITE, "name an institution")
    return approvals.prepare(
        by=by,
        subject=rows[0],
        deal_id=deal_id,
        asks={"grants": {str(row.pk): str(to.pk) for row in rows}, "until": until.isoformat()},
        summary=f"Show {rows[0]} to {to.short_name} until {until:%d %B %Y}",
        parts=rows[1:],
    )


def carry_out_grants(approval: Approval) -> None:
    """Makes the grants that a confirmed approval lists."""
    for row, institution in approval.asks.get("grants", {}).items():
        Grant.objects.create(
            owner_id=approval.owner_id,
            deal_id=approval.deal_id,
            row_id=row,
            institution_id=institution,
            ends=datetime.fromisoformat(approval.asks["until"]),
            demo=approval.demo,
        )


def lock(approval: Approval) -> None:
    """Locks the rows that an approval is about, whole before parts, as those who change them do."""
    subject = WIDENED[approval.table]
    for model in (subject, *(m for m in WIDENED.values() if m is not subject)):
        list(model._default_manager.select_for_update(no_key=True).filter(pk__in=approval.asks["rows"]).order_by("pk"))


def carry_out_widening(approval: Approval) -> None:
    """Widens what a confirmed approval lists; the subject's table first, so that a deal opens before its parts."""
    levels = dict(approval.asks.get("levels", {}))
    subject = WIDENED[approval.table]
    for model in (subject, *(m for m in WIDENED.values() if m is not subject)):
        for row in model._default_manager.filter(pk__in=levels):
            level = levels.pop(str(row.pk))
            row.prepare(Level(level))
            if model._default_manager.filter(pk=row.pk, level=row.level).update(level=level) != 1:
                raise Stale
    if levels:
        raise NotFound(what="row")
