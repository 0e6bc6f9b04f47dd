"""What the demo shows beside its stacks: ledgers, conditions, a shared tranche, a deal room, what banks say."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from pytest_django import DjangoDbBlocker

from deals.allocation import Rule
from deals.demo import conditions, keliber, lionheart, nolans, quebrada_blanca, room, sums
from deals.models import (
    Allocation,
    Commitment,
    Condition,
    ConflictOfInterest,
    Deal,
    Document,
    Movement,
    PartyReply,
    Project,
    ProjectFact,
    Question,
    Report,
    SameAs,
    Size,
    Tranche,
)
from deals.selectors.closing import closing_of
from deals.selectors.duplicates import likeness_of, suggest_duplicates
from deals.selectors.ledger import balance, undrawn_past_availability
from deals.selectors.stack import deal_stack
from deals.services.allocating import preview_allocation
from deals.services.files import checked
from institutions.isolation.session import acting_as
from tests.demo import Demo, loaded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    with loaded(django_db_blocker) as network:
        yield network


@pytest.mark.parametrize(
    ("account", "reference", "stage", "sums"),
    [
        # Initial 250, drawn 60 + 45.
        ("officer@eib", "EIB-LH-1", "disbursing", "250 105 0"),
        # 110, increased by 15 that two persons saw.
        ("officer@ing", "ING-LH-1", "effective", "125 0 0"),
        # 80, of which 10 were cancelled.
        ("officer@edc", "EDC-LH-1", "effective", "70 0 0"),
        ("officer@efa", "EFA-LH-1", "signed", "200 0 0"),
        ("officer@finnvera", "NATIXIS-KE-1", "disbursing", "150 90 0"),
        # Drawn in two parts, the first instalment repaid.
        ("officer@jbic", "JBIC-QB-1", "disbursing", "900 900 45"),
        # 150 - 20 + 45, of which 160 were drawn.
        ("officer@edc", "EDC-QB-1", "disbursing", "175 160 0"),
    ],
)
def test_signed_money_has_its_ledger(demo: Demo, account: str, reference: str, stage: str, sums: str) -> None:
    with acting_as(demo.person(account)):
        commitment = Commitment.objects.get(reference=reference)
        now = balance(commitment.pk)
        assert commitment.stage == stage
        assert now is not None
        found = (now.sum_committed, now.sum_drawn, now.sum_repaid)
    assert " ".join(f"{amount / 1_000_000:f}".rstrip("0").rstrip(".") or "0" for amount in found) == sums


def test_movements_are_told_to_the_lead_alone(demo: Demo) -> None:
    """What changes the committed amount is told as the size."""
    seen = {}
    for account in ("officer@eib", "officer@edc", "officer@jbic"):
        with acting_as(demo.person(account)):
            rows = Movement.objects.filter(commitment__reference="EIB-LH-1").order_by("effective_on")
            seen[account] = list(rows.values_list("kind", flat=True))
    assert seen == {
        "officer@eib": ["initial", "drawdown", "drawdown"],
        "officer@edc": ["initial"],
        "officer@jbic": ["initial"],
    }


def test_what_was_not_drawn_in_time_is_on_its_banks_desk(demo: Demo) -> None:
    with acting_as(demo.person("officer@edc")):
        [(row, now)] = undrawn_past_availability(Commitment.objects.filter(reference__startswith="EDC"))
    assert (row.reference, str(now.available)) == ("EDC-QB-1", "USD 15,000,000.00")


def test_deals_and_their_stages_are_as_far_as_their_public_facts(demo: Demo) -> None:
    with acting_as(demo.person("officer@jbic")):
        found = dict(Deal.objects.filter(demo=True).values_list("slug", "status"))
    assert found == {
        nolans.SLUG: "in_market",
        lionheart.SLUG: "closed",
        keliber.SLUG: "closed",
        quebrada_blanca.SLUG: "closed",
    }


def test_one_signed_loan_still_has_an_open_condition(demo: Demo) -> None:
    with acting_as(demo.person("officer@eib")):
        [condition] = Condition.objects.filter(commitment__reference="EFA-LH-1")
        assert (condition.state, condition.commitment and condition.commitment.stage) == ("open", "signed")


@pytest.mark.parametrize(
    ("account", "sees"),
    [
        ("officer@efa", {room.MODEL: "sponsor_consent", room.NEWS: "public_source", room.REPORT: "own"}),
        ("officer@edc", {room.MODEL: "sponsor_consent", room.NEWS: "public_source", room.REPORT: "own"}),
        # Invited, but under no NDA; a member outside; KEXIM's colleague outside its team.
        ("officer@nexi", {}),
        ("officer@jbic", {}),
        ("colleague@kexim", {}),
    ],
)
def test_the_room_of_nolans_is_the_parties(demo: Demo, account: str, sees: dict[str, str]) -> None:
    with acting_as(demo.person(account)):
        assert dict(Document.objects.values_list("title", "basis")) == sees
        counted = [Question.objects.count(), Report.objects.count(), ConflictOfInterest.objects.count()]
        assert counted == ([1, 1, 1] if sees else [0, 0, 0])
        for title in sees:
            with checked(Document.objects.get(title=title)) as file:
                assert file.read(5) in (b"%PDF-", b"Condi")


def test_a_question_is_answered_and_a_report_relied_on(demo: Demo) -> None:
    with acting_as(demo.person("officer@cba")):
        question = Question.objects.get()
        assert [(answer.owner.slug, answer.text) for answer in question.answers.all()] == [(room.KEEPER, room.ANSWERED)]
        report = Report.objects.select_related("document").get()
        assert report.document is not None
        assert (report.status, report.document.title) == ("delivered", room.REPORT)
        assert set(report.reliances.values_list("institution__slug", flat=True)) == {"edc", "kexim"}
        # Who accepted its invitation is news for the lead alone.
        assert not PartyReply.objects.exists()


def test_one_published_row_is_confirmed_and_others_are_replaced(demo: Demo) -> None:
    with acting_as(demo.person("officer@jbic")):
        deal = Deal.objects.get(slug=quebrada_blanca.PUBLISHED)
        confirmed = Commitment.objects.filter(deal=deal, confirmations__isnull=False).values_list("institution__slug")
        assert [slug for (slug,) in confirmed] == ["kexim"]
        replaced = set(Commitment.objects.filter(deal=deal, replaced_by__isnull=False).values_list("institution__slug"))
    assert replaced == {("jbic",), ("kfw-ipex-bank",), ("ing",), (quebrada_blanca.UFK,), ("edc",)}


def test_statements_of_a_project_stand_side_by_side(demo: Demo) -> None:
    said = {}
    for account in ("officer@jbic", "officer@kexim"):
        with acting_as(demo.person(account)):
            rows = ProjectFact.objects.filter(project__slug="nolans", code="capex")
            said[account] = {(row.owner.slug, str(int(row.amount or 0) // 1_000_000)) for row in rows}
    assert said["officer@jbic"] == {("secretariat", "1680"), ("export-finance-australia", "1720")}
    assert said["officer@kexim"] == said["officer@jbic"] | {("kexim", "1790")}


def test_an_own_entry_is_suggested_as_the_same_until_it_is_linked(demo: Demo) -> None:
    with acting_as(demo.person("officer@kexim")):
        mine = Project.objects.get(slug="nolans-bore")
        assert [found.project.slug for found in suggest_duplicates(likeness_of(mine), but=mine.pk)] == ["nolans"]
    with acting_as(demo.person("officer@jbic")):
        mine = Project.objects.get(slug="qb-fase-2")
        assert SameAs.objects.get(project=mine).other.slug == "quebrada-blanca-2"
        assert not Project.objects.filter(slug="nolans-bore").exists()
        assert suggest_duplicates(likeness_of(mine), but=mine.pk) == []


def test_nolans_has_a_tranche_for_hand_allocation_that_nobody_allocated(demo: Demo) -> None:
    with acting_as(demo.person("officer@efa")):
        tranche = Tranche.objects.get(deal__slug=nolans.SLUG, name=nolans.COMMERCIAL)
        assert tranche.amount == Decimal(155_000_000)
        assert not Allocation.objects.filter(tranche=tranche).exists()


def test_nolans_is_taken_over_and_one_tranche_is_oversubscribed(demo: Demo) -> None:
    with acting_as(demo.person("officer@efa")):
        deal = Deal.objects.get(slug=nolans.SLUG)
        assert Deal.objects.filter(taken_over=deal, slug=nolans.PUBLISHED, origin="published").exists()
        assert deal.borrower is not None
        assert deal.borrower.name == "Arafura Rare Earths"
        replaced = Commitment.objects.filter(replaced_by__deal=deal).values_list("institution__slug", "origin")
        assert set(replaced) == {("export-finance-australia", "published"), ("edc", "published")}
        tranche = Tranche.objects.get(deal=deal, name=nolans.COMMERCIAL)
        bids = Size.objects.filter(commitment__tranche=tranche).values_list("amount", flat=True)
        assert (sum(filter(None, bids)), tranche.amount) == (Decimal(180_000_000), Decimal(155_000_000))
        firm = {c.reference for c in Commitment.objects.filter(deal=deal, stage="approved")}
        assert firm == {"EFA-CMF-1", "EDC-1"}
        stack = deal_stack(deal)
    assert stack.to_firm.short == sums.usd(855 - 425)
    assert stack.to_signed.short == sums.usd(855)


def test_the_coordinator_of_nolans_sees_one_threshold_and_a_circle(demo: Demo) -> None:
    with acting_as(demo.person("officer@efa")):
        found = closing_of(Deal.objects.get(slug=nolans.SLUG))
        blocking = {found.conditions[row.condition].text: row.how.value for row in found.closing.blocking}
        said = [found.circle(circle) for circle in found.closing.circles]
    assert blocking.pop(conditions.SHARED) == "now"
    # KEXIM's own condition waits for nobody; of the circle one is named.
    assert sorted(blocking.values()) == ["circle", "now"]
    assert len(said) == 1
    # Either of the two breaks it, and stands first.
    two = "EDC's condition 'US EXIM approves its loan'", "EXIM's condition 'The senior loan of EDC is effective'"
    assert said[0].startswith(tuple(f"{one} waits for" for one in two))
    assert all(one in said[0] for one in two)


def test_the_oversubscribed_tranche_can_be_shared(demo: Demo) -> None:
    """What comes to the lead: two commercial banks, scalable by themselves."""
    efa = demo.person("officer@efa")
    with acting_as(efa):
        commercial = Tranche.objects.select_related("deal").get(name=nolans.COMMERCIAL, deal__slug=nolans.SLUG)
        shares = preview_allocation(by=efa, tranche=commercial, rule=Rule.PRO_RATA, lot=sums.usd(1))
    assert {line.bid.said: line.amount for line in shares.outcome.lines} == {
        "CBA": sums.usd(82),
        "ING": sums.usd(73),
    }
    assert shares.left_out == ()
