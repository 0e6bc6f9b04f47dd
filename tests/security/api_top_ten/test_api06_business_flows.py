"""API6, unrestricted access to sensitive business flows: one person for two, more than there is, the same twice."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import Approval, Client
from institutions.models.approval import Decision
from tests.acts import signed
from tests.api import APPROVES, person_of, system_of
from tests.cast import Cast
from tests.deals.test_api_commitments import body
from tests.security.api_top_ten.removing import case, code, held_off, sql

# In the service, in the table, and in the trigger that looks at who decides.
_DECIDED_BY_ANYBODY = """
    ALTER TABLE institutions_approval DROP CONSTRAINT approval_needs_a_second_person;
    CREATE OR REPLACE FUNCTION wall.decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN NEW.decided_xact := journal.xact(); END IF;
        RETURN NEW;
    END $$;
"""


def _alone(*, by: Client, approval: Approval, decision: Decision, reason: str = "") -> Approval:
    facts = {"decision": decision, "decided_by": by.responsible, "decided_client": by, "decided_at": timezone.now()}
    assert Approval.objects.filter(pk=approval.pk).update(reason=reason, **facts) == 1
    approval.refresh_from_db()
    return approval


@case(without=[code("institutions.services.approvals.decide", _alone), sql(_DECIDED_BY_ANYBODY)])
def test_one_person_prepares_and_confirms_by_two_systems(cast: Cast) -> None:
    made = system_of("rhein").post("commitments", body(cast, level="public"))
    second = system_of("rhein", APPROVES, responsible="rolf@rhein.example")
    answer = second.post(f"approvals/{made.body['pending_approval']['id']}/confirm")
    held_off(answer.status == 403, "one person was two")


_COUNTS_NOTHING = """
    CREATE OR REPLACE FUNCTION deals.check_ledger(which uuid) RETURNS void LANGUAGE sql AS $$ SELECT NULL::void $$
"""


@case(without=sql(_COUNTS_NOTHING))
def test_more_is_drawn_than_was_committed(cast: Cast) -> None:
    made = signed(cast)
    mina = person_of("mina@hanok.example")
    money = {"amount": "150000000.01", "currency": "USD"}
    answer = mina.post("movements", {"kind": "drawdown", "commitment": str(made.pk), "money": money})
    held_off(answer.status in (409, 422), "more was drawn than there is")


def _each_time(request: Any, act: Callable[[], Any], answer: Callable[[Any], Any]) -> Any:
    return answer(act())


@case(without=code("deals.api.commitments.once", _each_time))
def test_a_request_that_is_sent_twice_is_carried_out_twice(cast: Cast) -> None:
    system = system_of("rhein")
    for _ in range(2):
        assert system.post("commitments", body(cast), Idempotency_Key="one").status == 201
    with acting_as(cast.rolf):
        held_off(Commitment.objects.filter(owner=cast.bank("rhein")).count() == 1, "one letter became two")
