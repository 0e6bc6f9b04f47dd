"""The picture that is kept tells what the rows come to now, to each whom they are told, and to nobody else."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from deals.lifecycle import Class
from deals.models import Commitment, Deal, DealRole, JointAmount, ProjectMineral, Purpose, Tranche
from deals.services.covers import promise_together
from deals.services.deals import add_tranche, tell_deal
from deals.services.disclosure import set_level
from deals.services.moves import move_commitment
from deals.services.projects import change_project
from deals.services.telling import tell_commitment
from deals.tasks import keep_picture
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Membership
from tests.acts import confirm_waiting, letter, published, widen
from tests.cast import Cast
from tests.deals.test_network_picture import open_deal, takes_over
from tests.packages import Package, load_rates, m, site
from tests.pictures import counted_anew, is_as_counted, keep, seen_by

pytestmark = pytest.mark.slow


class Before:
    """What there is when the picture is kept: a deal of Austral's with a letter, and a published one with more."""

    def __init__(self, cast: Cast) -> None:
        load_rates()
        self.cast = cast
        self.deal = open_deal(cast, "one", "100000000", "graphite", "nickel")
        self.letter = self._letter("30000000")
        self.news = Package(cast, "news", target=m(400, "AUD"), status="in_market", project=site(cast))
        self.loan = self.news.commit("rhein", m(100, "AUD"))
        self.share = self.news.commit("maple", m(10, "AUD"))
        self.guarantee = self.news.commit("maple", m(40, "AUD"), instrument="guarantee")
        self.insurance = self.news.commit("sakura", m(20, "AUD"), instrument="comprehensive_insurance")
        with acting_as(cast.ada):
            self.deal = Deal.objects.get(pk=self.deal.pk)
            self.standby = add_tranche(
                by=cast.ada, deal=self.deal, name="Standby", currency="USD", purpose=Purpose.STANDBY
            )
        self._letter("30000000", tranche=self.standby)
        both = [self._letter("1", stage="expression_of_interest") for _ in range(2)]
        with acting_as(cast.ada):
            self.both = promise_together(by=cast.ada, commitments=both, money=m(60), level=Level.NETWORK)
        confirm_waiting(cast, self.both, by="abe")
        for one in both:
            widen(cast, one, Level.NETWORK, by="ada", approver="abe")
        # Taken over by one that has no part in it.
        self.other = Package(cast, "other", target=m(900, "AUD"), status="in_market")
        takes_over(cast, "marc", self.other.deal, "500000000")

    def _letter(self, money: str, **facts: Any) -> Commitment:
        return letter(self.cast, Level.NETWORK, by="ada", approver="abe", deal=self.deal, money=money, **facts)


def withdraws_a_letter(now: Before) -> None:
    with acting_as(now.cast.ada):
        tell_commitment(by=now.cast.ada, commitment=now.letter, level=Level.PARTIES, size_level=Level.PARTIES)


def withdraws_the_amount(now: Before) -> None:
    with acting_as(now.cast.ada):
        tell_commitment(by=now.cast.ada, commitment=now.letter, level=Level.NETWORK, size_level=Level.OWN)


def withdraws_the_deal(now: Before) -> None:
    with acting_as(now.cast.ada):
        tell_deal(by=now.cast.ada, deal=now.deal, level=Level.OWN)


def writes_another_letter(now: Before) -> None:
    letter(now.cast, Level.NETWORK, by="ada", approver="abe", deal=now.deal, money="7000000")


def declines(now: Before) -> None:
    with acting_as(now.cast.ada):
        move_commitment(by=now.cast.ada, commitment=now.letter, to="withdrawn", reason="No", on=date.today())


def moves_the_project(now: Before) -> None:
    with acting_as(now.cast.ada):
        about = Deal.objects.select_related("project").get(pk=now.deal.pk).project
        assert about
        change_project(by=now.cast.ada, project=about, country="ZA")


def yields_another_mineral(now: Before) -> None:
    with acting_as(now.cast.ada):
        one = ProjectMineral.objects.filter(project=now.deal.project_id).first()
        assert one
        ProjectMineral.objects.filter(pk=one.pk).update(level=Level.OWN)


def rates_are_published(now: Before) -> None:
    load_rates(date(2025, 11, 3), USD="1.25", AUD="2.50")


def a_party_takes_the_news_over(now: Before) -> None:
    takes_over(now.cast, "rolf", now.news.deal, "500000000")


def the_news_tells_of_reinsurance(now: Before) -> None:
    now.news.cover(now.insurance, now.guarantee, political="90")


def withdraws(row: JointAmount | Tranche, now: Before) -> None:
    with acting_as(now.cast.ada):
        row.refresh_from_db()
        set_level(row=row, level=Level.OWN)


def withdraws_a_joint_amount(now: Before) -> None:
    withdraws(now.both, now)


