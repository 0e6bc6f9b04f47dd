"""When a person gets mail, and about what."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Staff
from institutions.refusals import Refusal
from network.models import Cadence, DigestPreference, Mails, Topic, TopicPreference


class NoSuchTime(Refusal):
    code = "no_such_time"
    says = gettext_noop("Give an hour from 0 to 23 and a weekday from 1 (Monday) to 7.")


class NoSuchZone(Refusal):
    code = "no_such_time_zone"
    says = gettext_noop("Name a time zone of the IANA database, such as Europe/Paris or Asia/Tokyo.")


@dataclass(frozen=True)
class Preferences:
    """A person's local hour, the weekday of what comes weekly (1 is Monday), the zone of both, the language of mail,
    and how often each topic is told."""

    hour: int
    weekday: int
    time_zone: str
    language: Language
    cadences: Mapping[Topic, Cadence]


@transaction.atomic
def prefer(
    *,
    by: Staff,
    hour: int | None = None,
    weekday: int | None = None,
    time_zone: str | None = None,
    language: Language | None = None,
    cadences: Mapping[Topic, Cadence] | None = None,
) -> Preferences:
    """Sets what is given of `by`'s own preferences and leaves the rest; what they are now. Raises NoSuchTime and
    NoSuchZone."""
    if not (0 <= (hour or 0) <= 23 and 1 <= (1 if weekday is None else weekday) <= 7):
        raise NoSuchTime(pointer="/hour")
    if time_zone is not None:
        if time_zone not in available_timezones():
            raise NoSuchZone(pointer="/time_zone")
        by.time_zone = time_zone
    by.language = by.language if language is None else language
    if time_zone is not None or language is not None:
        by.save(update_fields=["time_zone", "language"])
    times = {name: value for name, value in (("hour", hour), ("weekday", weekday)) if value is not None}
    if times:
        DigestPreference.objects.update_or_create(person=by, defaults=times)
    TopicPreference.objects.bulk_create(
        [TopicPreference(person=by, topic=topic, cadence=cadence) for topic, cadence in (cadences or {}).items()],
        update_conflicts=True,
        unique_fields=["person", "topic"],
        update_fields=["cadence"],
    )
    return preferences_of(by)


def stop(*, by: Staff, mails: Mails) -> None:
    """Ends one of `by`'s lists: what comes daily or weekly, or what comes at once, which the daily mail tells then."""
    now = preferences_of(by).cadences
    if mails is Mails.DIGEST:
        ended = {topic: Cadence.NOTHING for topic, cadence in now.items() if cadence in (Cadence.DAILY, Cadence.WEEKLY)}
    else:
        # With the daily mail, where there is one: a link that ends mails begins none.
        instead = Cadence.DAILY if {Cadence.DAILY, Cadence.WEEKLY} & set(now.values()) else Cadence.NOTHING
        ended = {topic: instead for topic, cadence in now.items() if cadence is Cadence.AT_ONCE}
    prefer(by=by, cadences=ended)


def unsubscribe(person: Staff, mails: Mails) -> None:
    """Ends the list that the link in `person`'s mail names; whoever holds the link may. Safe to call twice."""
    with acting_as(person):
        stop(by=person, mails=mails)


def preferences_of(person: Staff) -> Preferences:
    """What `person` chose, and what is usual for the rest. Empty-handed unless that person is acting."""
    times = DigestPreference.objects.filter(person=person).values_list("hour", "weekday").first() or (7, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, cadence FROM network.cadences(%s) ORDER BY place", [person.pk])
        found = cursor.fetchall()
    cadences = {Topic(topic): Cadence(cadence) for topic, cadence in found}
    return Preferences(*times, person.time_zone, Language(person.language), cadences)
