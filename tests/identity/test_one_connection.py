"""One connection serves institution after institution: whatever became of one, the next is itself, and then nobody."""

from random import Random

import pytest
from django.db import connection

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Client
from tests.acts import letter
from tests.cast import Cast
from tests.figures import LONG, note
from tests.identity.interleaving import ENDS, Seen, Who, Work, look

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

# `make walls` goes through a hundred thousand.
INTERLEAVINGS = 100_000 if LONG else 1_000


def system(cast: Cast, bank: str, responsible: str) -> Client:
    made: Client = Client.objects.create(
        name=f"system of {bank}",
        institution=cast.bank(bank),
        responsible=cast.people[responsible],
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )
    return made


def apart(who: Who) -> Seen:
    """What somebody sees over a connection of its own."""
    connection.close()
    try:
        with acting_as(who):
            return look()
    finally:
        connection.close()


def test_no_institution_is_ever_taken_for_another(committed_cast: Cast) -> None:
    cast = committed_cast
    for level, by, approver in (
        (Level.OWN, "mina", "joon"),
        (Level.LEAD, "mina", "joon"),
        (Level.OWN, "rolf", "rita"),
        (Level.PARTIES, "rolf", "rita"),
        (Level.OWN, "sora", "shin"),
        (Level.PUBLIC, "sora", "shin"),
    ):
        letter(cast, level, by=by, approver=approver)
    people = [cast.people[name] for name in ("ada", "mina", "dami", "rolf", "sora", "marc", "dora")]
    expected = {who: apart(who) for who in (*people, system(cast, "rhein", "rolf"), None)}
    # The test asks nothing if all see the same.
    assert len({seen.rows for seen in expected.values()}) == 5
    assert all(seen.actor for who, seen in expected.items() if who is not None)
    assert expected[None].actor == ""
    work = Work(expected, Random(20261128))
    for _ in range(INTERLEAVINGS):
        work.one()
        if work.mismatches:
            break
    assert work.mismatches == []
    assert set(work.done) == {end.__name__ for end in ENDS}
    note("identity", {"interleavings": sum(work.done.values()), "mismatches": 0, "ends": work.done})
