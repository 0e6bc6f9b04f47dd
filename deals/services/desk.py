"""What a person did on the desk: read as far as this, closed the guide."""

from django.db import transaction
from django.utils import timezone

from deals.models import DeskState
from institutions.models import Staff


@transaction.atomic
def look(*, by: Staff, xact: int, seq: int) -> None:
    """`by` has read the log as far as this position; never back again."""
    state = _state(by)
    if (xact, seq) >= (state.xact, state.seq):
        state.xact, state.seq = xact, seq
    state.looked_at = timezone.now()
    state.save()


@transaction.atomic
def close_guide(*, by: Staff) -> None:
    state = _state(by)
    state.guided_at = timezone.now()
    state.save()


def _state(by: Staff) -> DeskState:
    state, _ = DeskState.objects.select_for_update().get_or_create(person=by)
    return state
