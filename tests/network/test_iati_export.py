"""IATI 2.03: what is public, valid against the standard's schema, with nothing of what is not."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from deals.models import (
    Commitment,
    Deal,
    JointAmount,
    Kind,
    Mineral,
    Participation,
    Project,
    ProjectMineral,
    Size,
    Source,
)
from deals.money import Money
from deals.services.deals import ask_to_open
from deals.services.origin import replace_published
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Institution
from network.spreadsheet.opening import open_book
from tests.acts import confirm_waiting, letter, move_money, published, signed, widen
from tests.api import System as Partner
from tests.api import person_of, system_of
from tests.network.iati_files import read, said, transactions

pytestmark = pytest.mark.slow

ADDRESS = "iati/activities.xml"


@pytest.fixture
def rhein(cast) -> Partner:
    return system_of("rhein")


def told(system: Partner, question: str = "") -> dict[str, etree._Element]:
    answer = system.get(ADDRESS + question)
    assert answer.status == 200, answer.raw
    return read(answer.raw)


def compiled(cast, about: str, **facts) -> Commitment:
    """A published commitment of a letter for 100 million dollars, but for these facts."""
    desk = cast.bank("desk")
    size = {"amount": Decimal(100_000_000), "currency": "USD"} | facts.pop("size", {})
    with acting_as(System("test", desk.pk)):
        source, _ = Source.objects.get_or_create(title="News of Wattle", confidence="verified")
        common = {"owner": desk, "origin": "published", "level": "public"}
        deal = Deal.objects.filter(slug="news").first() or Deal.objects.create(
            **common, network=cast.network, slug="news", name="Wattle, as published", status="in_market", source=source
        )
        facts = {"instrument": "senior_loan", "stage": "letter_of_interest"} | facts
        made = Commitment.objects.create(**common, institution=cast.bank(about), deal=deal, source=source, **facts)
        if size["currency"]:
            Size.objects.create(**common, deal=deal, commitment=made, **size)
    return made


def test_what_is_public_is_valid_and_says_what_it_is(cast, rhein) -> None:
    made = letter(cast, Level.PUBLIC, by="rolf", approver="rita", money="150000000.25")
    [(key, activity)] = told(rhein).items()
    assert key == str(made.pk)
    assert activity.findtext("iati-identifier") == f"OREBOOK-rhein-{made.pk}"
    assert transactions(activity) == [("12", "150000000.25", "USD")]
    assert activity.find("reporting-org").get("secondary-reporter") is None
    assert said(activity, "reporting-org") == "Rhein Förderbank"
    assert activity.find("activity-status").get("code") == "1"
    assert activity.find("default-finance-type").get("code") == "421"
    # A development bank's loan: whether it is aid is not known.
    assert activity.find("default-flow-type") is None
    assert "letter of interest (indicative)" in said(activity)
    assert "No day of its own" in said(activity, "activity-date")


def test_only_what_is_public_is_told_whoever_asks(cast, rhein) -> None:
    hidden = letter(cast, Level.NETWORK, by="rolf", approver="rita")
    answer = rhein.get(ADDRESS)
    assert (answer.status, answer.body["type"]) == (404, "urn:orebook:problem:nothing_public")
    shown = letter(cast, Level.PUBLIC, by="rolf", approver="rita", size_level=Level.PARTIES)
    for system in (rhein, system_of("corner"), person_of("rita@rhein.example")):
        [(key, activity)] = told(system).items()
        assert key == str(shown.pk)
        # Its owner sees the deal and the size; the file is for everybody.
        assert transactions(activity) == []
        assert said(activity, "title") == "Financing by Rhein Förderbank"
        assert "Its amount is not known." in said(activity)
        assert activity.find("related-activity") is None
    raw = rhein.get(ADDRESS).raw.decode()
    for secret in (str(hidden.pk), "Wattle", "Blue Gum", "150000000", str(cast.deal.pk)):
        assert secret not in raw


def test_a_public_deal_names_who_stands_beside(cast, rhein) -> None:
    ours = letter(cast, Level.PUBLIC, by="rolf", approver="rita")
    theirs = letter(cast, Level.PUBLIC, by="ada", approver="abe")
    hidden = letter(cast, Level.NETWORK)
    with acting_as(cast.ada):
        ask_to_open(by=cast.ada, deal=Deal.objects.get(pk=cast.deal.pk), level=Level.PUBLIC)
    confirm_waiting(cast, cast.deal, by="abe")
    found = told(rhein)
    assert set(found) == {str(ours.pk), str(theirs.pk)}
    activity = found[str(ours.pk)]
    assert said(activity, "title") == "Wattle senior package"
    related = activity.findall("related-activity")
    assert [(each.get("type"), each.get("ref")) for each in related] == [("4", f"OREBOOK-austral-{theirs.pk}")]
    assert str(hidden.pk) not in rhein.get(ADDRESS).raw.decode()
    # An export credit agency's loan is an export credit.
    assert found[str(theirs.pk)].find("default-flow-type").get("code") == "22"


def test_signed_money_is_told_movement_by_movement(cast, rhein) -> None:
    made = signed(cast, by="rolf", approver="rita")
    move_money(cast, made, Kind.PARTIAL_CANCELLATION, "50000000", by="rolf", approver="rita")
    move_money(cast, made, Kind.DRAWDOWN, "30000000", by="rolf", approver="rita")
    move_money(cast, made, Kind.REPAYMENT, "10000000", by="rolf", approver="rita")
    widen(cast, made, Level.PUBLIC, by="rolf", approver="rita")
    activity = told(rhein)[str(made.pk)]
    # What was drawn is not told so far: nothing of it is in the file.
    assert transactions(activity) == [("2", "150000000.00", "USD"), ("2", "-50000000.00", "USD")]
    assert activity.find("activity-status").get("code") == "2"
    dated = activity.find("activity-date")
    assert (dated.get("type"), dated.get("iso-date")) == ("2", str(made.signed_on))
    move_money(cast, made, Kind.DRAWDOWN, "20000000", by="rolf", approver="rita", level=Level.PUBLIC)
    move_money(cast, made, Kind.REPAYMENT, "5000000", by="rolf", approver="rita", level=Level.PUBLIC)
    assert transactions(told(rhein)[str(made.pk)])[2:] == [("3", "20000000.00", "USD"), ("6", "5000000.00", "USD")]


def test_firm_cover_is_a_guarantee_and_other_cover_no_transaction(cast, rhein) -> None:
    firm = compiled(cast, "hanok", instrument="guarantee", stage="signed", signed_on=date(2026, 3, 4))
    activity = told(rhein)[str(firm.pk)]
    assert transactions(activity) == [("10", "100000000.00", "USD")]
    assert activity.find("default-finance-type").get("code") == "1100"
    assert activity.find("transaction/transaction-date").get("iso-date") == "2026-03-04"
    letter_ = compiled(cast, "hanok", instrument="guarantee")
    activity = told(rhein)[str(letter_.pk)]
    assert transactions(activity) == []
    assert "Cover that is not firm yet (USD 100000000.00): there is no transaction type for it." in said(activity)


@pytest.mark.parametrize(
    ("facts", "expected", "words"),
    [
        ({"stage": "conditional_approval"}, ["12"], ""),
        ({"stage": "approved"}, ["2"], ""),
        ({"stage": "repaid"}, ["2"], ""),
        ({"stage": "cancelled"}, [], "It has ended, and commits no money."),
        ({"stage": "declined"}, [], "It has ended, and commits no money."),
        ({"instrument": "royalty_or_stream"}, ["12"], "There is no finance type for it."),
        ({"borrower_level": "sponsor"}, ["12"], "Lent to the sponsor, not to the project."),
        ({"size": {"currency": ""}}, [], "Its amount is not known."),
    ],
)
def test_each_stage_and_instrument_has_its_code_or_its_words(cast, rhein, facts, expected, words) -> None:
    made = compiled(cast, "hanok", **facts)
    activity = told(rhein)[str(made.pk)]
    assert [kind for kind, *_ in transactions(activity)] == expected
    assert words in said(activity)


def test_what_is_compiled_is_told_by_the_registry_with_its_source(cast, rhein) -> None:
    made = compiled(
        cast, "hanok", announced_on=date(2026, 1, 1), announced_precision="year",
        size={"qualifier": "up_to", "amount": Decimal("30000000000"), "currency": "JPY"},
    )  # fmt: skip
    with acting_as(System("test", cast.bank("desk").pk)):
        Institution.objects.filter(pk=cast.bank("hanok").pk).update(name="Hanok \x0b& <Söhne>")
    activity = told(rhein)[str(made.pk)]
    reporter = activity.find("reporting-org")
    assert (reporter.get("ref"), reporter.get("secondary-reporter")) == ("OREBOOK-desk", "1")
    assert said(activity, "participating-org") == "Hanok \ufffd& <Söhne>"
    assert "Compiled from a public source: News of Wattle." in said(activity)
    assert transactions(activity) == [("12", "30000000000", "JPY")]
    assert said(activity, "transaction/description") == (
        "Letter of interest, up to this amount. Known to the year alone."
    )
    assert said(activity, "activity-date") == "Known to the year alone."


def test_one_figure_for_several_and_shares_in_anothers_loan_are_words(cast, rhein) -> None:
    loan = compiled(cast, "hanok")
    desk = System("test", cast.bank("desk").pk)
    with acting_as(desk):
        facts = {"owner_id": loan.owner_id, "deal_id": loan.deal_id, "origin": "published", "level": "public"}
        joint = JointAmount.objects.create(**facts, amount=Decimal(7), currency="EUR")
        share, of_several = (
            Commitment.objects.create(
                **facts, source=loan.source, institution=cast.bank("sakura"), instrument="senior_loan", stage="signed"
            )
            for _ in range(2)
        )
        Size.objects.create(**facts, commitment=of_several, joint=joint, qualifier="unknown")
        Size.objects.create(**facts, commitment=share, amount=Decimal(5), currency="EUR")
        Participation.objects.create(**facts, commitment=share, lender=loan, kind="b_loan")
    found = told(rhein)
    assert [transactions(found[str(each.pk)]) for each in (share, of_several)] == [[], []]
    assert "in which its money is counted" in said(found[str(share.pk)])
    assert "EUR 7.00 is one figure for several commitments" in said(found[str(of_several.pk)])


def test_a_replaced_row_is_told_once(cast, rhein) -> None:
    before = published(cast, about="rhein")
    with acting_as(cast.rolf):
        after = replace_published(
            by=cast.rolf, commitment=before, stage="enquiry", size=SizeDraft(Money.of("90000000", "USD"))
        )
    # A replacement that is not public replaces nothing there.
    assert set(told(rhein)) == {str(before.pk)}
    widen(cast, after, Level.PUBLIC, by="rolf", approver="rita")
    assert set(told(rhein)) == {str(after.pk)}


def test_the_project_says_where_and_what(cast, rhein) -> None:
    made = compiled(cast, "hanok")
    with acting_as(System("test", cast.bank("desk").pk)):
        project = Project.objects.create(
            owner=cast.bank("desk"), network=cast.network, slug="w", name="Wattle mine", country="AU",
            origin="published", level="public", source=made.source, latitude=Decimal("-22.5"), longitude=Decimal("145"),
            chain_stages=["refining"],
        )  # fmt: skip
        mineral = Mineral.objects.create(slug="lithium", name="Lithium", symbol="Li")
        ProjectMineral.objects.create(
            owner=cast.bank("desk"), network=cast.network, project=project, mineral=mineral, origin="published",
            level="public",
        )  # fmt: skip
        Deal.objects.filter(pk=made.deal_id).update(project=project)
    activity = told(rhein)[str(made.pk)]
    assert activity.find("recipient-country").get("code") == "AU"
    assert activity.findtext("location/point/pos") == "-22.5 145"
    assert said(activity, "location/name") == "Wattle mine"
    assert activity.find("sector").get("code") == "321"
    assert activity.find("tag").get("code") == "lithium"
    # Read again, it is the same place and mineral.
    projects, *_ = open_book(rhein.get(ADDRESS).raw).sheets
    assert [cell.text for cell in projects.rows[1]] == ["Wattle mine", "AU", "-22.5", "145", "lithium"]


def test_filters_choose_and_unknown_ones_are_refused(cast, rhein) -> None:
    ours = published(cast, about="rhein")
    with acting_as(System("test", cast.bank("desk").pk)):
        theirs = Commitment.objects.create(
            owner=ours.owner, deal=ours.deal, institution=cast.bank("hanok"), origin="published", level="public",
            source=ours.source, instrument="grant", stage="approved",
        )  # fmt: skip
    assert set(told(rhein, "?institution=hanok")) == {str(theirs.pk)}
    assert set(told(rhein, "?class=indicative")) == {str(ours.pk)}
    # The deal is hidden from everybody: whoever sees it learns no more than whoever does not.
    assert rhein.get(f"{ADDRESS}?deal=wattle").status == 404
    assert rhein.get(f"{ADDRESS}?fields=id").codes == {"/fields": "unknown_parameter"}
    assert rhein.get(f"{ADDRESS}?stage=nonsense").codes == {"/stage": "invalid_choice"}


def test_as_many_queries_however_many_activities(cast, rhein) -> None:
    first = published(cast, about="rhein")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            told(rhein)
        return len(queries)

    few = asked()
    with acting_as(System("test", first.owner_id)):
        for slug in ("hanok", "sakura", "maple", "fjord"):
            Commitment.objects.create(
                owner=first.owner, deal=first.deal, institution=cast.bank(slug), origin="published", level="public",
                source=first.source, instrument="grant", stage="approved",
            )  # fmt: skip
    assert asked() == few
    assert len(told(rhein)) == 5
