"""Every list, object, stack and file answers of the past as it answered then, to the byte."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest

from deals.models import Kind, Party
from deals.money import Money
from deals.services.deals import add_tranche, change_deal
from deals.services.inviting import record_nda
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.selectors.reading import instant
from tests.acts import confirm_waiting, letter, move_money, moved, sign, widen
from tests.api import Answer, System, person_of
from tests.cast import Cast
from tests.past import clock, soon
from tests.worlds.routes import routes
from tests.worlds.settled import settle as settle_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

READERS = ("mina@hanok.example", "ada@austral.example", "rolf@rhein.example", "dora@desk.example")
STACKS = ("deal", "tranche", "project")
INSTANTS = 1_000


@pytest.fixture
def settle(committed_cast: Cast) -> Iterator[Callable[[datetime], str]]:
    with soon("10s") as settle:
        yield settle


def remembered(asks: System) -> Iterator[str]:
    """Addresses of every list that is shown as it stood, of some of its objects, and of stacks."""
    details = {route.pattern for route in routes()}
    for route in routes():
        if route.is_file or not route.is_list or not route.resource or not route.resource.remembers or route.places:
            continue
        address = f"/{route.pattern}"
        yield f"{address}?limit=500"
        yield f"{address}.csv?"
        found = asks.get(f"{address}?limit=4")
        assert found.status == 200, found.raw
        if f"{route.pattern}/<str:key>" in details:
            for row in found.body["results"]:
                yield f"{address}/{row['id']}?"
                if address.rpartition("/")[2].rstrip("s") in STACKS:
                    yield f"{address}/{row['id']}/stack?"


def test_every_address_answers_of_the_past_as_it_did(committed_cast: Cast, settle: Callable[[datetime], str]) -> None:
    settle_world(committed_cast)
    readers = {email: person_of(email) for email in READERS}
    asked = {email: list(remembered(asks)) for email, asks in readers.items()}
    then = clock()
    live = {(email, path): readers[email].get(path).raw for email, paths in asked.items() for path in paths}
    at = settle(then)
    different = []
    for (email, path), before in live.items():
        found = readers[email].get(f"{path}&as_of={at}")
        if found.raw.replace(f"as_of={at}&".encode(), b"") != before:
            different.append(f"{email} {path}\n{before[:600]!r}\n{found.raw[:600]!r}")
    assert not different, f"{len(different)} of {len(live)}:\n" + "\n\n".join(different[:6])
    assert len(live) > 400
    assert sum(b'"id"' in body for body in live.values()) > 200


def lives(cast: Cast) -> Iterator[None]:
    """Acts of several banks, one after another; nothing of it takes a right from anybody."""
    mine = letter(cast, Level.OWN)
    yield
    theirs = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    yield
    widen(cast, mine, Level.LEAD)
    yield
    with acting_as(cast.ada):
        change_deal(by=cast.ada, deal=cast.deal, target=Money.of("640000000", "USD"))
    yield
    moved(cast, theirs, "indicative_terms", by="rolf", approver="rita")
    yield
    widen(cast, mine, Level.PARTIES)
    yield
    with acting_as(cast.ada):
        tranche = add_tranche(by=cast.ada, deal=cast.deal, name="Standby", currency="USD")
    yield
    sign(cast, mine)
    yield
    with acting_as(cast.ada):
        change_deal(by=cast.ada, deal=cast.deal, name="Wattle, the whole package")
    yield
    move_money(cast, mine, Kind.INCREASE, "25000000")
    yield
    letter(cast, Level.OWN, by="rolf", approver="rita", money="7000000", tranche=tranche)
    yield
    with acting_as(cast.ada):
        party = Party.objects.get(institution=cast.bank("sakura"))
        record_nda(by=cast.ada, party=party, signed_on=date.today())
    confirm_waiting(cast, party, by="abe")
    yield
    move_money(cast, mine, Kind.PARTIAL_CANCELLATION, "5000000")
    yield
    sign(cast, theirs, by="rolf", approver="rita")
    yield


def test_a_thousand_random_moments_are_shown_as_they_were(
    committed_cast: Cast, settle: Callable[[datetime], str]
) -> None:
    cast = committed_cast
    readers = [person_of(email) for email in (*READERS[:3], "sora@sakura.example")]
    paths = ["commitments?limit=500", "deals?", "tranches?", "movements?", "parties?", f"deals/{cast.deal.pk}?"]
    paths.append(f"deals/{cast.deal.pk}/stack?")
    begun, quiet = clock(), []
    for _ in lives(cast):
        # Between two acts everybody looks at everything.
        since = clock()
        told = {(number, path): asks.get(path) for number, asks in enumerate(readers) for path in paths}
        quiet.append((since, clock(), told))
    ended = quiet[-1][1]
    settle(ended)
    chance, compared = random.Random(20261130), 0
    for _ in range(INSTANTS):
        moment = begun + (ended - begun) * chance.random()
        number, path = chance.randrange(len(readers)), chance.choice(paths)
        address = f"{path}&as_of={instant(moment)}"
        found = readers[number].get(address)
        assert found.status in (200, 404), found.raw
        told = next((told for since, until, told in quiet if since <= moment <= until), {})
        if told:
            compared += 1
            assert masked(found) == masked(told[number, path]), f"{readers[number]} {address}"
        # Much was done since it was asked first, and nothing of it shows.
        assert masked(readers[number].get(address)) == masked(found)
    assert compared > INSTANTS // 4
    assert len({said.raw for _since, _until, told in quiet for said in told.values()}) > 40


def masked(answer: Answer) -> bytes:
    """Of a problem the number of the request, which each has its own."""
    return re.sub(rb'"request_id":"[^"]*"', b"", answer.raw)
