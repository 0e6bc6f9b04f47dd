"""Doorbells: ids only, safe to ring twice, and to lose, since each minute rings again for whatever is due."""

from uuid import UUID

from celery import shared_task
from django.db import connection
from django.utils import timezone

from institutions.services import sealing
from network import account_mail
from network.digests import alerts, delivering, ledger
from network.services import running
from network.services.passing_time import pass_time
from network.webhooks import lanes
from network.webhooks import ledger as of_webhooks

QUEUE = "webhooks"
# In one transaction, so that none lasts long when there is much.
FORGOTTEN_AT_ONCE = 5000


@shared_task  # type: ignore[untyped-decorator]  # celery carries no types
def ring_digests() -> None:
    """Rings for each domain that has digests due; a ring that nobody heard within a minute is void, the next one is
    there."""
    for lane in ledger.lanes(ledger.make_due()):
        deliver_digests.apply_async([[str(digest) for digest in lane]], expires=60)


@shared_task  # type: ignore[untyped-decorator]
def deliver_digests(digests: list[str]) -> None:
    """Delivers the digests of one domain, as far as its turn lasts, unless that was done."""
    delivering.deliver_lane([UUID(digest) for digest in digests])


@shared_task  # type: ignore[untyped-decorator]
def ring_alerts() -> None:
    """Rings for everybody who is to be told something at once."""
    for person in ledger.alerted():
        alert_person.apply_async([str(person)], expires=60)


@shared_task  # type: ignore[untyped-decorator]
def alert_person(person: str) -> None:
    """Looks for one person's news, and sends it."""
    alerts.alert(UUID(person))


@shared_task  # type: ignore[untyped-decorator]
def tick_walls() -> None:
    """Tells of what began or ended with time alone."""
    pass_time()


@shared_task  # type: ignore[untyped-decorator]
def forget_keys() -> None:
    """Lets idempotency keys go that are older than the 30 days that were promised."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.forget_keys()")


@shared_task  # type: ignore[untyped-decorator]
def forget_deliveries() -> None:
    """Lets go what webhooks were told, 90 days after it was settled."""
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT network.forget_deliveries(%s)", [FORGOTTEN_AT_ONCE])
            (forgotten,) = cursor.fetchone()


@shared_task  # type: ignore[untyped-decorator]
def empty_files() -> None:
    """Empties the files of imports that nobody went on with for 30 days."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network.empty_files()")


@shared_task  # type: ignore[untyped-decorator]
def ring_imports() -> None:
    """Rings for each import that is to be made by the worker; one that is being made is left alone."""
    for source, actor in running.due():
        run_import.apply_async([str(source), actor], expires=30)


@shared_task  # type: ignore[untyped-decorator]
def run_import(source: str, actor: str) -> None:
    """Makes the rows of one import, or takes them back, unless somebody does."""
    running.run(UUID(source), actor)


@shared_task  # type: ignore[untyped-decorator]
def ring_webhooks() -> None:
    """Rings for each endpoint with something to do, in a queue of its own: who hangs there delays nothing else."""
    for endpoint, institution in of_webhooks.due(lanes.OF_ONE, timezone.now()):
        send_webhooks.apply_async([str(endpoint), str(institution)], queue=QUEUE, expires=60)


@shared_task  # type: ignore[untyped-decorator]
def send_webhooks(endpoint: str, institution: str) -> None:
    """Leads one endpoint's lane, unless somebody does."""
    lanes.run(UUID(endpoint), UUID(institution))


@shared_task  # type: ignore[untyped-decorator]
def seal_log() -> None:
    """Seals what the log took up since the last hour, and keeps the new head outside the database."""
    sealing.seal()


@shared_task  # type: ignore[untyped-decorator]
def ring_account_mail() -> None:
    """Sends what people are to be told of their accounts."""
    account_mail.send_due()
