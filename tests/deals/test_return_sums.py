"""What the network is told of annual returns together, and that nothing of one of them can be worked out of it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from deals.models import AnnualReturn, ReturnCount, ReturnLine, ReturnSum
from deals.selectors.returns import years_told
from deals.services.disclosure import ask_to_grant
from deals.services.returns import SecretariatSums, YearNotOver, prepare_return, publish_sum, tell_return
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Membership, Network
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.book import OF, run
from tests.deals.returning import LAST, adjusted, returned, sum_up, told
from tests.packages import load_rates

OTHERS = {"hanok": "112", "sakura": "60", "maple": "53"}


@pytest.fixture
def returns(cast: Cast) -> dict[str, AnnualReturn]:
    """Of three banks, each told to nobody: 225 million together."""
    return {bank: returned(cast, bank, money) for bank, money in OTHERS.items()}


def test_a_member_is_told_what_the_others_have_rounded_down(cast: Cast, returns) -> None:
    returned(cast, "rhein", "90")
    sum_up(cast)
    # The observer hears of four; each of the four of the three others.
    assert (told(cast, "fjord"), told(cast, "rhein"), told(cast, "austral")) == ([310], [220], [310])
    assert told(cast, "hanok") == [200]


def test_money_and_cover_are_never_added(cast: Cast) -> None:
    for bank, money in OTHERS.items():
        returned(cast, bank, adjusted(money), adjusted("30", side="cover"))
    sum_up(cast)
    assert (told(cast, "rhein"), told(cast, "rhein", side="cover")) == ([220], [90])


def test_each_is_counted_at_the_rates_of_the_years_last_day(cast: Cast) -> None:
    """USD 40m, EUR 48m at 1.25, and JPY 12,800m at 160: 40 + 60 + 100. What has no rate is not counted."""
    load_rates(date(LAST, 12, 31))
    load_rates(date(LAST, 12, 15), USD="2.00", JPY="100")
    returned(cast, "hanok", adjusted("40"), adjusted("7000", "KZT"))
    returned(cast, "sakura", adjusted("12800", "JPY"))
    returned(cast, "maple", adjusted("48", "EUR"))
    sum_up(cast)
    assert told(cast, "rhein") == [200]
    with acting_as(cast.mina):
        (year,) = years_told(cast.bank("hanok").pk)
        assert [(each.returns, each.without_rate) for each in year.told] == [(1, 1)]


@pytest.mark.parametrize("banks", [(), ("hanok",), ("hanok", "sakura")])
def test_fewer_than_three_others_are_told_like_none(cast: Cast, banks: tuple[str, ...]) -> None:
    for bank in banks:
        returned(cast, bank, OTHERS[bank])
    sum_up(cast)
    assert told(cast, "rhein") == [None]


def test_nothing_is_told_where_one_has_more_than_85_per_cent(cast: Cast) -> None:
    for bank, money in {"hanok": "851", "sakura": "75", "maple": "74"}.items():
        returned(cast, bank, money)
    sum_up(cast)
    assert told(cast, "rhein") == [None]
    returned(cast, "hanok", "750")
    sum_up(cast)
    assert told(cast, "rhein") == [None, 890]


def test_a_return_that_hands_over_counts_by_its_size(cast: Cast) -> None:
    """-1900, 100 and 100: one of them is nine tenths of what moves."""
    for bank, money in {"hanok": "-1900", "sakura": "100", "maple": "100"}.items():
        returned(cast, bank, money)
    sum_up(cast)
    assert told(cast, "rhein") == [None]


def test_what_one_changed_stays_unsaid_and_the_earlier_figure_stands(cast: Cast, returns) -> None:
    """Differencing over dates: one correction between two sums would be told to the cent by their difference."""
    sum_up(cast)
    returned(cast, "maple", "153")
    sum_up(cast)
    assert told(cast, "rhein") == [220, 220]
    with acting_as(cast.rolf):
        lines = ReturnLine.objects.filter(side="money").order_by("sum__published_at")
        assert len({line.counted_in_id for line in lines}) == 1
    for bank, money in {"hanok": "162", "sakura": "110"}.items():
        returned(cast, bank, money)
    sum_up(cast)
    assert told(cast, "rhein") == [220, 220, 420]


def test_a_fourth_return_is_not_told_by_the_difference(cast: Cast, returns) -> None:
    sum_up(cast)
    returned(cast, "austral", "77")
    sum_up(cast)
    assert told(cast, "rhein") == [220, 220]
    # Who was told nothing before is told of all four.
    with acting_as(System("test", cast.bank("desk").pk)):
        Membership.objects.create(
            institution=cast.bank("corner"), network=cast.network, status="member", since=date(2026, 1, 1)
        )
    sum_up(cast)
    with acting_as(cast.cora):
        assert [int((line.least or 0) / 1_000_000) for line in ReturnLine.objects.filter(side="money")] == [300]


@pytest.fixture
def heir(cast: Cast) -> Network:
    """The network that takes over: its members are those of the first."""
    with acting_as(System("test", cast.bank("desk").pk)):
        Network.objects.filter(pk=cast.network.pk).update(ended_on=date.today())
        made = Network.objects.create(code="heir", name="Heir", founded_on=date.today(), predecessor=cast.network)
        for bank in OF:
            Membership.objects.create(institution=cast.bank(bank), network=made, status="member", since=date.today())
    return made


def test_a_figure_stands_on_when_another_network_takes_over(cast: Cast, returns, request) -> None:
    sum_up(cast)
    with acting_as(cast.dora):
        publish_sum(by=cast.dora, year=LAST, network=request.getfixturevalue("heir"))
    assert told(cast, "rhein") == [220, 220]


def test_what_was_corrected_in_another_network_is_counted_there(cast: Cast, returns) -> None:
    """Maple's last version is of a network of its own: two are left here."""
    with acting_as(System("test", cast.bank("desk").pk)):
        other = Network.objects.create(code="other", name="Other network", founded_on=date(2025, 1, 1))
        Membership.objects.create(
            institution=cast.bank("maple"), network=other, status="member", since=date(2025, 1, 1)
        )
    with acting_as(cast.marc):
        made = prepare_return(by=cast.marc, year=LAST, network=other, adjustments=[adjusted("99")])
    confirm_waiting(cast, made, by="mary")
    with acting_as(cast.dora):
        publish_sum(by=cast.dora, year=LAST, network=cast.network)
    assert told(cast, "rhein") == [None]


