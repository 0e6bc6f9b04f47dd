"""The demo network in the database, as those who may see it see it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from deals.demo import facts, nolans, people, quiet
from deals.demo.load import PACKAGES
from deals.demo.reference import BASIS
from deals.lifecycle import Class
from deals.models import (
    Commitment,
    Company,
    CoverLink,
    Deal,
    Holding,
    Listing,
    Mandate,
    Party,
    Price,
    Project,
    ProjectFact,
    ProjectMineral,
    Size,
    Step,
    Tranche,
)
from deals.selectors.mandates import mineral_names
from deals.selectors.stack import deal_stack
from deals.sentences.mandates import reading
from institutions.isolation.raising import walled_models
from institutions.isolation.session import acting_as
from institutions.isolation.walls import Confidential
from institutions.models import Institution, Membership, Network, Staff
from tests.demo import Demo, loaded, past_the_walls, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    with loaded(django_db_blocker) as network:
        yield network


def references(deal: str = nolans.SLUG) -> set[str]:
    """The registered commitments in a deal that the present asker sees."""
    return set(Commitment.objects.filter(deal__slug=deal, origin="registered").values_list("reference", flat=True))


def test_counts_match_the_files(demo: Demo) -> None:
    slugs = [one.slug for one in facts.read().institutions]
    with acting_as(None):
        assert Institution.objects.filter(slug__in=slugs).count() == 85
        assert Institution.objects.get(slug="secretariat").kind == "secretariat"
        counted = {m: m.objects.filter(origin="published").count() for m in (Project, Deal, Commitment, Size, Step)}
        assert counted == {Project: 54, Deal: 62, Commitment: 179, Size: 179, Step: 189}
        assert ProjectMineral.objects.count() == 76
        assert Company.objects.count() == 61
        assert CoverLink.objects.filter(covered__institution__slug="kfw-ipex-bank").count() == 1
        gallium = set(Listing.objects.filter(mineral__slug="gallium").values_list("list", "place"))
    assert ("European Union, Regulation 2024/1252", "strategic") in gallium
    assert len(gallium) == 6
    assert "Not placed, or placed with a doubt: 17" in demo.said
    says = "how the names in brackets relate to the sponsor is not stated."
    assert f"'Brazilian Nickel (TechMet)': {says}" in demo.said
    with acting_as(None):
        shares = Holding.objects.filter(project__slug="centinela-second-concentrator").order_by("-share")
        assert [(row.holder.name, row.share) for row in shares if row.holder] == [
            ("Antofagasta", Decimal(70)),
            ("Marubeni", Decimal(30)),
        ]


def test_a_second_load_changes_nothing(demo: Demo) -> None:
    before = past_the_walls("SELECT count(*) FROM institutions_event UNION ALL SELECT count(*) FROM institutions_staff")
    again = run()
    assert (
        past_the_walls("SELECT count(*) FROM institutions_event UNION ALL SELECT count(*) FROM institutions_staff")
        == before
    )
    assert " new" not in again
    assert run("--once") == ""


def test_nothing_published_lacks_its_source(demo: Demo) -> None:
    with acting_as(None):
        for model in (Company, Project, Deal, Commitment):
            rows = model.objects.filter(origin="published")
            assert rows.exists()
            assert set(rows.values_list("source__confidence", flat=True)) <= {"verified", "memory"}
            assert not rows.filter(source__title="").exists()
        assert Commitment.objects.filter(deal__slug="vidalia-doe-2022", source__confidence="memory").exists()
        # A step that was overtaken has no source column; its note names it.
        assert all("Source: " in step.note for step in Step.objects.exclude(note=""))
        assert Step.objects.exclude(note="").count() == 10


def test_the_sources_words_are_kept_beside_the_registrys(demo: Demo) -> None:
    with acting_as(None):
        lobito = Deal.objects.get(slug="lobito-2025")
        assert (lobito.status, lobito.source_word) == ("closed", "financial_close")
        techmet = Commitment.objects.get(deal__slug="piaui-techmet-2020")
        assert (techmet.stage, techmet.stage_word) == ("effective", "closed")


def test_published_rows_are_the_secretariats_public_and_not_fictional(demo: Demo) -> None:
    with acting_as(None):
        for model in (Company, Project, ProjectMineral, Deal, Commitment, Size, Step):
            rows = model.objects.filter(origin="published")
            assert set(rows.values_list("owner__slug", "level", "demo")) == {("secretariat", "public", False)}


def test_memberships_are_inferred_and_say_so(demo: Demo) -> None:
    with acting_as(None):
        before, after = Network.objects.get(code="msfn"), Network.objects.get(code="forge")
        assert (before.founded_on, before.ended_on) == (date(2024, 9, 23), date(2026, 2, 4))
        assert (after.founded_on, after.predecessor) == (date(2026, 2, 4), before)
        rows = Membership.objects.filter(network__in=(before, after))
        assert set(rows.values_list("basis", flat=True)) == {BASIS}
        assert BASIS.startswith("inferred for the demo")
        assert not rows.filter(institution__kind="commercial_bank").exists()
        members = {n: set(rows.filter(network=n).values_list("institution__slug", flat=True)) for n in (before, after)}
        assert members[before] == members[after]
        assert {"jbic", "eib"} < members[after]
        assert "adb" not in members[after]


def test_a_joint_amount_counts_once_and_its_shares_stay_unknown(demo: Demo) -> None:
    with acting_as(None):
        deal = Deal.objects.get(slug="matawinie-senior-debt")
        sizes = Size.objects.filter(deal=deal)
        assert {(size.qualifier, size.amount) for size in sizes} == {("unknown", None)}
        [figure] = deal_stack(deal).block(Class.FIRM).figures
    assert (figure.all.amount, figure.currency, figure.all.unknown) == (Decimal(335_000_000), "USD", 0)


def test_an_amount_that_nobody_published_stays_unknown(demo: Demo) -> None:
    with acting_as(None):
        unknown = Size.objects.filter(qualifier="unknown", origin="published")
        # 87 lines that stand have no amount, and two more only one that others share.
        assert unknown.count() == 89
        assert unknown.filter(joint__isnull=False).count() == 7
        assert not Size.objects.filter(amount__isnull=True).exclude(qualifier="unknown").exists()
        edc = Size.objects.get(commitment__deal__slug="centinela-2024", commitment__institution__slug="edc")
        assert (edc.amount, edc.currency) == (None, "")


def test_what_was_overtaken_is_history_and_counts_nowhere(demo: Demo) -> None:
    with acting_as(None):
        deal = Deal.objects.get(slug="stibnite-exim-2026")
        commitment = Commitment.objects.get(deal=deal)
        assert [(s.stage, s.amount) for s in commitment.steps.all()] == [
            ("letter_of_interest", Decimal(1_800_000_000)),
            ("approved", Decimal(2_900_000_000)),
        ]
        [figure] = deal_stack(deal).figures
    assert figure.all.amount == Decimal(2_900_000_000)


def test_published_dates_keep_their_precision(demo: Demo) -> None:
    with acting_as(None):
        edc = Commitment.objects.get(deal__slug="nolans-senior-debt-2024", institution__slug="edc")
        assert (edc.announced_on, edc.announced_precision) == (date(2024, 1, 1), "year")
        assert set(edc.steps.values_list("effective_on", "precision")) == {
            (date(2023, 6, 1), "month"),
            (date(2024, 1, 1), "year"),
        }
        undated = Deal.objects.get(slug="fen-pilot")
        assert (undated.announced_on, undated.announced_precision) == (None, "")
        assert Project.objects.get(slug="mantoverde-mvdp").capex_precision == "year"


def test_a_loan_to_a_sponsor_stays_out_of_the_projects_stack(demo: Demo) -> None:
    with acting_as(None):
        stack = deal_stack(Deal.objects.get(slug="qb2-additional-2024"))
    assert stack.block(Class.FIRM).figures == ()
    assert {figure.purpose for figure in stack.figures} == {"sponsor"}


@pytest.mark.parametrize(
    ("account", "sees"),
    [
        ("officer@kexim", {"EFA-CMF-1", "EDC-1", "EXIM-1", "KEXIM-COVER-1", "KEXIM-LOAN-1"}),
        ("approver@kexim", {"EFA-CMF-1", "EDC-1", "EXIM-1", "KEXIM-COVER-1", "KEXIM-LOAN-1"}),
        ("colleague@kexim", set()),
        ("officer@edc", {"EFA-CMF-1", "EDC-1", "EXIM-1", "KEXIM-COVER-1"}),
        ("officer@efa", {"EFA-CMF-1", "EFA-CMF-2", "EDC-1", "EXIM-1", "KEXIM-COVER-1", "IPEX-1", "CBA-1", "ING-1"}),
        ("officer@cba", {"EFA-CMF-1", "EDC-1", "EXIM-1", "KEXIM-COVER-1", "CBA-1"}),
        ("officer@kfw-ipex", {"EFA-CMF-1", "EDC-1", "EXIM-1", "KEXIM-COVER-1", "IPEX-1", "IPEX-2"}),
        ("officer@us-exim", {"EFA-CMF-1", "EDC-1", "EXIM-1", "EXIM-2", "KEXIM-COVER-1"}),
        ("officer@euler-hermes", {"IPEX-2"}),
        ("officer@nexi", set()),
        ("officer@jbic", set()),
        ("officer@secretariat", set()),
    ],
)
def test_each_sees_of_nolans_what_its_owner_disclosed(demo: Demo, account: str, sees: set[str]) -> None:
    person = demo.person(account)
    with acting_as(person):
        assert references() == sees
        sizes = Size.objects.filter(commitment__reference__in=sees)
        assert sizes.count() == len(sees)
        # Prices go no further than the lead and the bank that quoted them.
        quoted = set(Price.objects.values_list("commitment__reference", flat=True))
    assert quoted == sees & {"CBA-1", "ING-1"}


@pytest.mark.parametrize(
    ("account", "deals", "tranches", "parties"),
    [
        ("officer@kexim", 1, 4, 7),
        ("colleague@kexim", 1, 4, 0),
        ("officer@cba", 1, 4, 7),
        ("officer@nexi", 1, 4, 7),
        ("officer@jbic", 1, 4, 0),
        ("officer@secretariat", 0, 0, 0),
    ],
)
def test_the_network_knows_of_nolans_and_the_invited_who_is_at_the_table(
    demo: Demo, account: str, deals: int, tranches: int, parties: int
) -> None:
    with acting_as(demo.person(account)):
        assert Deal.objects.filter(slug=nolans.SLUG).count() == deals
        assert Tranche.objects.filter(deal__slug=nolans.SLUG).count() == tranches
        assert Party.objects.filter(deal__slug=nolans.SLUG).count() == parties


def test_the_deal_of_two_banks_is_there_for_nobody_else(demo: Demo) -> None:
    for person in people.PEOPLE:
        with acting_as(Staff.objects.get(email=person.email)):
            knows = person.institution in (quiet.REGISTRAR, quiet.OTHER)
            assert Deal.objects.filter(slug=quiet.SLUG).exists() is knows, person
            assert references(quiet.SLUG) == ({"EDC-2", "IPEX-3"} if knows else set()), person


def test_the_grant_is_seen_by_the_one_that_it_names(demo: Demo) -> None:
    seen = set()
    for person in people.PEOPLE:
        with acting_as(Staff.objects.get(email=person.email)):
            if "IPEX-2" in references():
                assert Size.objects.get(commitment__reference="IPEX-2").amount == Decimal(100_000_000)
                seen.add(person.institution)
    assert seen == {"kfw-ipex-bank", "euler-hermes-ufk"}


def test_nothing_of_the_fiction_waits_or_is_about_to_lapse(demo: Demo) -> None:
    assert past_the_walls("SELECT count(*) FROM institutions_approval WHERE demo AND decision = ''") == [(0,)]
    [(count, soonest)] = past_the_walls("SELECT count(*), min(valid_until) FROM deals_commitment WHERE demo")
    assert count == sum(len(package.letters) for package in PACKAGES)
    # One of Keliber's is on its bank's desk, and nobody is written to yet.
    assert (soonest - timezone.now().date()).days >= 40


def test_every_fictional_row_is_labelled(demo: Demo) -> None:
    banks = ", ".join(f"'{slug}'" for slug in people.DOMAINS if slug != "secretariat")
    tables = [m._meta.db_table for m, wall in walled_models() if isinstance(wall, Confidential)]
    found = {
        table: past_the_walls(
            f"SELECT count(*), count(*) FILTER (WHERE NOT t.demo) FROM {table} t"
            f" JOIN institutions_institution i ON i.id = t.owner_id WHERE i.slug IN ({banks})"
        )[0]
        for table in tables
    }
    assert [table for table, (_, unlabelled) in found.items() if unlabelled] == []
    for table in ("deals_deal", "deals_party", "deals_commitment", "institutions_grant", "institutions_teammember"):
        assert found[table][0] > 0


def test_the_log_ins_work(demo: Demo) -> None:
    table = run("--logins").splitlines()
    assert len(table) == 1 + len(people.PEOPLE)
    for slug in ("export-finance-australia", "jbic", "kexim", "edc", "kfw-ipex-bank", "us-exim", "secretariat"):
        roles = set(Staff.objects.filter(institution__slug=slug).values_list("role", flat=True))
        assert roles - {"institution_admin"} == {"officer", "approver"}
    officer = demo.person("officer@kexim")
    assert officer.check_password(people.PASSWORD)
    assert table[4].split() == [officer.email, "officer", *officer.institution.name.split(), people.PASSWORD]


def test_a_projects_stage_output_and_cost_are_statements_of_their_sources(demo: Demo) -> None:
    with acting_as(None):
        (output, stage, cost) = ProjectFact.objects.filter(project__slug="nolans").order_by("-code")
        assert (stage.text, stage.as_of, stage.origin) == ("feasibility", date(2024, 3, 15), "published")
        assert (output.quantity, output.unit, output.form) == (Decimal(4400), "t_per_year", "rare_earth_oxide")
        assert (cost.amount, cost.currency, cost.source) == (Decimal(1_680_000_000), "AUD", stage.source)
        # A cost with a day of its own stands also where its source has none; a stage does not.
        assert [fact.code for fact in ProjectFact.objects.filter(project__slug="eneabba-refinery")] == ["capex"]
        dated = Project.objects.exclude(source__date="").exclude(development_stage="").count()
        assert ProjectFact.objects.filter(code="development_stage").count() == dated


def test_mandates_are_inferred_and_say_so(demo: Demo) -> None:
    with acting_as(demo.person("officer@efa")):
        found = list(Mandate.objects.select_related("owner").order_by("owner__slug"))
        names = mineral_names(found)
        read = {each.owner.slug: reading(each, names) for each in found}
    assert len(found) >= 8
    assert all(each.inferred and each.demo and each.basis.startswith("Inferred for the demo") for each in found)
    assert read["us-exim"].startswith("Lends USD 67m to 2,900m for any tenor to extraction, processing or refining of")
