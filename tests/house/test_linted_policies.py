"""The policies as a linter reads them from the catalogue: each finding was looked at, and has its reason here."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from institutions.isolation.raising import OWNER_ROLE, walled_models
from institutions.isolation.walls import PACKAGE_TABLES, Confidential, Credentials, Curated
from tests.house.test_walls import DEFINERS

pytestmark = pytest.mark.slow

SCHEMAS = "public,wall,journal,deals,network"


@dataclass(frozen=True)
class Reviewed:
    """Findings of one rule at certain places, and why they stay."""

    rule: str
    places: frozenset[str] | re.Pattern[str]
    why: str

    def covers(self, found: dict[str, str]) -> bool:
        if found["rule_id"] != self.rule:
            return False
        if isinstance(self.places, re.Pattern):
            return self.places.fullmatch(found["location"]) is not None
        return found["location"] in self.places


def tables(kind: type) -> set[str]:
    return {f"public.{model._meta.db_table}" for model, wall in walled_models() if isinstance(wall, kind)}


def policies(of: set[str], *names: str) -> frozenset[str]:
    return frozenset(f"{table}.{name}" for table in of for name in names)


def reviewed() -> list[Reviewed]:
    """What stays. A wider pattern than a rule's own kind of place would let the next finding in unread."""
    owners = re.compile(r"public\.\w+\.wall_owner")
    curated = tables(Curated)
    credentials = tables(Credentials) | {f"public.{name}" for name in PACKAGE_TABLES}
    told_to_all = {
        f"public.{name}" for name in ("deals_currency", "deals_fxrate", "institutions_epoch", "institutions_seal")
    }
    policy_of_mail, loads = {"public.network_mailpolicy"}, {"public.deals_rateload"}
    unread = policies({f"public.institutions_{name}" for name in ("circle", "reach", "sealkey", "leaf")}, "wall_read")
    reference = curated | told_to_all | policy_of_mail | loads
    return [
        Reviewed("SEC001", frozenset(credentials), "credentials and plumbing: outside disclosure, told in walls.py"),
        *(
            Reviewed(rule, owners, "for the tables' owner, which definer functions run as; the application is not it")
            for rule in ("SEC005", "SEC008", "SEC028", "SEC038")
        ),
        *(
            Reviewed(rule, policies(reference, "wall_read"), "reference rows, which everybody reads")
            for rule in ("SEC005", "SEC008", "SEC038")
        ),
        Reviewed("SEC005", policies(curated, "wall_insert", "wall_update"), "who writes is the secretariat, any row"),
        *(
            Reviewed(rule, policies(loads, "wall_insert", "wall_update"), "the daily job's own note of how it went")
            for rule in ("SEC005", "SEC008", "SEC028")
        ),
        Reviewed("SEC005", unread, "read by nobody: the wall's own tables"),
        Reviewed("SEC010", unread, "a closed policy is what the start asks for; a missing grant would look forgotten"),
        Reviewed("SEC007", re.compile(r"public\.\w+"), "one policy per command; a second one fails the test below"),
        Reviewed("SEC013", re.compile(r"public\.\w+(\.(wall|journal)_\w+)?"), "the definers among them are listed"),
        Reviewed("SEC014", frozenset(DEFINERS), "listed and bound to a search path, one by one"),
        Reviewed(
            "SEC014", re.compile(r"network\.\w+"), "listed by the application `network`, compared by the same test"
        ),
        Reviewed(
            "SEC027",
            frozenset({"public.institutions_audiencemember", "public.institutions_standing"}),
            "shown by audience, so that an owner sees who is in its own",
        ),
        Reviewed(
            "PERF003",
            policies(tables(Confidential) | told_to_all, "wall_insert", "wall_update"),
            "`origin` is asked of the row that is written; no query looks for it",
        ),
        Reviewed(
            "PERF003",
            frozenset({"public.institutions_event.wall_read"})
            | policies({"public.institutions_idempotencykey"}, "wall_read", "wall_insert", "wall_update"),
            "the feed goes by position, a key by its client: both are indexed before what the policy asks",
        ),
        Reviewed(
            "PERF003", policies({"public.deals_picturescope"}, "wall_read"), "a row for each set of networks: a handful"
        ),
        Reviewed(
            "SEC025",
            policies({"public.deals_savedview"}, "wall_insert", "wall_update"),
            "staff are credentials, outside disclosure; the policy asks for the asker's own row alone",
        ),
    ]


@pytest.fixture(scope="module")
def found(django_db_setup: None) -> list[dict[str, str]]:
    command = [str(Path(sys.executable).with_name("pgrls")), "lint", "--schemas", SCHEMAS, "--format", "json"]
    asked = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
    )
    # 1 says that there are findings, which is what is looked at here.
    assert asked.returncode in (0, 1), asked.stderr
    listed: list[dict[str, str]] = json.loads(asked.stdout)["violations"]
    return listed


def test_no_policy_has_a_finding_that_nobody_looked_at(found: list[dict[str, str]]) -> None:
    known = reviewed()
    new = [f"{one['rule_id']} {one['message']}" for one in found if not any(each.covers(one) for each in known)]
    assert new == []


def test_nothing_is_excused_that_is_not_found(found: list[dict[str, str]]) -> None:
    idle = [(each.rule, each.why) for each in reviewed() if not any(each.covers(one) for one in found)]
    assert idle == []


def test_one_policy_for_each_command_and_the_owners_is_the_owners_alone(django_db_setup: None) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        stated = owner.execute(
            "SELECT tablename, policyname, cmd, array_to_string(roles, ',') FROM pg_policies"
            " WHERE schemaname = 'public'"
        ).fetchall()
    assert {roles for _, name, _, roles in stated if name == "wall_owner"} == {OWNER_ROLE}
    theirs = [(table, command) for table, name, command, _ in stated if name != "wall_owner"]
    assert sorted(theirs) == sorted(set(theirs))
    assert not any(command == "ALL" for _, command in theirs)