def test_two_networks_tell_no_more_than_one(cast: Cast, returns) -> None:
    """Differencing over filters: a second network that has one member more."""
    with acting_as(System("test", cast.bank("desk").pk)):
        other = Network.objects.create(code="other", name="Other network", founded_on=date(2025, 1, 1))
        for bank in ("rhein", "austral"):
            Membership.objects.create(
                institution=cast.bank(bank), network=other, status="member", since=date(2025, 1, 1)
            )
        # The successor of both: it counts the returns of the first.
        Network.objects.filter(pk=cast.network.pk).update(ended_on=date(2026, 1, 1))
        heir = Network.objects.create(code="heir", name="Heir", founded_on=date(2026, 1, 1), predecessor=cast.network)
        for bank in ("rhein", "austral"):
            Membership.objects.create(
                institution=cast.bank(bank), network=heir, status="member", since=date(2026, 1, 1)
            )
    with acting_as(cast.dora):
        publish_sum(by=cast.dora, year=LAST, network=heir)
        publish_sum(by=cast.dora, year=LAST, network=other)
    # What `other` holds is nothing: to who was told the first, the second is withheld.
    assert told(cast, "rhein") == [220, None]
    with acting_as(cast.rolf):
        # And takes nothing from its page.
        (year,) = years_told(cast.bank("rhein").pk)
        assert [each.at_least and int(each.at_least.amount) for each in year.others] == [220_000_000, None]


def test_what_a_reader_may_open_protects_nobody(cast: Cast) -> None:
    """Two closed returns beside two open ones: whoever takes the open ones off has two that it should not."""
    for bank, money, level in (
        ("hanok", "100", Level.OWN), ("sakura", "60", Level.OWN), ("maple", "53", Level.NETWORK),
        ("austral", "40", Level.NETWORK),
    ):  # fmt: skip
        returned(cast, bank, money, level=level)
    sum_up(cast)
    assert told(cast, "rhein") == [None]
    with acting_as(cast.rolf):
        (year,) = years_told(cast.bank("rhein").pk)
        assert [row.owner.short_name for row in year.opened] == ["Austral", "Maple"]
        # What can be opened is summed whatever the others do.
        (sum_,) = year.told
        assert (int(sum_.money.amount), sum_.returns) == (93_000_000, 2)


def test_a_return_that_was_open_once_protects_nobody_later(cast: Cast, returns) -> None:
    made = returned(cast, "maple", "54", level=Level.NETWORK)
    with acting_as(cast.marc):
        tell_return(by=cast.marc, annual_return=made, level=Level.OWN)
    returned(cast, "maple", "53")
    sum_up(cast)
    assert told(cast, "rhein") == [None]


