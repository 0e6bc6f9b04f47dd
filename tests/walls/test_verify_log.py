"""Whatever the database's owner does to what was sealed is found, and the first event that it touched is named."""

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from institutions.isolation.levels import Level
from institutions.journal.verifying import verify
from institutions.services.sealing import seal
from tests.acts import letter, moved
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TAMPERINGS = 1_000
Owner = psycopg.Connection[Any]


@pytest.fixture
def kept(committed_cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """A log of some hours, and the heads that members keep of it."""
    monkeypatch.setattr(settings, "ORE_DATA", tmp_path)
    heads = {}
    for hour in range(8):
        if hour != 3:
            made = letter(committed_cast, Level.PARTIES)
            moved(committed_cast, made, "indicative_terms")
        head = seal(every=timedelta())
        assert head
        heads[head.number] = head.root.hex()
    return heads


@pytest.fixture
def owner(kept: dict[int, str]) -> Iterator[Owner]:
    """Whoever runs the database: nothing that it does is refused."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET row_security = off")
        yield connection


# What a tampering did: a word for it, and the event that is to be named, None where it leaves none to name.
Done = tuple[str, str | None]


def sealed_events(owner: Owner) -> list[str]:
    """In the order of the log."""
    found = owner.execute(
        "SELECT e.id::text FROM institutions_event e JOIN institutions_leaf l ON l.event_id = e.id"
        " ORDER BY l.number, l.ordinal"
    )
    return [event for (event,) in found]


def edit(owner: Owner, chance: random.Random) -> Done:
    event = chance.choice(sealed_events(owner))
    change = chance.choice(
        [
            "actor = actor || 'x'",
            "action = CASE action WHEN 'created' THEN 'updated' ELSE 'created' END",
            "after = coalesce(after, '{}') || '{\"level\": \"public\"}' || jsonb_build_object('x', 1)",
            "before = coalesce(before, '{}') || '{\"stage\": \"signed\"}'",
            "effective_on = effective_on - 1",
            "recorded_at = recorded_at - interval '1 microsecond'",
            "row_id = gen_random_uuid()",
            'table_ = "x"',
            "institution_id = CASE WHEN institution_id IS NULL THEN gen_random_uuid() END",
            "audience_id = gen_random_uuid()",
            "addressee = CASE WHEN addressee IS NULL THEN gen_random_uuid() END",
        ]
    )
    change = change.replace('table_ = "x"', "\"table\" = 'deals_price_'")
    owner.execute(f"UPDATE institutions_event SET {change} WHERE id = %s", [event])
    return f"edit {change[:12]}", event


def delete(owner: Owner, chance: random.Random) -> Done:
    event = chance.choice(sealed_events(owner))
    owner.execute("DELETE FROM institutions_event WHERE id = %s", [event])
    return "delete", event


def delete_with_its_leaf(owner: Owner, chance: random.Random) -> Done:
    event = chance.choice(sealed_events(owner))
    owner.execute("DELETE FROM institutions_event WHERE id = %s", [event])
    owner.execute("DELETE FROM institutions_leaf WHERE event_id = %s", [event])
    return "delete with its leaf", None


def reorder(owner: Owner, chance: random.Random) -> Done:
    one, other = chance.sample(sealed_events(owner), 2)
    owner.execute(
        "UPDATE institutions_event a SET xact = b.xact, seq = b.seq FROM institutions_event b"
        " WHERE (a.id, b.id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))",
        {"one": one, "other": other},
    )
    first = owner.execute(
        "SELECT event_id::text FROM institutions_leaf WHERE event_id IN (%s, %s) ORDER BY number, ordinal LIMIT 1",
        [one, other],
    ).fetchone()
    assert first
    return "reorder", first[0]


def insert(owner: Owner, chance: random.Random) -> Done:
    model = chance.choice(sealed_events(owner))
    made = owner.execute(
        'INSERT INTO institutions_event (id, xact, seq, recorded_at, effective_on, actor, institution_id, "table",'
        " row_id, action, before, after, audience_id, addressee)"
        ' SELECT gen_random_uuid(), xact, seq, recorded_at, effective_on, actor, institution_id, "table", row_id,'
        " action, before, after, audience_id, addressee FROM institutions_event WHERE id = %s RETURNING id::text",
        [model],
    ).fetchone()
    assert made
    return "insert", made[0]


def cut_the_tail(owner: Owner, chance: random.Random) -> Done:
    events = sealed_events(owner)
    gone = events[-chance.randint(1, len(events) - 1) :]
    owner.execute("DELETE FROM institutions_event WHERE id = ANY (%s)", [gone])
    return "cut the tail", gone[0]


def put_back(owner: Owner, chance: random.Random) -> Done:
    """Yesterday's backup: everything of the database fits itself."""
    last = chance.randint(0, 6)
    owner.execute(
        "DELETE FROM institutions_event WHERE xact >= (SELECT to_xact FROM institutions_sealkey WHERE number = %s)",
        [last],
    )
    owner.execute("DELETE FROM institutions_leaf WHERE number > %s", [last])
    owner.execute("DELETE FROM institutions_sealkey WHERE number > %s", [last])
    owner.execute("DELETE FROM institutions_seal WHERE number > %s", [last])
    return "put back", None


def touch_the_seals(owner: Owner, chance: random.Random) -> Done:
    number = chance.randint(1, 7)
    change = chance.choice(
        [
            "UPDATE institutions_seal SET root = sha256(root) WHERE number = %s",
            "UPDATE institutions_seal SET block = sha256(block) WHERE number = %s",
            "UPDATE institutions_sealkey SET secret = sha256(secret) WHERE number = %s",
            "UPDATE institutions_leaf SET hash = sha256(hash) WHERE number = %s",
            "UPDATE institutions_leaf SET place = place # 1 WHERE number = %s",
        ]
    )
    touched = owner.execute(change, [number])
    if not touched.rowcount:
        return touch_the_seals(owner, chance)
    return "touch the seals", None


HOW: list[Callable[[Owner, random.Random], Done]] = [
    edit, edit, delete, delete_with_its_leaf, reorder, insert, cut_the_tail, put_back, touch_the_seals,
]  # fmt: skip


def test_a_thousand_random_tamperings_are_found_and_named(owner: Owner, kept: dict[int, str]) -> None:
    assert verify(owner, kept).bad is None
    chance = random.Random(20261130)
    missed: list[str] = []
    misnamed: list[str] = []
    happened: dict[str, int] = {}
    for round_ in range(TAMPERINGS):
        with owner.transaction(force_rollback=True):
            how, event = chance.choice(HOW)(owner, chance)
            happened[how.split()[0]] = happened.get(how.split()[0], 0) + 1
            found = verify(owner, kept)
            if found.bad is None:
                missed.append(f"{round_}: {how}")
            elif event and found.bad.event != event:
                misnamed.append(f"{round_}: {how}: {event} is {found.bad}")
    assert not missed, f"{len(missed)} of {TAMPERINGS}: {missed[:5]}"
    assert not misnamed, f"{len(misnamed)} of {TAMPERINGS}: {misnamed[:5]}"
    assert min(happened.values()) > 50, happened
    # And everything is as it was.
    assert verify(owner, kept).bad is None


def test_the_command_names_what_was_changed(
    owner: Owner, kept: dict[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_log")
    said = capsys.readouterr().out
    assert "All fits" in said
    assert "under 8 heads, 8 of them kept elsewhere" in said
    event, *_ = sealed_events(owner)
    owner.execute(
        'UPDATE institutions_event SET after = after || \'{"level": "public", "x": 1}\' WHERE id = %s', [event]
    )
    with pytest.raises(SystemExit) as ended:
        call_command("verify_log")
    assert ended.value.code == 1
    assert f"first at event {event}: it was changed" in capsys.readouterr().err


def test_what_is_put_back_with_its_own_file_of_heads_is_found_by_a_members_head(
    owner: Owner, kept: dict[int, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_back(owner, random.Random(1))
    (tmp_path / "heads.jsonl").unlink()
    call_command("verify_log")
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("verify_log", head=[f"7:{kept[7]}"])
    assert "first at head 7" in capsys.readouterr().err
    (tmp_path / "theirs.jsonl").write_text(json.dumps({"number": 0, "root": "00" * 32}) + "\n")
    with pytest.raises(SystemExit):
        call_command("verify_log", heads=str(tmp_path / "theirs.jsonl"))
    assert "with another root" in capsys.readouterr().err
