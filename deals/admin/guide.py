"""The guide of the first days: at most five steps, each with where it is done; gone when all are, or when closed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from deals.models import Commitment, DeskState, Origin, SavedView
from institutions.models import Approval, Staff
from institutions.permissions import Permission

MOST = 5


@dataclass(frozen=True)
class Step:
    """What to do, why, where, and whether it was done."""

    says: str
    why: str
    link: str
    done: bool


def _letter(who: Staff) -> Step | None:
    if not who.may(Permission.COMMITMENTS_WRITE):
        return None
    done = Commitment.objects.filter(owner_id=who.institution_id, origin=Origin.REGISTERED).exists()
    return Step(
        _("Record a letter of interest"),
        _("From the page of a deal; only your institution sees it until you tell it further."),
        reverse("admin:pipeline"),
        done,
    )


def _decide(who: Staff) -> Step | None:
    if not who.may(Permission.COMMITMENTS_APPROVE):
        return None
    return Step(
        _("See where you confirm what officers prepare"),
        _("Two persons stand behind everything conditional or firm."),
        reverse("admin:approvals"),
        Approval.objects.filter(decided_by=who).exists(),
    )


def _view(who: Staff) -> Step:
    return Step(
        _("Save a view of the pipeline"),
        _("Filters that you ask for again and again, under a name."),
        reverse("admin:pipeline"),
        SavedView.objects.filter(person=who).exists(),
    )


# Other applications add theirs, first what comes first.
STEPS: list[Callable[[Staff], Step | None]] = [_letter, _decide, _view]


def guide(who: Staff, state: DeskState | None) -> list[Step]:
    """Nothing once it was closed, or everything is done."""
    if state and state.guided_at:
        return []
    steps = [step for each in STEPS if (step := each(who))][:MOST]
    return steps if any(not step.done for step in steps) else []
