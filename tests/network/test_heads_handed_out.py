"""Every member is a witness: mails and webhooks carry the newest head of the sealed log."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.journal.reading import Position
from institutions.selectors.heads import newest_head
from institutions.services.sealing import seal
from network.digests.composing import compose
from network.digests.scope import scope_now
from network.digests.selection import news_for
from network.feed import Told
from network.webhooks.message import of_event
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import everyone_follows


@pytest.fixture(autouse=True)
def heads_are_kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ORE_DATA", tmp_path)


def test_a_digest_carries_the_newest_head(committed_cast: Cast) -> None:
    everyone_follows(committed_cast)
    letter(committed_cast, Level.PARTIES)
    with acting_as(committed_cast.rolf):
        without = compose(committed_cast.rolf, news_for(committed_cast.rolf, scope_now(committed_cast.rolf.pk)))
    assert without
    assert "sealed log" not in without.text + without.html
    seal(every=timedelta())
    head = seal(every=timedelta())
    assert head
    with acting_as(committed_cast.rolf):
        mail = compose(committed_cast.rolf, news_for(committed_cast.rolf, scope_now(committed_cast.rolf.pk)))
    assert mail
    for body in (mail.text, mail.html):
        assert "Head 1 of the sealed log" in body
        assert head.root.hex() in body


def test_a_webhook_carries_the_newest_head(committed_cast: Cast) -> None:
    told = Told(Position(1, 1), "deal.updated", None, None, "deal", committed_cast.deal.pk, {})
    assert set(json.loads(of_event(uuid4(), told, newest_head()))["data"]) == {"object", "link"}
    head = seal(every=timedelta())
    assert head
    body = json.loads(of_event(uuid4(), told, newest_head()))
    assert body["data"]["log_head"] == {"number": 0, "root": head.root.hex()}
