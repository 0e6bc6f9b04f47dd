"""What parties are told of the book, and what they are not."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from deals.models import BookLine, BookStatus, Deal, Kind
from deals.services.book_status import NoTarget, StepStands, publish_book_status
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event
from institutions.refusals import Forbidden
from tests.acts import move_money
from tests.cast import Cast
from tests.deals.book import OF, firm, let_in, publish, run, told

pytestmark = pytest.mark.slow

# With which Rhein is told a figure: 100 + 60 + 50 of a target of 500 are 42 %.
OTHERS = {"hanok": "100000000", "sakura": "60000000", "maple": "50000000"}


@contextmanager
def refused(says: str) -> Iterator[None]:
    """The database refuses what is done in the block, in these words."""
    with pytest.raises(DatabaseError, match=says), transaction.atomic():
        yield


@pytest.fixture
def book(cast: Cast):
    """Firm money of three banks, told to the lead alone."""
    let_in(cast, "maple")
    return {bank: firm(cast, bank, money) for bank, money in OTHERS.items()}


def increase(cast: Cast, book, *banks: str, by: str = "10000000") -> None:
    for bank in banks:
        officer, approver = OF[bank]
        move_money(cast, book[bank], Kind.INCREASE, by, by=officer, approver=approver)


def test_a_party_is_told_what_others_cover_rounded_down_and_its_own_is_no_part_of_it(cast: Cast, book) -> None:
    firm(cast, "rhein", "90000000")
    publish(cast)
    assert told(cast, "rolf") == [40]


def test_the_lead_sees_every_line_and_a_party_its_own(cast: Cast, book) -> None:
    publish(cast)
    with acting_as(cast.ada):
        lines = {line.institution.slug: line.share for line in BookLine.objects.select_related("institution")}
    # Maple and Hanok have two others each. Sakura is no party.
    assert lines == {"rhein": 40, "maple": None, "hanok": None}
    with acting_as(cast.rolf):
        assert [line.institution.slug for line in BookLine.objects.select_related("institution")] == ["rhein"]
        assert not BookStatus.objects.exists()
    with acting_as(cast.dami):
        assert not BookLine.objects.exists()


@pytest.mark.parametrize("others", [(), ("hanok",), ("hanok", "sakura")])
def test_fewer_than_three_others_are_told_like_none(cast: Cast, others) -> None:
    """Hostile case 10: a party beside one other, or two, or none."""
    firm(cast, "rhein", "90000000")
    for bank in others:
        firm(cast, bank, OTHERS[bank])
    publish(cast)
    with acting_as(cast.rolf):
        line = BookLine.objects.get()
        assert (line.share, line.as_of, line.counted_in_id) == (None, None, None)
        assert [(event.after or {})["share"] for event in Event.objects.filter(table="deals_bookline")] == [None]
        assert not Event.objects.filter(table="deals_bookstatus").exists()


def test_nothing_is_told_of_one_who_holds_more_than_85_per_cent(cast: Cast) -> None:
    let_in(cast, "maple")
    for bank, money in (("hanok", "300000000"), ("sakura", "20000000"), ("maple", "30000000")):
        firm(cast, bank, money)
    publish(cast)
    assert told(cast, "rolf") == [None]


def test_money_that_parties_may_open_counts_and_protects_nobody(cast: Cast, book) -> None:
    let_in(cast, "sakura")
    firm(cast, "rhein", "50000000", Level.PARTIES)
    publish(cast)
    # Of Sakura's three others Rhein's is open: two are left.
    assert told(cast, "sora") == [None]
    firm(cast, "austral", "50000000")
    publish(cast)
    assert told(cast, "sora") == [None, 50]


def test_letters_are_not_counted_with_firm_money(cast: Cast, book) -> None:
    from tests.acts import letter

    letter(cast, Level.LEAD, by="ada", approver="abe", money="200000000")
    publish(cast)
    assert told(cast, "rolf") == [40]


def test_a_figure_stands_until_three_others_changed(cast: Cast, book) -> None:
    publish(cast)
    increase(cast, book, "hanok", "sakura", by="60000000")
    publish(cast)
    assert told(cast, "rolf") == [40, 40]
    increase(cast, book, "maple", by="60000000")
    publish(cast)
    # 390 of 500 are 78 %.
    assert told(cast, "rolf") == [40, 40, 70]


def test_a_figure_stands_where_one_made_nearly_all_of_the_change(cast: Cast, book) -> None:
    publish(cast)
    increase(cast, book, "hanok", by="100000000")
    increase(cast, book, "sakura", "maple", by="1000000")
    publish(cast)
    assert told(cast, "rolf") == [40, 40]


def test_no_two_figures_differ_by_one_others_change_also_when_they_are_not_neighbours(cast: Cast, book) -> None:
    """Hanok, Sakura and Maple go up and come back; meanwhile Austral alone brings in 500."""
    firm(cast, "austral", "100000000")
    publish(cast)
    increase(cast, book, *OTHERS, by="100000000")
    publish(cast)
    for bank in OTHERS:
        officer, approver = OF[bank]
        move_money(cast, book[bank], Kind.PARTIAL_CANCELLATION, "100000000", by=officer, approver=approver)
    firm(cast, "austral", "500000000")
    publish(cast)
    # Otherwise 160: the 100 between the first and the third would be Austral's.
    assert told(cast, "rolf") == [60, 120, 120]
    # Beside every figure of before three others have changed.
    increase(cast, book, *OTHERS, by="60000000")
    publish(cast)
    assert told(cast, "rolf")[-1] == 190


def test_a_party_that_edits_its_own_money_moves_nothing(cast: Cast, book) -> None:
    ours = firm(cast, "rhein", "90000000")
    publish(cast)
    move_money(cast, ours, Kind.INCREASE, "90000000", by="rolf", approver="rita")
    publish(cast)
    assert told(cast, "rolf") == [40, 40]


def test_a_figure_that_was_told_is_not_taken_back_when_others_leave(cast: Cast, book) -> None:
    publish(cast)
    move_money(cast, book["hanok"], Kind.PARTIAL_CANCELLATION, "99000000")
    publish(cast)
    assert told(cast, "rolf") == [40, 40]


def test_the_lead_types_no_figure_in(cast: Cast, book) -> None:
    made = publish(cast)
    with acting_as(cast.ada):
        for change in ("share = 90", "as_of = current_date", "institution_id = owner_id"):
            with pytest.raises(DatabaseError), transaction.atomic():
                run(f"UPDATE deals_bookline SET {change}")
        with pytest.raises(DatabaseError), transaction.atomic():
            run("UPDATE deals_bookstatus SET book = '[]'")
        # A line beside those that were published says what the rules let it say, whatever is sent.
        again = BookStatus(owner_id=cast.deal.owner_id, deal=cast.deal, step=10, target=Decimal(1), currency="USD",
                           book=[{"by": "x"}], on_day="2020-01-01")  # fmt: skip
        again.save()
        again.refresh_from_db()
        assert (again.target, len(again.book), again.on_day) == (Decimal(500_000_000), 3, made.on_day)
        line = BookLine(owner_id=cast.deal.owner_id, deal=cast.deal, status=again, institution=cast.bank("rhein"),
                        share=90, step=1)  # fmt: skip
        line.save()
        line.refresh_from_db()
        assert (line.share, line.step, line.counted_in_id) == (40, 10, made.pk)


def test_a_line_out_of_its_turn_is_refused(cast: Cast, book) -> None:
    first = publish(cast)
    publish(cast)
    let_in(cast, "sakura")
    with acting_as(cast.ada), refused("last book status"):
        BookLine(owner_id=cast.deal.owner_id, deal=cast.deal, status=first, institution=cast.bank("sakura")).save()


def test_a_line_goes_to_parties_alone(cast: Cast, book) -> None:
    made = publish(cast)
    with acting_as(cast.ada), refused("NDA in force"):
        BookLine(owner_id=cast.deal.owner_id, deal=cast.deal, status=made, institution=cast.bank("sakura")).save()


def test_who_left_the_deal_sees_its_lines_no_more(cast: Cast, book) -> None:
    from deals.services.inviting import end_invitation

    publish(cast)
    with acting_as(cast.ada):
        end_invitation(by=cast.ada, party=cast.deal.party_set.get(institution=cast.bank("rhein")))
    assert told(cast, "rolf") == []


def test_the_step_stays_with_the_deal(cast: Cast, book) -> None:
    publish(cast, 20)
    with pytest.raises(StepStands):
        publish(cast, 10)
    publish(cast)
    with acting_as(cast.ada):
        assert {status.step for status in BookStatus.objects.all()} == {20}
        with refused("keeps the step"):
            BookStatus(owner_id=cast.deal.owner_id, deal=cast.deal, step=25).save()


def test_a_deal_without_a_target_has_no_status(cast: Cast) -> None:
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(target_amount=None)
        cast.deal.refresh_from_db()
        with pytest.raises(NoTarget):
            publish_book_status(by=cast.ada, deal=cast.deal)
        with refused("needs a target"):
            BookStatus(owner_id=cast.deal.owner_id, deal=cast.deal, step=10).save()


def test_only_the_registrar_publishes(cast: Cast, book) -> None:
    with acting_as(cast.rolf):
        with pytest.raises(Forbidden):
            publish_book_status(by=cast.rolf, deal=cast.deal)
        with refused("row-level security"):
            BookStatus(owner_id=cast.rolf.institution_id, deal=cast.deal, step=10, target=1, currency="USD",
                       book=[], on_day="2020-01-01", published_at="2020-01-01T00:00Z").save()  # fmt: skip
