"""When a person gets the digest."""

from django.db import transaction
from django.utils import timezone

from institutions.models import Staff
from institutions.refusals import Refusal
from network.models import Cadence, DigestPreference


class NoSuchTime(Refusal):
    code = "no_such_time"
    says = "Give an hour from 0 to 23 and a weekday from 1 (Monday) to 7."


@transaction.atomic
def prefer(*, by: Staff, cadence: Cadence, hour: int = 7, weekday: int = 1) -> DigestPreference:
    """Sets `by`'s own cadence, local hour and, for a weekly digest, weekday. Raises NoSuchTime."""
    if not (0 <= hour <= 23 and 1 <= weekday <= 7):
        raise NoSuchTime(pointer="/hour")
    chosen, made = DigestPreference.objects.select_for_update().get_or_create(
        person=by, defaults={"cadence": cadence, "hour": hour, "weekday": weekday}
    )
    if not made:
        if chosen.cadence != cadence:
            chosen.cadence_since = timezone.now()
        chosen.cadence, chosen.hour, chosen.weekday = cadence, hour, weekday
        chosen.save()
    return chosen
