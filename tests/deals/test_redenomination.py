"""A commitment goes from one currency into another: the whole of it, undrawn, at a rate."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from deals.models import Kind, Movement, Size
from deals.selectors.ledger import balance
from deals.services.approving import confirm
from deals.services.ledger import (
    DrawnExceedsCommitted,
    NotTheWhole,
    OtherCurrency,
    Unbalanced,
)
from deals.services.movements import (
    redenominate,
)
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.services import approvals
from tests.acts import confirm_waiting, move_money, signed
from tests.cast import Cast
from tests.deals.ledgers import figures


def test_a_redenomination_takes_the_whole_undrawn_commitment_at_its_rate(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        came = redenominate(by=cast.mina, commitment=made, currency="JPY", rate=Decimal("151.123456"))
    assert figures(cast.mina, made) == (150, 0, 150, 0)
    confirm_waiting(cast, came)
    with acting_as(cast.mina):
        now = balance(made.pk)
        assert now is not None
        assert str(now.committed) == "JPY 22,668,518,400"
        assert (int(now.drawn.amount), now.available) == (0, now.committed)
        size = Size.objects.get(commitment=made)
        assert (size.amount, size.currency) == (now.committed.amount, "JPY")
        assert Movement.objects.filter(kind="redenomination", level="lead").count() == 2
    with pytest.raises(OtherCurrency):
        move_money(cast, made, Kind.DRAWDOWN, "1000000")
    with pytest.raises(OtherCurrency):
        move_money(cast, made, Kind.DRAWDOWN, "1000000", currency="JPY", days_ago=1)
    move_money(cast, made, Kind.DRAWDOWN, "1000000", currency="JPY")


def test_what_is_drawn_is_not_redenominated(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        came = redenominate(by=cast.mina, commitment=made, currency="EUR", rate=Decimal("0.9"))
    move_money(cast, made, Kind.DRAWDOWN, "1000000")
    with pytest.raises((NotTheWhole, DrawnExceedsCommitted)):
        confirm_waiting(cast, came)


def test_one_side_of_a_redenomination_alone_is_refused(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        came = redenominate(by=cast.mina, commitment=made, currency="EUR", rate=Decimal("0.9"))
        Approval.objects.get(row_id=came.pk)
    for side in ({"pair": None}, {"pair": came.pair_id}):
        with acting_as(cast.joon), pytest.raises(IntegrityError), transaction.atomic():
            approval = Approval.objects.get(row_id=came.pk)
            Approval.objects.filter(pk=approval.pk).update(
                decision="confirmed", decided_by=cast.joon, decided_at=timezone.now()
            )
            Movement.objects.filter(kind="redenomination", **side).update(state="confirmed")


@pytest.mark.parametrize(
    ("out", "into", "says"),
    [("150000000", "135000000.01", "balance"), ("100000000", "90000000", "whole"), ("150000000", "135000000", "")],
)
def test_a_redenomination_balances_to_the_minor_unit_and_is_of_the_whole(
    cast: Cast, out: str, into: str, says: str
) -> None:
    made = signed(cast)
    facts = {"owner": made.owner, "deal": cast.deal, "commitment": made, "kind": "redenomination",
             "effective_on": timezone.now().date()}  # fmt: skip
    with acting_as(cast.mina):
        gone = Movement.objects.create(amount=Decimal(out), currency="USD", **facts)
        came = Movement.objects.create(amount=Decimal(into), currency="EUR", rate=Decimal("0.9"), pair=gone, **facts)
        approvals.prepare(
            by=cast.mina, subject=came, deal_id=cast.deal.pk, summary="Redenominate",
            asks={"states": {str(gone.pk): "confirmed", str(came.pk): "confirmed"}},
        )  # fmt: skip
    with acting_as(cast.joon):
        approval = Approval.objects.get(row_id=came.pk)
        if says:
            with pytest.raises((Unbalanced, NotTheWhole), match=says):
                confirm(by=cast.joon, approval=approval)
        else:
            confirm(by=cast.joon, approval=approval)
