"""Two who race about a condition: whoever comes second finds what the first did."""

import threading

import pytest
from django.db import connection, connections

from deals.models import Commitment, Condition
from deals.services.approving import confirm
from deals.services.conditions import clear_condition
from deals.services.moves import move_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import condition, letter, moved, sign
from tests.cast import Cast

pytestmark = pytest.mark.slow


def test_a_condition_that_is_added_while_its_commitment_becomes_effective_is_refused_or_holds_it(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    only = condition(cast, made)
    moved(cast, made, "conditional_approval")
    sign(cast, made)
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=only, to="satisfied", evidence="x")
        waiting = move_commitment(by=cast.mina, commitment=made, to="effective")
        assert waiting is not None
    moves, said = threading.Event(), []

    def add() -> None:
        try:
            moves.wait(20)
            with acting_as(cast.mina), connection.cursor() as cursor:
                # Past the services, straight into the table: it waits for the move and is refused.
                cursor.execute("SET LOCAL lock_timeout = '20s'")
                Condition.objects.create(
                    owner=cast.bank("hanok"), deal=cast.deal, commitment=made, kind="other", text="Late"
                )
        except Exception as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    other = threading.Thread(target=add)
    other.start()
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waiting)
        moves.set()
        other.join(1)
        assert other.is_alive(), "it waits for the move to end"
    other.join(20)
    assert said
    assert "nothing is precedent" in said[0]
    with acting_as(cast.mina):
        assert Commitment.objects.get(pk=made.pk).stage == "effective"
        assert not Condition.objects.filter(state="open").exists()
