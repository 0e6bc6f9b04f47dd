"""An import that was a mistake: taken back by whoever uploaded it, with the log of both."""

from datetime import date

import pytest
from django.db import connection

from deals.models import Commitment, Deal, Kind, Project, Step
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, move_money, moved
from tests.cast import Cast, in_a_year
from tests.network.test_admin_import import uploaded
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
TWO = (
    b"deal,instrument,stage,amount,reference\n"
    b"Wattle senior package,Loan,EoI,USD 5m,R-1\nWattle senior package,Loan,EoI,USD 6m,R-2\n"
)


def imported(web: Web, raw: bytes = TWO, kind: str = "commitments") -> Page:
    page = uploaded(web, raw, kind, name="a.csv")
    return web.post(f"{page.address}confirm/")


def test_commitments_are_withdrawn_with_the_reason_and_the_file_can_come_again(cast: Cast) -> None:
    web = Web(cast.rolf)
    done = imported(web)
    assert "Commitments are withdrawn. All of them or none" in done.seen
    assert web.post(f"{done.address}take-back/", reason="").status == 422
    back = web.post(f"{done.address}take-back/", reason="Wrong quarter")
    assert "The import is taken back." in back.seen
    assert "Taken back on" in back.seen
    with acting_as(cast.rolf):
        rows = Commitment.objects.filter(owner=cast.rolf.institution)
        assert [row.stage for row in rows] == ["withdrawn"] * 2
        assert Step.objects.filter(commitment__in=rows, reason="Wrong quarter").count() == 2
    # The file is no import that was done before; whether its rows are other ones is asked.
    assert "It is another one" in uploaded(web, TWO, name="a.csv").seen


def test_a_deal_is_cancelled_and_a_project_told_to_nobody_else(cast: Cast) -> None:
    web = Web(cast.ada)
    deals = imported(web, b"name,code_name\nWaratah package,Emu\n", "deals")
    assert "1 of its rows wait for an approver." in web.post(f"{deals.address}take-back/", reason="Twice").seen
    projects = imported(web, b"name,country\nWaratah,AU\n", "projects")
    assert "The import is taken back." in web.post(f"{projects.address}take-back/", reason="Twice").seen
    with acting_as(cast.ada):
        made = Deal.objects.get(name="Waratah package")
    confirm_waiting(cast, made, by="abe")
    assert "The import is taken back." in web.post(f"{deals.address}take-back/", reason="Twice").seen
    with acting_as(cast.ada):
        assert Deal.objects.get(name="Waratah package").status == "cancelled"
        assert Project.objects.get(name="Waratah").level == "own"


def drawn_upon(cast: Cast, reference: str) -> None:
    """One of Rhein's goes further than can be taken back: a million of it is drawn."""
    with acting_as(cast.rolf):
        made = Commitment.objects.get(reference=reference)
        for row in (made, made.size):
            set_level(row=row, level=Level.LEAD)
    moved(
        cast, made, "effective", by="rolf", approver="rita", agreement_reference="A-1", signed_on=date.today(),
        valid_until=in_a_year(),
    )  # fmt: skip
    move_money(cast, made, Kind.DRAWDOWN, "1000000", by="rolf", approver="rita")


def test_all_or_none_and_what_went_too_far_is_named(cast: Cast) -> None:
    web = Web(cast.rolf)
    done = imported(web)
    drawn_upon(cast, "R-1")
    refused = web.post(f"{done.address}take-back/", reason="Wrong quarter")
    assert refused.status == 422
    assert "Nothing was taken back, since some of it has gone too far: 1." in refused.seen
    assert "the repayment of what is outstanding" in refused.seen
    with acting_as(cast.rolf):
        assert Commitment.objects.get(reference="R-2").stage == "expression_of_interest"


def test_only_whoever_uploaded_it_takes_it_back(cast: Cast) -> None:
    done = imported(Web(cast.mina))
    assert "Take it back" not in Web(cast.dami).get(done.address).seen
    assert Web(cast.dami).post(f"{done.address}take-back/", reason="Mine").status == 409
    assert Web(cast.joon).post(f"{done.address}take-back/", reason="Mine").status == 403
    assert Web(cast.ada).post(f"{done.address}take-back/", reason="Mine").status == 404
    with acting_as(cast.mina):
        assert Commitment.objects.filter(reference="R-1").get().stage == "expression_of_interest"


def test_half_of_it_is_not_taken_back_unawares(cast: Cast) -> None:
    web = Web(cast.rolf)
    done = imported(web)
    with acting_as(cast.rita), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [cast.deal.pk, [cast.rita.pk]])
    refused = web.post(f"{done.address}take-back/", reason="Wrong quarter")
    assert refused.status == 409
    assert "Some of what it made is kept by a deal team that you are not on" in refused.seen
