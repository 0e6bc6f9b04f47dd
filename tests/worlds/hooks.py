"""What the endpoints of banks are told in a world: each call with its headers and bytes, and the list of deliveries."""

import json
import os
import re
from collections.abc import Mapping
from uuid import UUID

import psycopg
import pytest

from institutions.isolation.session import System, acting_as
from network.selectors.webhooks import latest_deliveries
from network.webhooks import lanes, sending
from network.webhooks.sending import Outcome
from tests.cast import Cast
from tests.worlds.comparing import Looker, Worlds
from tests.worlds.crawl import Answer
from tests.worlds.mail import news

# A signature is made of the ids and times that stand in a message.
_SIGNED = re.compile(r"(?<=v1,)[A-Za-z0-9+/=]{44}|(?<=webhook-timestamp: )\d{10}")


def hooks(worlds: Worlds, looker: Looker) -> list[Answer]:
    """What every endpoint is told in the present test database, once something happened that several may see."""
    news(Cast.find())
    mask = worlds.mask()
    found: list[Answer] = []
    for bank, endpoint, institution in _endpoints(leads=looker.leads):
        calls: list[str] = []

        def post(url: str, headers: Mapping[str, str], body: bytes, calls: list[str] = calls) -> Outcome:
            lines = [f"POST {url}", *(f"{name}: {text}" for name, text in headers.items()), body.decode()]
            calls.append("\n".join(lines))
            return Outcome(204, "", 7)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sending, "post", post)
            lanes.run(endpoint, institution)
        with acting_as(System("test", institution)):
            kept = json.dumps(latest_deliveries(endpoint, 500), default=str)
        said = [_SIGNED.sub(lambda signed: "*" * len(signed[0]), call) for call in calls]
        found += [Answer(f"webhook {number} of {bank}", mask(text)) for number, text in enumerate(said)]
        found.append(Answer(f"deliveries of {bank}", mask(kept)))
    return found


def _endpoints(*, leads: bool) -> list[tuple[str, UUID, UUID]]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        rows = owner.execute(
            "SELECT i.slug, e.id, i.id FROM network_webhookendpoint e JOIN institutions_institution i"
            " ON i.id = e.owner_id WHERE (i.slug = 'austral') = %s ORDER BY i.slug",
            [leads],
        )
        return list(rows.fetchall())
