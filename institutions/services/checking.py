"""Checklists of the secretariat: each line is marked once, by whoever did it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from institutions.checklists import ADMISSION, OF_CHANGES, Line
from institutions.constraints import rules_hold
from institutions.models import Admission, Approval, Checkmark, MembershipChange, Staff
from institutions.refusals import NotFound, Unmet

Subject = Admission | MembershipChange


def lines_of(subject: Subject) -> tuple[Line, ...]:
    """The checklist that a subject has."""
    return ADMISSION if isinstance(subject, Admission) else OF_CHANGES[subject.kind]


@transaction.atomic
def mark(*, by: Staff, subject: Subject, line: str, on: date, note: str = "") -> Checkmark:
    """Says that `by` has done it. Raises NotFound for a line of another list, and what the database refuses."""
    if subject.owner_id != by.institution_id or line not in {each.code for each in lines_of(subject)}:
        raise NotFound(what="line")
    with rules_hold():
        made: Checkmark = Checkmark.objects.create(
            owner_id=by.institution_id, subject=subject.pk, line=line, on=on, note=note[:300], demo=by.demo
        )
    return made


def check_first(approval: Approval) -> None:
    """Raises Unmet naming each line that comes first and that nobody has marked; the database only says that there is
    one."""
    kind = {model._meta.db_table: model for model in (Admission, MembershipChange)}.get(approval.table)
    if kind is None:
        return
    subject = kind._default_manager.get(pk=approval.row_id)
    lines = lines_of(subject)
    done = set(Checkmark.objects.filter(subject=subject.pk).values_list("line", flat=True))
    if missing := [line for line in lines if line.first and line.code not in done]:
        raise Unmet({f"/{line.code}": _(line.says) for line in missing})
