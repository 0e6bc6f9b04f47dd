"""When a person gets mail, and about what."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from institutions.models import Staff
from institutions.refusals import Refusal
from network.models import Cadence, DigestPreference, Topic, TopicPreference


class NoSuchTime(Refusal):
    code = "no_such_time"
    says = "Give an hour from 0 to 23 and a weekday from 1 (Monday) to 7."


@dataclass(frozen=True)
class Preferences:
    """A person's local hour, the weekday of what comes weekly (1 is Monday), and how often each topic is told."""

    hour: int
    weekday: int
    cadences: Mapping[Topic, Cadence]


@transaction.atomic
def prefer(
    *, by: Staff, hour: int | None = None, weekday: int | None = None, cadences: Mapping[Topic, Cadence] | None = None
) -> Preferences:
    """Sets what is given of `by`'s own preferences and leaves the rest; what they are now. Raises NoSuchTime."""
    if not (0 <= (hour or 0) <= 23 and 1 <= (1 if weekday is None else weekday) <= 7):
        raise NoSuchTime(pointer="/hour")
    times = {name: value for name, value in (("hour", hour), ("weekday", weekday)) if value is not None}
    if times:
        DigestPreference.objects.update_or_create(person=by, defaults=times)
    for topic, cadence in (cadences or {}).items():
        TopicPreference.objects.update_or_create(person=by, topic=topic, defaults={"cadence": cadence})
    return preferences_of(by)


def preferences_of(person: Staff) -> Preferences:
    """What `person` chose, and what is usual for the rest. Empty-handed unless that person is acting."""
    times = DigestPreference.objects.filter(person=person).values_list("hour", "weekday").first() or (7, 1)
    chosen = dict(TopicPreference.objects.filter(person=person).values_list("topic", "cadence"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, cadence FROM network.usual_cadences() ORDER BY place")
        usual = dict(cursor.fetchall())
    return Preferences(*times, {Topic(topic): Cadence(chosen.get(topic, cadence)) for topic, cadence in usual.items()})
