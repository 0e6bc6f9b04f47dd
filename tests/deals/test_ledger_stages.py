"""The stages of signed money ask its ledger: drawn, repaid, nothing outstanding."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from deals.models import Commitment, Kind
from deals.services.ledger import (
    NoLedger,
)
from deals.services.movements import (
    CancelsAll,
    reverse,
)
from deals.services.moves import lay_before, move_commitment, record_step
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Unmet
from tests.acts import confirm_waiting, move_money, signed
from tests.cast import Cast


def test_a_whole_commitment_is_cancelled_as_a_stage(cast: Cast) -> None:
    made = signed(cast)
    with pytest.raises(CancelsAll):
        move_money(cast, made, Kind.PARTIAL_CANCELLATION, "150000000")


def test_stages_follow_the_ledger(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        with pytest.raises(Unmet) as lacks:
            move_commitment(by=cast.mina, commitment=made, to="disbursing")
        assert "/movements" in lacks.value.unmet
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="disbursing")
    confirm_waiting(cast, made)
    for to in ("repaid", "cancelled"):
        with acting_as(cast.mina), pytest.raises(Unmet):
            move_commitment(by=cast.mina, commitment=made, to=to, reason="Over")
    move_money(cast, made, Kind.REPAYMENT, "60000000")
    with acting_as(cast.mina), pytest.raises(Unmet):
        move_commitment(by=cast.mina, commitment=made, to="repaid")
    move_money(cast, made, Kind.PARTIAL_CANCELLATION, "90000000")
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="repaid")
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        assert made.stage == "repaid"
    with pytest.raises(NoLedger):
        move_money(cast, made, Kind.DRAWDOWN, "1")


@pytest.mark.parametrize(
    ("stage", "lacks"), [("disbursing", "drawn"), ("repaid", "repaid"), ("cancelled", "nothing_outstanding")]
)
def test_the_database_asks_the_ledger_too(cast: Cast, stage: str, lacks: str) -> None:
    made = signed(cast)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.mina):
        if stage == "disbursing":
            move_commitment(by=cast.mina, commitment=made, to=stage)
            taken_back = reverse(by=cast.mina, movement=drawn)
        else:
            lay_before(by=cast.mina, commitment=made, to=stage, on=timezone.now().date())
    if stage == "disbursing":
        confirm_waiting(cast, taken_back)
    with acting_as(cast.joon), pytest.raises(IntegrityError, match=f"requires {lacks}"), transaction.atomic():
        Approval.objects.filter(row_id=made.pk).filter(decision="").update(
            decision="confirmed", decided_by=cast.joon, decided_at=timezone.now()
        )
        record_step(made, stage=stage, on=timezone.now().date(), reason="Over")
        Commitment.objects.filter(pk=made.pk).update(stage=stage)
