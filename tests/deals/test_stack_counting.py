"""What counts once, what never counts, and what the asker's sight changes: joint amounts, participations, covers."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.lifecycle import Class
from deals.models import Commitment, CoverLink, Instrument, Participation, Size
from deals.money import Money
from deals.selectors.stack import Stack, deal_stack, project_stack, tranche_stack
from deals.services.approving import confirm
from deals.services.commitments import register_commitment
from deals.services.disclosure import NarrowedSince, ask_to_widen, set_level
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.cast import Cast, in_a_year
from tests.packages import Package, load_rates, m, site

FIRM, INDICATIVE = Class.FIRM, Class.INDICATIVE


def of(package: Package, who: object = None) -> Stack:
    with acting_as(who):  # type: ignore[arg-type]
        return deal_stack(package.deal)


@pytest.mark.parametrize("kind", ["funded", "b_loan"])
def test_a_funded_participation_counts_once_within_the_lenders_loan(cast: Cast, kind: str) -> None:
    deal = Package(cast, "shared", target=m(100))
    lender = deal.commit("maple", m(60))
    deal.participate(deal.commit("corner", m(20)), lender, kind)
    stack = of(deal)
    assert stack.block(FIRM).total == m(60)
    assert stack.to_firm.short == m(40)
    assert stack.block(FIRM, "within").total == m(20)
    assert stack.block(FIRM, "within").figures[0].opens[0].within == lender.pk


def test_a_participation_counts_itself_where_the_lenders_amount_is_not_known(cast: Cast) -> None:
    deal = Package(cast, "shared", target=m(100))
    deal.participate(deal.commit("corner", m(20)), deal.commit("maple"), "funded")
    stack = of(deal)
    assert (stack.block(FIRM).total, stack.block(FIRM).all.unknown) == (m(20), 1)
    assert str(stack.to_firm) == "at most USD 80,000,000.00 (1 of unknown amount)"


def test_a_risk_participation_is_never_money(cast: Cast) -> None:
    deal = Package(cast, "shared", target=m(100))
    deal.participate(deal.commit("corner", m(20)), deal.commit("maple", m(60)), "risk")
    stack = of(deal)
    assert (stack.block(FIRM).total, stack.block(FIRM, "risk").total) == (m(60), m(20))
    assert stack.to_firm.short == m(40)


def mine(cast: Cast, level: Level, money: str, *, by: str, approver: str) -> Commitment:
    return letter(cast, level, by=by, approver=approver, money=money)


def test_who_sees_one_of_the_two_alone_counts_that_one(cast: Cast) -> None:
    loan = mine(cast, Level.PARTIES, "60000000", by="mina", approver="joon")
    share = mine(cast, Level.LEAD, "20000000", by="rolf", approver="rita")
    with acting_as(cast.rolf):
        Participation.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, commitment=share, lender=loan, kind="funded", level=Level.LEAD
        )
    totals = {}
    for who in ("ada", "rolf", "mina"):
        with acting_as(cast.people[who]):
            totals[who] = deal_stack(cast.deal).block(INDICATIVE).total
    # Rolf's own share and the loan are one; Mina knows nothing of the share; nobody counts 80.
    assert totals == {"ada": m(60), "rolf": m(60), "mina": m(60)}
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=loan.pk).update(level=Level.OWN)
    with acting_as(cast.ada):
        assert deal_stack(cast.deal).block(INDICATIVE).total == m(20)


def test_a_participation_names_nothing_that_its_owner_does_not_see(cast: Cast) -> None:
    hidden = mine(cast, Level.OWN, "60000000", by="mina", approver="joon")
    share = mine(cast, Level.LEAD, "20000000", by="rolf", approver="rita")
    for lender in (hidden.pk, "00000000-0000-4000-8000-00000000ffff"):
        with acting_as(cast.rolf), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Participation.objects.create(
                owner=cast.bank("rhein"), deal=cast.deal, commitment=share, lender_id=lender, kind="risk"
            )


def test_a_participation_is_told_no_further_than_the_loan(cast: Cast) -> None:
    loan = mine(cast, Level.PARTIES, "60000000", by="mina", approver="joon")
    share = mine(cast, Level.INVITED, "20000000", by="rolf", approver="rita")
    with acting_as(cast.rolf):
        made = Participation.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, commitment=share, lender=loan, kind="risk", level=Level.LEAD
        )
        asked = ask_to_widen(
            by=cast.rolf, subject=made, rows=[made], level=Level.INVITED, deal_id=cast.deal.pk, summary="Tell of it"
        )
    with acting_as(cast.rita), pytest.raises(NarrowedSince) as refused:
        confirm(by=cast.rita, approval=asked)
    # It is the database that says so.
    assert getattr(refused.value.__cause__, "constraint", "") == "part_within_commitment"
    with acting_as(cast.rolf):
        made.refresh_from_db()
        assert made.level == Level.LEAD


def test_a_participation_is_narrowed_with_its_commitment(cast: Cast) -> None:
    loan = mine(cast, Level.PARTIES, "60000000", by="mina", approver="joon")
    share = mine(cast, Level.LEAD, "20000000", by="rolf", approver="rita")
    with acting_as(cast.rolf):
        made = Participation.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, commitment=share, lender=loan, kind="risk", level=Level.LEAD
        )
        set_level(row=Commitment.objects.get(pk=share.pk), level=Level.OWN)
        made.refresh_from_db()
        assert made.level == Level.OWN


def test_a_joint_amount_is_as_firm_as_the_least_firm_and_unknown_once_one_of_its_commitments_is_told_apart(
    cast: Cast,
) -> None:
    deal = Package(cast, "joint", target=m(500))
    joint = deal.joint(m(300))
    first = deal.commit("maple", joint, stage="signed")
    deal.commit("corner", joint, stage="conditional_approval")
    assert (of(deal).block(FIRM).total, of(deal).block(Class.CONDITIONAL).total) == (m(0), m(300))
    with acting_as(cast.marc):
        register_commitment(
            by=cast.marc, deal=deal.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), supersedes=first, size=SizeDraft(m(120)),
        )  # fmt: skip
    seen = of(deal, cast.marc)
    assert seen.block(INDICATIVE).total == m(120)
    assert (seen.block(Class.CONDITIONAL).total, seen.block(Class.CONDITIONAL).all.unknown) == (m(0), 1)
    assert of(deal).block(Class.CONDITIONAL).total == m(300)


def test_a_joint_amount_of_money_in_and_out_of_the_base_closes_no_gap(cast: Cast) -> None:
    deal = Package(cast, "joint", target=m(500))
    joint = deal.joint(m(300))
    deal.commit("maple", joint)
    deal.commit("corner", joint, tranche=deal.tranche("Overrun", purpose="cost_overrun"))
    stack = of(deal)
    assert stack.to_firm.short == m(500)
    assert stack.block(FIRM, purpose="cost_overrun").total == m(300)


def test_a_tranche_that_holds_one_of_a_joint_amounts_commitments_does_not_know_its_share(cast: Cast) -> None:
    deal = Package(cast, "joint")
    base = deal.tranche("Base", amount=m(400))
    joint = deal.joint(m(300))
    deal.commit("maple", joint, tranche=base)
    deal.commit("corner", joint)
    with acting_as(None):
        stack = tranche_stack(base)
    assert str(stack.to_firm) == "at most USD 400,000,000.00 (1 of unknown amount)"


def test_an_amount_of_at_least_so_much_bounds_the_gap_from_above(cast: Cast) -> None:
    deal = Package(cast, "least", target=m(100))
    deal.commit("maple", m(60), qualifier="at_least")
    assert str(of(deal).to_firm) == "at most USD 40,000,000.00 (1 of 'at least' an amount)"


def test_a_cover_less_firm_than_the_loan_covers_nothing_yet(cast: Cast) -> None:
    deal = Package(cast, "early")
    loan = deal.commit("corner", m(100))
    offer = deal.commit("hanok", m(60), stage="letter_of_interest", instrument="guarantee")
    deal.cover(offer, loan, political="60", commercial="60")
    assert of(deal).block(FIRM).parts.direct == m(100)
    assert of(deal).block(INDICATIVE, "cover").total == m(60)
    deal.cover(deal.commit("rhein", m(30), instrument="guarantee"), loan, political="30", commercial="20")
    assert of(deal).block(FIRM).parts.covered == {"political": m(30), "commercial": m(20)}


def test_political_insurance_covers_no_commercial_risk_and_an_untold_extent_is_no_figure(cast: Cast) -> None:
    deal = Package(cast, "risks")
    insured, vague = deal.commit("corner", m(100)), deal.commit("fjord", m(50))
    policy = deal.commit("rhein", m(80), instrument="political_risk_insurance")
    deal.cover(policy, insured, money=m(80))
    deal.cover(policy, vague)
    parts = of(deal).block(FIRM).parts
    assert parts.covered == {"political": m(80), "commercial": m(0)}
    assert parts.uncovered == {"political": m(20), "commercial": m(100)}
    assert parts.unclear == {"political": m(50), "commercial": m(50)}


def test_a_cover_of_a_tranche_protects_its_loans_in_proportion(cast: Cast) -> None:
    deal = Package(cast, "tranche")
    base = deal.tranche("Base")
    for bank, money in (("corner", m(30)), ("fjord", m(10))):
        deal.commit(bank, money, tranche=base)
    deal.commit("maple", m(100))
    deal.cover(deal.commit("rhein", m(20), instrument="guarantee"), base, money=m(20))
    parts = of(deal).block(FIRM).parts
    assert (parts.covered["political"], parts.uncovered["commercial"], parts.direct) == (m(20), m(20), m(100))


def test_covers_of_one_owner_protect_at_most_the_whole(cast: Cast) -> None:
    loan = mine(cast, Level.PARTIES, "100000000", by="mina", approver="joon")
    first, second = (mine(cast, Level.LEAD, "60000000", by="rolf", approver="rita") for _ in range(2))
    facts = {"owner": cast.bank("rhein"), "deal": cast.deal, "covered": loan, "level": Level.LEAD}
    with acting_as(cast.rolf):
        CoverLink.objects.create(cover=first, political_percent=60, **facts)
        CoverLink.objects.create(cover=second, political_percent=40, commercial_percent=100, **facts)
        with pytest.raises(IntegrityError, match="more than the whole"), transaction.atomic():
            CoverLink.objects.create(cover=second, political_percent=1, **facts)


def test_a_hidden_cover_of_another_stops_nobody_and_who_sees_both_is_warned(cast: Cast) -> None:
    loan = letter(cast, Level.PARTIES, money="100000000")
    for by in ("rolf", "ada"):
        officer = cast.people[by]
        with acting_as(officer):
            cover = register_commitment(
                by=officer, deal=cast.deal, instrument=Instrument.GUARANTEE, stage="due_diligence",
                level=Level.LEAD, size=SizeDraft(m(80)),
            )  # fmt: skip
            CoverLink.objects.create(
                owner=officer.institution, deal=cast.deal, cover=cover, covered=loan, level=Level.LEAD,
                political_percent=80, commercial_percent=15,
            )  # fmt: skip
    with acting_as(cast.rolf):
        assert deal_stack(cast.deal).over_covered == ()
    with acting_as(cast.ada):
        stack = deal_stack(cast.deal)
    [(row, risk, percent)] = stack.over_covered
    assert (row.members[0].commitment, risk, percent) == (loan.pk, "political", Decimal(160))
    assert stack.block(INDICATIVE).parts.covered == {"political": m(100), "commercial": m(30)}


def test_a_link_to_what_was_replaced_leads_to_the_replacement(cast: Cast) -> None:
    deal = Package(cast, "replaced")
    loan = deal.commit("maple", m(100), stage="letter_of_interest")
    deal.cover(deal.commit("rhein", m(90), instrument="guarantee", stage="enquiry"), loan, political="90")
    with acting_as(cast.marc):
        made = register_commitment(
            by=cast.marc, deal=deal.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), supersedes=loan, size=SizeDraft(m(200)),
        )  # fmt: skip
    seen = of(deal, cast.marc).block(INDICATIVE)
    assert [row.members[0].commitment for f in seen.figures for row in f.opens] == [made.pk]
    assert seen.parts.covered["political"] == m(180)
    assert of(deal).block(INDICATIVE).parts.covered["political"] == m(90)


def test_two_amounts_that_are_larger_together_than_one_may_be_are_added(cast: Cast) -> None:
    deal = Package(cast, "huge")
    for bank in ("maple", "corner"):
        deal.commit(bank, Money.of("999999999999999.99", "USD"))
    assert str(of(deal).block(FIRM).total) == "USD 1,999,999,999,999,999.98"


def test_a_figure_costs_no_query_more_whatever_it_opens_to(cast: Cast) -> None:
    load_rates()
    mine_ = site(cast)
    deal = Package(cast, "many", target=m(100), project=mine_)
    base = deal.tranche("Base", amount=m(100))
    costs = []
    for _ in range(2):
        for bank in ("maple", "corner"):
            loan = deal.commit(bank, m(1, "AUD"), tranche=base)
            deal.cover(deal.commit("rhein", m(1), instrument="guarantee"), loan, political="1")
            deal.participate(deal.commit("fjord", m(1)), loan, "funded")
        for ask in (lambda: deal_stack(deal.deal), lambda: tranche_stack(base), lambda: project_stack(mine_)):
            with acting_as(cast.ada), CaptureQueriesContext(connection) as queries:
                ask()
            costs.append(len(queries))
    assert costs == [1, 1, 2] * 2


def test_a_figure_adds_up_to_the_rows_that_it_opens_to(cast: Cast) -> None:
    load_rates()
    deal = Package(cast, "cents")
    for _ in range(3):
        deal.commit("maple", Money.of("0.02", "AUD"))
    deal.commit("corner", m(1, "JPY"))
    with acting_as(None):
        stack = deal_stack(deal.deal, currency="USD")
    for figure in stack.figures:
        assert sum(row.converted.amount for row in figure.opens if row.converted) == figure.all.converted
    assert stack.block(FIRM).total == Money.of("7812.53", "USD")
    with acting_as(None):
        assert Size.objects.filter(deal=deal.deal, currency="AUD").count() == 3
