"""What the log must say of each life: how its rows came to be as they are, and four eyes, from the events of a deal."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from deals.lifecycle import STAGES, Class, Requirement
from institutions.isolation.levels import Level
from institutions.models import Staff
from tests.lives.seen import TABLES, Picture, Row

# Told as far as something that two persons saw: tests/lives/invariants.py holds them to it.
WITH_ITS_WHOLE = ("deals_tranche", "deals_dealrole")
# An answer that is addressed to the lead moves the lead's counter, in the transaction of whoever answers.
MOVED_BY_ANSWERS = "deals_allocationcounter"


def digest(events: Iterable[Row]) -> str:
    total = hashlib.sha256()
    for event in events:
        total.update(json.dumps(event, sort_keys=True, default=str).encode())
    return total.hexdigest()


def every_event_acts_for_its_owner(events: list[Row]) -> None:
    """Nobody writes another's row; what the clock or a transfer's other side does says so."""
    for event in events:
        if event["action"] not in ("created", "updated") or event["table"] == MOVED_BY_ANSWERS:
            continue
        if event["actor"] in ("system:lapse", "system:warn"):
            assert event["institution_id"] is None, event
            continue
        assert event["institution_id"] == event["after"]["owner_id"], event


def every_row_was_made_and_none_is_gone(everything: Picture, events: list[Row]) -> None:
    """One 'created' per row, and the row as it stands is what its last event says."""
    created: dict[str, int] = defaultdict(int)
    last: dict[str, Row] = {}
    for event in events:
        if event["action"] in ("created", "updated"):
            created[event["row_id"]] += event["action"] == "created"
            last[event["row_id"]] = event["after"]
    there = {row["id"]: row for table, row in everything}
    assert dict.fromkeys(there, 1) == dict(created)
    # When a row was told, or changed by the wall alone, is no event.
    for key, row in there.items():
        assert _without_times(row) == _without_times(last[key]), (row, last[key])


def _without_times(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("updated_at", "told_at")}


def every_stage_has_its_step_and_its_second_person(
    everything: Picture, events: list[Row], people: dict[str, Staff]
) -> None:
    """A change of stage is a step of the same moment; into letters and what is conditional or firm, and out of the
    latter, it is one that two persons of the institution saw."""
    steps = {
        (event["after"]["commitment_id"], event["after"]["stage"], event["xact"])
        for event in events
        if (event["table"], event["action"]) == ("deals_step", "created")
    }
    for key, xact, before, after in _stages(events, "deals_commitment", "stage"):
        owner = everything.rows["deals_commitment"][key]["owner_id"]
        assert (key, after, xact) in steps, (key, before, after)
        seen = STAGES[before].cls if before else None
        leaves = seen in (Class.CONDITIONAL, Class.FIRM) and STAGES[after].cls in (Class.ENDED, Class.INDICATIVE)
        if Requirement.FOUR_EYES in STAGES[after].requires or (leaves and after != "lapsed"):
            _two_persons(everything, people, owner, key, xact, ["stage"], after)
    of_deals = {
        (event["after"]["deal_id"], event["after"]["status"], event["xact"])
        for event in events
        if (event["table"], event["action"]) == ("deals_dealstep", "created")
    }
    for key, xact, before, after in _stages(events, "deals_deal", "status"):
        if before:
            assert (key, after, xact) in of_deals, (key, before, after)
            if after in ("closed", "cancelled"):
                owner = everything.rows["deals_deal"][key]["owner_id"]
                _two_persons(everything, people, owner, key, xact, ["stage"], after)


def _stages(events: list[Row], table: str, column: str) -> list[tuple[str, int, str, str]]:
    """(row, transaction, stage before it, stage after it) for each transaction that changed the stage of a row."""
    last: dict[str, str] = {}
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for event in events:
        if event["table"] == table and event["action"] in ("created", "updated"):
            key, xact, now = event["row_id"], event["xact"], event["after"][column]
            before = found[key, xact][0] if (key, xact) in found else last.get(key, "")
            if now != before:
                found[key, xact] = (before, now)
            else:
                found.pop((key, xact), None)
            last[key] = now
    return [(key, xact, *moved) for (key, xact), moved in found.items()]


def nothing_is_told_beyond_the_lead_by_one_person(
    everything: Picture, events: list[Row], people: dict[str, Staff]
) -> None:
    """Four eyes of disclosure, of every table that has them, and of what two persons put into force."""
    levels: dict[str, str] = {}
    states: dict[str, str] = {}
    for event in events:
        if event["action"] not in ("created", "updated") or event["table"] not in TABLES:
            continue
        row, table = event["after"], event["table"]
        before, now = Level(levels.get(row["id"], "own")), Level(row["level"])
        levels[row["id"]] = now
        alone = table in WITH_ITS_WHOLE or (table == "deals_movement" and Decimal(row["committed_change"]) != 0)
        if now.beyond_lead and now.rank > before.rank and not alone:
            _two_persons(everything, people, row["owner_id"], row["id"], event["xact"], ["levels", row["id"]], now)
        wall = TABLES[table].wall
        if not wall.two_persons or states.get(row["id"]) == row["state"]:
            continue
        states[row["id"]] = row["state"]
        to_itself = wall.two_persons != "*" and row[wall.two_persons] == row["owner_id"]
        needs_none = wall.alone and row[wall.alone[0]] in wall.alone[1:]
        if row["state"] == "confirmed" and not (to_itself or needs_none):
            path = ["states", row["id"]]
            _two_persons(everything, people, row["owner_id"], row["id"], event["xact"], path, "confirmed")


def _two_persons(
    everything: Picture, people: dict[str, Staff], owner: str, row: str, xact: int, path: list[str], wanted: str
) -> None:
    """A confirmed approval of that transaction asks for exactly this, by two persons of the one institution."""
    for approval in everything.all("approval"):
        asked = approval["asks"]
        for name in path:
            asked = (asked or {}).get(name) if isinstance(asked, dict) else None
        if asked != wanted or approval["decided_xact"] != xact or approval["decision"] != "confirmed":
            continue
        if path == ["stage"] and approval["row_id"] != row:
            continue
        first, second = people[approval["prepared_by_id"]], people[approval["decided_by_id"]]
        assert first.pk != second.pk
        assert {str(first.institution_id), str(second.institution_id), approval["owner_id"]} == {owner}
        assert second.role == "approver"
        return
    raise AssertionError(f"no two persons saw that {row} takes {path} {wanted}")
