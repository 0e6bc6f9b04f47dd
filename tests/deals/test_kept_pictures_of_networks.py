"""Pictures of those who are in the same networks: each is kept, and of another's deals nothing is told."""

from datetime import date

from django.db import connection

from deals.models import Deal, DealStatus, PictureScope, Project
from deals.money import Money
from deals.services.deals import ask_to_open, register_deal
from deals.services.projects import ProjectDraft, change_project, register_project
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Membership, Network
from tests.cast import Cast
from tests.deals.test_network_picture import open_deal
from tests.packages import load_rates
from tests.pictures import counted_anew, keep, seen_by
from tests.project_acts import decide

MEMBERS = ("austral", "hanok", "rhein", "sakura", "maple", "fjord")


def second(cast: Cast, *members: str) -> Network:
    """Another network that they join."""
    with acting_as(System("operator", cast.bank("desk").pk)):
        made = Network.objects.create(code="second", name="Second", founded_on=date(2025, 1, 1))
        for slug in members:
            Membership.objects.create(
                institution=cast.bank(slug), network=made, status="member", since=date(2025, 1, 1)
            )
    return made


def kept_deals(cast: Cast, who: str) -> int:
    """Of how many deals there are lines in a picture that this person may read."""
    with acting_as(cast.people[who]), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT l.deal_id) FROM deals_pictureline l")
        (found,) = cursor.fetchone()
    return int(found)


def told_in(cast: Cast, network: Network, *, project: Project | None = None) -> Deal:
    with acting_as(cast.ada):
        made = register_deal(
            by=cast.ada, network=network, slug=network.code, name=network.code, code_name="x", project=project,
            target=Money.of("5000000", "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        ask_to_open(by=cast.ada, deal=made, level=Level.NETWORK)
    decide(cast, "ada")
    return made


def test_when_all_join_another_network_their_picture_is_kept_again(cast: Cast) -> None:
    load_rates()
    open_deal(cast, "one", "100000000", "graphite")
    keep()
    second(cast, *MEMBERS)
    keep()
    assert kept_deals(cast, "marc") == 1
    with acting_as(cast.marc):
        # Nobody is in the first alone any more: beside theirs there is everyone's.
        assert PictureScope.objects.count() == 2
    load_rates(date(2025, 11, 3), USD="1.25")
    keep()
    assert kept_deals(cast, "marc") == 1
    assert seen_by(cast.marc) == counted_anew(cast.marc)


def test_each_reads_what_is_told_in_its_own_networks(cast: Cast) -> None:
    load_rates()
    open_deal(cast, "one", "100000000", "graphite")
    told_in(cast, second(cast, "austral", "corner"))
    for _ in range(2):
        for who, deals in (("ada", 2), ("cora", 1), ("marc", 1), ("dora", 0)):
            now = seen_by(cast.people[who])
            assert now == counted_anew(cast.people[who]), who
            assert now.whole.deals == deals, who
        keep()
    assert kept_deals(cast, "cora") == 1


def test_who_sees_a_project_alone_is_not_told_by_its_change_of_a_deal(cast: Cast) -> None:
    load_rates()
    other = second(cast, "austral", "corner")
    with acting_as(cast.ada):
        draft = ProjectDraft(name="Shared", country="MZ", minerals={})
        about = register_project(by=cast.ada, network=other, draft=draft, level=Level.NETWORK)
    decide(cast, "ada")
    told_in(cast, cast.network, project=about)
    keep()
    with acting_as(cast.ada):
        change_project(by=cast.ada, project=Project.objects.get(pk=about.pk), country="ZA")
    with acting_as(cast.cora), connection.cursor() as cursor:
        assert not Deal.objects.exists()
        cursor.execute("SELECT count(*) FROM deals_picturemark")
        assert cursor.fetchone() == (0,)
    for who in ("ada", "cora", "marc"):
        assert seen_by(cast.people[who]) == counted_anew(cast.people[who])
    assert [line.key for line in seen_by(cast.ada).countries] == ["ZA"]
