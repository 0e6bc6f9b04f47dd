"""Two worlds: the same registry twice, with hidden acts in one of them, and what whoever looks is told in each."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from random import Random
from uuid import UUID

import psycopg
import pytest
from django.apps import apps as django_apps
from django.conf import settings
from django.db import connection, connections
from django.test import Client as Http

from config.settings.api import rate_limit
from institutions.isolation import ids
from institutions.models import Confidential, Institution, Network
from tests import conftest
from tests.api import person_of, system_of
from tests.cast import Cast
from tests.past import clock, soon
from tests.services import TEST_DATABASE
from tests.worlds.crawl import Answer, Crawl, Ids
from tests.worlds.hidden import FROM_ALL, FROM_ALL_BUT_THE_LEAD, Hidden, happen
from tests.worlds.masking import Mask
from tests.worlds.settled import settle


@dataclass(frozen=True)
class Looker:
    """Somebody who looks at everything: over REST with a client's token, or with a browser's session."""

    name: str
    come: Callable[[], tuple[Http, dict[str, str]]]
    # It asks over REST; others in the browser.
    rest: bool = False
    # Looks in `make test` too; `make walls` lets everybody look.
    short: bool = False
    # So many answers show something, at least: a crawl that is sent away everywhere finds nothing.
    at_least: int = 60
    # The lead is told what others are not: it looks before that is told.
    leads: bool = False

    @property
    def worlds(self) -> tuple[str, str]:
        """The templates of the world without the hidden acts, and of the one with them."""
        return "settled_template", "hidden_template" if self.leads else "told_lead_template"


def _client(bank: str, scopes: str) -> Callable[[], tuple[Http, dict[str, str]]]:
    def come() -> tuple[Http, dict[str, str]]:
        system = system_of(bank, scopes)
        return system.http, {"Authorization": f"Bearer {system.token}"}

    return come


def _person(email: str) -> Callable[[], tuple[Http, dict[str, str]]]:
    return lambda: (person_of(email).http, {})


WRITES = "registry:read deals:write commitments:write projects:write mandates:write webhooks:manage"
LOOKERS = (
    Looker("a rival's officer", _person("rolf@rhein.example"), short=True),
    Looker("a rival's approver", _person("rita@rhein.example")),
    Looker("a rival's admin", _person("ruth@rhein.example")),
    Looker("a rival's system", _client("rhein", WRITES), rest=True, short=True),
    Looker("a rival's system that approves", _client("rhein", "registry:read commitments:approve"), rest=True),
    Looker("an invited bank's officer", _person("sora@sakura.example")),
    Looker("a colleague outside the team", _person("dami@hanok.example")),
    Looker("an observer", _person("finn@fjord.example")),
    Looker("the secretariat's officer", _person("dora@desk.example")),
    Looker("the secretariat's system", _client("desk", "registry:read"), rest=True),
    Looker("a stranger", lambda: (Http(raise_request_exception=False), {}), at_least=5),
    Looker("the coordinator's officer", _person("ada@austral.example"), leads=True),
    Looker("the coordinator's system", _client("austral", WRITES), leads=True, rest=True),
)


@dataclass
class Worlds:
    """The settled registry, kept as a template, and the ids that can be named in it."""

    ids: Ids
    since: datetime
    # Of the database, when everything was done.
    until: datetime

    def told(self, looker: Looker) -> Iterator[tuple[Answer, Answer]]:
        """Each answer in the world without the hidden acts, and in the one with them."""
        without, happened = (self.look(looker, world) for world in looker.worlds)
        assert [each.asked for each in without] == [each.asked for each in happened]
        yield from zip(without, happened, strict=True)

    def look(self, looker: Looker, world: str) -> list[Answer]:
        conftest.anew(world)
        return self.crawl(looker)

    def crawl(self, looker: Looker, where: str = "") -> list[Answer]:
        """What the looker is told in the present test database, at the routes that `where` is found in."""
        http, headers = looker.come()
        # What the looker itself makes is called the same in both worlds: rows of one moment stand in the order of ids.
        with pytest.MonkeyPatch.context() as patch, soon("30s") as settled:
            crawl = Crawl(http, headers, self.ids, self.mask(), looker.rest, settled(self.until))
            patch.setattr(ids, "uuid4", _named_alike(Random(looker.name)))
            # It asks faster than anybody may, and a refusal for that would depend on the clock.
            patch.setattr(settings, "RATE_LIMIT", rate_limit("1000000/minute"))
            # What a monitoring system reads is nobody's else, and counts what was asked before.
            patch.setattr(settings, "METRICS_TOKEN", "nobody has it")
            return crawl.everything(where)

    def mask(self) -> Mask:
        return Mask(self.ids.all(), self.since)


def _named_alike(chance: Random) -> Callable[[], UUID]:
    return lambda: UUID(int=chance.getrandbits(128), version=4)


def difference(without: Answer, happened: Answer) -> str:
    """What the hidden acts changed in an answer; empty where nothing did."""
    if without.said == happened.said:
        return ""
    lines = unified_diff(without.said.splitlines(), happened.said.splitlines(), lineterm="", n=0)
    return f"{without.asked}\n" + "\n".join(line[:400] for line in lines)


def make_worlds(cast: Cast) -> Worlds:
    """Settles the test database, and keeps it as it was before and after the hidden acts."""
    settle(cast)
    _keep("settled_template")
    there = ids_there()
    since, hidden = datetime.now(UTC).replace(microsecond=0), Hidden()
    happen(cast, FROM_ALL, hidden)
    _keep("hidden_template")
    happen(cast, FROM_ALL_BUT_THE_LEAD, hidden)
    _keep("told_lead_template")
    # As many heads in each: the log's size tells nothing, whatever is in it.
    for world in ("settled_template", "hidden_template", "told_lead_template"):
        conftest.anew(world)
        with connection.cursor() as cursor:
            cursor.execute("SELECT journal.seal('0')")
        _keep(world)
    kept = {noun: [str(key) for key in keys] for noun, keys in hidden.ids.items()}
    return Worlds(Ids(there, kept), since, clock())


def _keep(name: str) -> None:
    connections.close_all()
    conftest.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    conftest.leave()
    conftest.admin(f"CREATE DATABASE {name} TEMPLATE {TEST_DATABASE} OWNER orebook_owner")


def ids_there() -> dict[str, list[str]]:
    """All rows that there are, by the names of their models."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        found: dict[str, list[str]] = {}
        for model in django_apps.get_models():
            if issubclass(model, Confidential | Institution | Network):
                rows = owner.execute(f"SELECT id FROM {model._meta.db_table} ORDER BY id").fetchall()
                found[model._meta.model_name or ""] = [str(key) for (key,) in rows]
    return found
