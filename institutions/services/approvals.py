"""Four eyes: prepare, then confirm or reject by another person; held by isolation/sql/3_four_eyes.sql."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.models import Approval, Client, Confidential, Decision, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.selectors.fingerprint import fingerprint
from institutions.services.acting import must, person_of


class AlreadyWaiting(Refusal):
    code = "approval_waiting"
    says = gettext_noop("'{summary}' waits for an approver already. Have it confirmed or rejected first.")
    status = 409


class SamePerson(Refusal):
    code = "same_person"
    says = gettext_noop("{name} prepared this: another person of your institution must decide it.")
    status = 403


class Decided(Refusal):
    code = "already_decided"
    says = gettext_noop("This was {decision} already, and that stands. Have prepared anew what is still wanted.")
    status = 409


class Voided(Stale):
    code = "approval_void"
    says = gettext_noop("What was prepared has changed since. Reject this and have it prepared again.")
    status = 409


def prepare(
    *,
    by: Staff | Client,
    subject: Confidential,
    deal_id: UUID | None,
    asks: dict[str, Any],
    summary: str,
    parts: Sequence[Confidential] = (),
) -> Approval:
    """Lays before an approver what `asks` of `subject`: {"levels": {row id: level}, "stage": …}.

    `parts` are the rows that the approver looks at with it: a change of any of them voids the request.
    Raises AlreadyWaiting while an earlier request about the same row is open.
    """
    rows = [subject.pk, *(part.pk for part in parts)]
    waiting = Approval.objects.filter(row_id=subject.pk, decision="").first()
    if waiting:
        raise AlreadyWaiting(summary=waiting.summary)
    made = Approval.objects.create(
        owner_id=subject.owner_id,
        deal_id=deal_id,
        table=subject._meta.db_table,
        row_id=subject.pk,
        asks=asks | {"rows": [str(row) for row in rows]},
        summary=summary[:300],
        prepared_by=person_of(by),
        prepared_client=by if isinstance(by, Client) else None,
        demo=subject.demo,
    )
    # The database adds what the request is about, and how it looks now.
    made.refresh_from_db()
    return made


def decide(*, by: Staff | Client, approval: Approval, decision: Decision, reason: str = "") -> Approval:
    """Records the decision; the caller carries out what was asked, in the same transaction.

    Raises Forbidden, SamePerson, Decided, and Voided when the subject is no longer what was prepared.
    """
    must(by, Permission.COMMITMENTS_APPROVE, "decide what was prepared")
    person = person_of(by)
    if approval.decision:
        raise Decided(decision=approval.decision)
    if person.pk == approval.prepared_by_id:
        raise SamePerson(name=person.name)
    if (
        decision is Decision.CONFIRMED
        and fingerprint([UUID(row) for row in approval.asks["rows"]]) != approval.prepared_from
    ):
        raise Voided
    # The database looks at more than was asked about: at a part that came since, as well.
    with rules_hold():
        decided = Approval.objects.filter(pk=approval.pk, decision="").update(
            decision=decision,
            decided_by=person,
            decided_client=by if isinstance(by, Client) else None,
            decided_at=timezone.now(),
            reason=reason[:300],
        )
    if decided != 1:
        raise Stale
    approval.refresh_from_db()
    return approval
