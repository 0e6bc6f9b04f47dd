"""The reference client keeps a faithful copy: after any acts, revocations and restarts it holds what can be seen."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from docs.clients.follow import Copy, Fetch, Gone
from institutions.isolation.session import acting_as
from institutions.models import Client
from network.feed import READINGS
from tests.api import System, system_of
from tests.cast import Cast
from tests.copies.acts import act

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LOOKERS = ("austral", "rhein", "sakura", "maple", "corner", "fjord")
SEEDS = [int(seed) for seed in os.environ.get("ORE_SEEDS", "1").split(",")]
ROUNDS = 12 if "ORE_SEEDS" in os.environ else 6
READS = "registry:read"


def fetching(system: System) -> Fetch:
    def fetch(path: str) -> Iterator[bytes]:
        answer = system.get(path)
        if answer.status == 410:
            raise Gone
        assert answer.status == 200, answer.raw
        return iter(answer.raw.splitlines(keepends=True))

    return fetch


def there(system: System) -> dict[str, dict[str, object]]:
    """All that there is to see, by its type and id."""
    lines = [json.loads(line) for line in system.get("snapshot").raw.splitlines()]
    assert lines[-1] == {"type": "end", "objects": len(lines) - 2}
    return {f"{line['type']} {line['data']['id']}": line["data"] for line in lines[1:-1]}


def held(copy: Copy) -> dict[str, dict[str, object]]:
    return {f"{kind} {key}": data for kind in READINGS for key, data in copy.objects(kind).items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copy_is_what_there_is_to_see_whatever_happens(committed_cast: Cast, tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    systems = {bank: system_of(bank, READS) for bank in LOOKERS}
    copies = {bank: Copy(str(tmp_path / bank), fetching(system)) for bank, system in systems.items()}
    for copy in copies.values():
        copy.begin()
    done: list[str] = []
    for _ in range(ROUNDS):
        done += [act(committed_cast, dice) for _ in range(4)]
        # As the beat does each minute: what ended a moment ago is told.
        with connection.cursor() as cursor:
            cursor.execute("SELECT wall.tick()")
        for bank, copy in copies.items():
            if dice.random() < 0.3:
                # Its process dies and comes again.
                copy.db.close()
                copy = copies[bank] = Copy(str(tmp_path / bank), fetching(systems[bank]))
            copy.catch_up()
            _same(held(copy), there(systems[bank]), f"seed {seed}, {bank}, after {done}")


def _same(copy: dict[str, dict[str, object]], truth: dict[str, dict[str, object]], when: str) -> None:
    assert sorted(copy) == sorted(truth), when
    for key, seen in truth.items():
        other = {name: (copy[key].get(name), value) for name, value in seen.items() if copy[key].get(name) != value}
        assert not other, f"{key}: {other}, {when}"


def test_a_snapshot_that_breaks_off_leaves_what_was_there(committed_cast: Cast, tmp_path: Path) -> None:
    system = system_of("rhein", READS)
    whole = fetching(system)
    copy = Copy(str(tmp_path / "copy"), whole)
    copy.begin()
    before = held(copy)
    copy.fetch = lambda path: iter(list(whole(path))[:-3])
    with pytest.raises(RuntimeError, match="broke off"):
        copy.begin()
    assert held(copy) == before


def test_whose_client_is_revoked_amid_a_snapshot_is_told_that_it_is_not_whole(committed_cast: Cast) -> None:
    system = system_of("rhein", READS)
    sent = {"Authorization": f"Bearer {system.token}"}
    response: Any = system.http.get("/api/v1/snapshot", headers=sent, secure=True)
    answer = response.streaming_content
    assert json.loads(next(answer))["cursor"]
    with acting_as(None):
        Client.objects.filter(institution=committed_cast.bank("rhein")).update(is_active=False)
    rest = [json.loads(line) for line in answer]
    assert rest[-1]["type"] == "error"