def withdraws_what_money_is_for(now: Before) -> None:
    withdraws(now.standby, now)


def who_took_over_is_told_to_have_a_part(now: Before) -> None:
    with now.other.desk():
        DealRole.objects.create(
            institution=now.cast.bank("maple"), role="participant", state="confirmed", **now.other.part
        )


def the_news_tells_of_a_share_in_the_loan(now: Before) -> None:
    now.news.participate(now.share, now.loan, "funded")


CHANGES = [
    withdraws_a_letter, withdraws_the_amount, withdraws_the_deal, writes_another_letter, declines, moves_the_project,
    yields_another_mineral, rates_are_published, a_party_takes_the_news_over, the_news_tells_of_reinsurance,
    withdraws_a_joint_amount, withdraws_what_money_is_for, who_took_over_is_told_to_have_a_part,
    the_news_tells_of_a_share_in_the_loan,
]  # fmt: skip


@pytest.mark.parametrize("changes", CHANGES, ids=lambda change: change.__name__)
def test_what_changes_is_seen_at_once_and_after_it_was_kept(cast: Cast, changes: Callable[[Before], None]) -> None:
    now = Before(cast)
    keep()
    before = seen_by(cast.marc)
    assert before == counted_anew(cast.marc)
    changes(now)
    assert is_as_counted(cast.marc)
    after = seen_by(cast.marc)
    assert after != before
    keep()
    assert is_as_counted(cast.marc)
    assert seen_by(cast.marc) == after
    # Nothing is left to count.
    assert keep() == 0


def test_where_the_only_deal_is_withdrawn_nothing_is_left(cast: Cast) -> None:
    deal = open_deal(cast, "one", "100000000", "graphite")
    keep()
    assert seen_by(cast.marc).whole.deals == 1
    with acting_as(cast.ada):
        tell_deal(by=cast.ada, deal=Deal.objects.get(pk=deal.pk), level=Level.OWN)
    for _ in range(2):
        now = seen_by(cast.marc)
        assert (now.whole.deals, now.minerals) == (0, ())
        keep()


def test_a_migration_leaves_nothing_of_what_was_kept_before_it(cast: Cast) -> None:
    """What was kept was counted by the functions that it replaced."""
    asked = "SELECT count(*) FROM deals_picturemark WHERE root_id = deals.all_roots()"
    with acting_as(None), connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (1,)
    keep()
    with acting_as(None), connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (0,)


def test_rates_that_were_there_change_nothing(cast: Cast) -> None:
    Before(cast)
    keep()
    load_rates()
    assert keep() == 0


def test_the_worker_keeps_it_until_nothing_is_left(cast: Cast) -> None:
    Before(cast)
    keep_picture()
    assert keep() == 0


def test_nobody_keeps_it_while_acting_for_an_institution(cast: Cast) -> None:
    Before(cast)
    with acting_as(cast.ada), connection.cursor() as cursor:
        cursor.execute("SELECT (m.marks)::text, m.roots::text FROM deals.picture_marks(200) m")
        assert cursor.fetchone() == ("{}", "{}")
        cursor.execute("SELECT count(*) FROM deals.pictures_kept()")
        assert cursor.fetchone() == (0,)
        for refused in ("deals.begin_pictures(NULL)", "deals.keep_lines('{}', '{}', '{}', '{}')"):
            with pytest.raises(ProgrammingError, match="kept for nobody"), transaction.atomic():
                cursor.execute(f"SELECT {refused}")


def test_what_is_told_less_far_marks_nothing(cast: Cast) -> None:
    now = Before(cast)
    keep()
    letter(cast, Level.PARTIES, by="ada", approver="abe", deal=now.deal, money="7000000")
    assert keep() == 0


def test_who_is_in_no_network_reads_of_the_kept_what_everyone_is_told(cast: Cast) -> None:
    Before(cast)
    published(cast, about="rhein")
    keep()
    outside = seen_by(cast.cora)
    assert outside == counted_anew(cast.cora)
    assert outside != seen_by(cast.marc)
    with acting_as(cast.cora), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE d.level = 'public'), count(*) FROM deals_pictureline l"
            " LEFT JOIN deals_deal d ON d.id = l.deal_id"
        )
        public, lines = cursor.fetchone()
    assert 0 < public == lines


def test_who_leaves_the_network_reads_its_picture_no_more(cast: Cast) -> None:
    Before(cast)
    keep()
    before = seen_by(cast.marc)
    assert before.whole.money[Class.INDICATIVE].amount == Decimal(90_000_000)
    with acting_as(System("operator", cast.bank("desk").pk)):
        Membership.objects.filter(institution=cast.bank("maple")).update(status="withdrawn")
    left = seen_by(cast.marc)
    assert left == counted_anew(cast.marc)
    assert Class.INDICATIVE not in left.whole.money
    keep()
    assert seen_by(cast.marc) == left
