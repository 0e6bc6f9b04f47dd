"""The rows behind an endpoint are its institution's alone, in SQL too."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from institutions.isolation.session import acting_as
from network import models
from network.services.webhooks import Made, replay_events, try_endpoint
from network.webhooks import ledger
from network.webhooks.sending import Outcome
from tests.cast import Cast
from tests.worlds.settled import endpoint_of

TABLES = (
    "webhookendpoint", "webhooksecret", "webhooklane", "webhookdelivery", "webhookattempt", "webhookreplay",
    "webhooknotice",
)  # fmt: skip


@pytest.fixture
def row(cast: Cast) -> models.WebhookEndpoint:
    """An endpoint of Rhein's with a row in each table."""
    found = endpoint_of("rhein")
    with acting_as(None):
        client = found.client
    assert client is not None
    made, now = Made(found, ""), timezone.now()
    with acting_as(client):
        try_endpoint(by=client, endpoint=made.endpoint)
        replay_events(by=client, endpoint=made.endpoint)
        models.WebhookNotice.objects.create(endpoint=found, on=now.date(), not_before=now)
    now = timezone.now()
    lease = ledger.take(found.pk, found.owner_id, now)
    assert lease
    ready = ledger.next_ready(lease, now)
    assert ready
    ledger.mark(lease, ready, Outcome(500, "", 1), now)
    return found


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM network_{table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("table", TABLES)
def test_another_institution_reads_and_changes_none(cast: Cast, row: models.WebhookEndpoint, table: str) -> None:
    with acting_as(cast.rolf):
        assert counted(table) == 1
    key = "id" if table == "webhookendpoint" else "endpoint_id"
    change = {"webhookendpoint": "url = url", "webhooksecret": "ends_at = now()", "webhookattempt": ""}
    for who in (cast.ada, cast.dora, None):
        with acting_as(who):
            assert counted(table) == 0
            if not (said := change.get(table, f"{key} = {key}")):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE network_{table} SET {said}")
                assert cursor.rowcount == 0


def test_another_institution_enters_none(cast: Cast, row: models.WebhookEndpoint) -> None:
    now = timezone.now()
    entries = (
        models.WebhookSecret(endpoint=row, sealed="x", made_at=now),
        models.WebhookDelivery(endpoint=row, made_at=now, not_before=now),
        models.WebhookNotice(endpoint=row, on=now.date(), not_before=now),
        models.WebhookLane(endpoint=row, read_xact=0),
        models.WebhookAttempt(endpoint=row, delivery_id=uuid4(), at=now, milliseconds=1),
        models.WebhookReplay(endpoint=row, asked_by=cast.ada, asked_at=now, read_xact=0, read_seq=0, to_xact=1),
    )
    for entry in entries:
        with (
            acting_as(cast.ada),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            entry.save(force_insert=True)


def test_a_secret_is_never_rewritten_nor_an_attempt_taken_back(cast: Cast, row: models.WebhookEndpoint) -> None:
    for statement in (
        "UPDATE network_webhooksecret SET sealed = 'x'",
        "DELETE FROM network_webhooksecret",
        "UPDATE network_webhookattempt SET status = 200",
        "DELETE FROM network_webhookattempt",
        "DELETE FROM network_webhookdelivery",
    ):
        with (
            acting_as(cast.rolf),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_log_holds_no_secret(cast: Cast, row: models.WebhookEndpoint) -> None:
    from institutions.models import Event

    with acting_as(cast.rolf):
        tables = set(Event.objects.values_list("table", flat=True))
        (sealed,) = models.WebhookSecret.objects.values_list("sealed", flat=True)
        assert "network_webhookendpoint" in tables
        assert not any(table.startswith("network_webhook") for table in tables - {"network_webhookendpoint"})
        assert not any(sealed in str(after) for after in Event.objects.values_list("after", flat=True))