def test_what_was_open_once_is_guarded_when_it_is_closed(cast: Cast, returns) -> None:
    """What the reader knew of before protects nobody, and is no more told than what it never knew of."""
    opened = returned(cast, "austral", "10", level=Level.NETWORK)
    sum_up(cast)
    assert told(cast, "rhein") == [230]
    with acting_as(cast.ada):
        tell_return(by=cast.ada, annual_return=opened, level=Level.OWN)
    returned(cast, "austral", "777")
    for bank, money in OTHERS.items():
        returned(cast, bank, f"{money}.01")
    sum_up(cast)
    # Nine tenths of what changed are Austral's.
    assert told(cast, "rhein") == [230, 230]
    for bank in OTHERS:
        returned(cast, bank, "300")
    sum_up(cast)
    # 188 + 240 + 247 changed beside it.
    assert told(cast, "rhein") == [230, 230, 1670]


def test_a_return_that_was_open_once_is_not_told_where_it_is_nearly_all(cast: Cast, returns) -> None:
    opened = returned(cast, "austral", "10", level=Level.NETWORK)
    with acting_as(cast.ada):
        tell_return(by=cast.ada, annual_return=opened, level=Level.OWN)
    returned(cast, "austral", "5000")
    sum_up(cast)
    assert (told(cast, "rhein"), told(cast, "fjord")) == ([None], [None])


def test_whoever_turns_its_own_amount_learns_in_steps_alone(cast: Cast) -> None:
    """The others' figure comes when a colluding third is large enough to hide them: at ten million, not at a cent."""
    returned(cast, "hanok", "112")
    returned(cast, "sakura", "60")
    for money in ("9.98", "9.99", "10"):
        returned(cast, "maple", money)
        sum_up(cast)
    assert told(cast, "rhein") == [None, None, 180]


def test_a_named_grant_opens_it_to_one_alone(cast: Cast, returns) -> None:
    with acting_as(cast.marc):
        ask_to_grant(by=cast.marc, rows=[returns["maple"]], to=cast.bank("rhein"), until=timezone.now() + timedelta(1),
                     deal_id=None)  # fmt: skip
    confirm_waiting(cast, returns["maple"], by="mary")
    sum_up(cast)
    assert (told(cast, "rhein"), told(cast, "fjord")) == ([None], [220])


def test_the_secretariat_publishes_what_it_does_not_see(cast: Cast, returns) -> None:
    made = sum_up(cast)
    for name in ("dora", "dirk"):
        with acting_as(cast.people[name]):
            assert ReturnSum.objects.get().pk == made.pk
            assert not ReturnLine.objects.exists()
            assert not ReturnCount.objects.exists()
            assert not AnnualReturn.objects.exists()
            assert years_told(cast.bank("desk").pk)[0].others == []


def test_each_learns_what_of_its_own_was_counted_and_nothing_of_anothers(cast: Cast, returns) -> None:
    sum_up(cast)
    with acting_as(cast.marc):
        (count,) = ReturnCount.objects.all()
        assert (count.counted_id, int(count.worth), count.open_to) == (
            returns["maple"].pk, 53_000_000, [str(cast.bank("maple").pk)],
        )  # fmt: skip
    for name in ("rolf", "finn", "cora", "ada"):
        with acting_as(cast.people[name]):
            assert not ReturnCount.objects.exists()


@pytest.mark.parametrize("who", ["ada", "rolf", "finn", "cora"])
def test_nobody_but_the_secretariat_publishes(cast: Cast, who: str) -> None:
    person = cast.people[who]
    with acting_as(person), pytest.raises(SecretariatSums):
        publish_sum(by=person, year=LAST, network=cast.network)
    with acting_as(person), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        run(
            "INSERT INTO deals_returnsum (id, network_id, year, published_at, on_day)"
            " VALUES (gen_random_uuid(), %s, %s, now(), current_date)",
            cast.network.pk, LAST,
        )  # fmt: skip


@pytest.mark.parametrize(
    "call", ["deals.return_book(%s, 'money', %s)", "deals.return_readers(%s)"], ids=["book", "readers"]
)
def test_what_spans_institutions_is_for_triggers_alone(cast: Cast, returns, call: str) -> None:
    made = sum_up(cast)
    for who in (cast.dora, cast.rolf):
        with acting_as(who), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            run(f"SELECT {call}", *[made.pk, cast.bank("rhein").pk][: call.count("%s")])
    with acting_as(cast.dora), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ReturnLine.objects.update(least=1)


def test_a_sum_stays_as_it_was_published(cast: Cast, returns) -> None:
    made = sum_up(cast)
    with acting_as(cast.dora), pytest.raises(DatabaseError, match="what was published stays"), transaction.atomic():
        ReturnSum.objects.filter(pk=made.pk).update(year=LAST - 1)
    with acting_as(cast.dora), pytest.raises(YearNotOver):
        publish_sum(by=cast.dora, year=date.today().year)


def test_a_line_is_told_to_members_of_the_day(cast: Cast, returns) -> None:
    sum_up(cast)
    assert told(cast, "fjord") == [220]
    with acting_as(cast.cora):
        assert not ReturnLine.objects.exists()
