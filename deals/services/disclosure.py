"""Widening and narrowing: the owner's recorded acts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.sentences.summaries import summarised
from institutions.constraints import Broken, rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Grant, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must
from institutions.services.rows import by_table


class NotWider(Refusal):
    code = "not_wider"
    says = gettext_noop("It is told as far as {level} already. To narrow it, set the level directly.")


class NarrowedSince(Refusal):
    code = "narrowed_since"
    says = gettext_noop(
        "What it belongs to is told less far than this would be. Reject it, and tell the whole further first."
    )
    status = 409


class GrantRunOut(Refusal):
    code = "grant_run_out"
    says = gettext_noop(
        "The time for which it was to be shown has passed. Reject it, and have it prepared with a later end."
    )
    status = 409


def ask_to_widen(
    *,
    by: Staff | Client,
    subject: Confidential,
    rows: Sequence[Confidential],
    level: Level,
    deal_id: UUID | None,
    summary: str,
) -> Approval:
    """Lays the widening of `rows` to `level` before an approver. Raises NotWider when none would be told further."""
    wider = [row for row in rows if Level(row.level).rank < level.rank]
    if not wider:
        raise NotWider(level=subject.level)
    asks = {"levels": {str(row.pk): level.value for row in wider}}
    return approvals.prepare(by=by, subject=subject, deal_id=deal_id, asks=asks, summary=summary, parts=wider)


@transaction.atomic
def set_level(*, row: Confidential, level: Level) -> None:
    """Tells a row as far as `level`: narrower, or wider up to the lead; further needs an approval's transaction."""
    _put_level(row, level)
    row.refresh_from_db()


def ask_to_grant(
    *,
    by: Staff | Client,
    rows: Sequence[Confidential],
    to: Institution,
    until: datetime,
    deal_id: UUID | None,
    starts: datetime | None = None,
) -> Approval:
    """Asks an approver to name an institution that sees these rows beyond their level: from `starts`, or from the
    confirmation, until then."""
    must(by, Permission.COMMITMENTS_WRITE, "name an institution")
    says = gettext_noop("Show {row} to {institution} until {day}")
    if starts:
        says = "Show {row} to {institution} from {start} until {day}"
    return approvals.prepare(
        by=by,
        subject=rows[0],
        deal_id=deal_id,
        asks={"grants": {str(row.pk): str(to.pk) for row in rows}, "until": until.isoformat()}
        | ({"starts": starts.isoformat()} if starts else {}),
        summary=summarised(
            says,
            row=rows[0],
            institution=to.short_name,
            start=f"{starts:%d %B %Y}" if starts else "",
            day=f"{until:%d %B %Y}",
        ),
        parts=rows[1:],
    )


def carry_out_grants(approval: Approval) -> None:
    """Makes the grants that a confirmed approval lists. Raises GrantRunOut when their time has passed meanwhile."""
    asked = approval.asks.get("grants", {})
    if asked and datetime.fromisoformat(approval.asks["until"]) <= timezone.now():
        raise GrantRunOut
    starts = approval.asks.get("starts")
    for row, institution in asked.items():
        Grant.objects.create(
            owner_id=approval.owner_id,
            deal_id=approval.deal_id,
            row_id=row,
            institution_id=institution,
            starts=datetime.fromisoformat(starts) if starts else None,
            ends=datetime.fromisoformat(approval.asks["until"]),
            demo=approval.demo,
        )


def carry_out_widening(approval: Approval) -> None:
    """Widens what a confirmed approval lists; the subject's table first, so that a deal opens before its parts."""
    levels = approval.asks.get("levels", {})
    widened = 0
    with _within_its_whole():
        for model, rows in by_table(approval, levels):
            for row in model._default_manager.filter(pk__in=rows):
                widened += 1
                if row.level != levels[str(row.pk)]:
                    _put_level(row, Level(levels[str(row.pk)]))
    if widened != len(levels):
        raise NotFound(what="row")


def _put_level(row: Confidential, level: Level) -> None:
    row.prepare(level)
    if type(row)._default_manager.filter(pk=row.pk, level=row.level).update(level=level.value) != 1:
        raise Stale


@contextmanager
def _within_its_whole() -> Iterator[None]:
    """Says of what was narrowed meanwhile that it was, and takes back what was widened with it."""
    try:
        with rules_hold():
            yield
    except Broken as broken:
        if broken.constraint.startswith("part_within_") or broken.constraint == "told_within_consent":
            raise NarrowedSince from broken
        raise
