"""The demo's five files: read whole or not at all, and told in the registry's words."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from deals.demo import facts, notes, sponsors
from deals.demo.history import standing
from deals.demo.report import Report
from deals.demo.rows import DATA, BrokenFile
from deals.models import DealStatus, Instrument, Qualifier
from institutions.models import Kind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files, to be broken."""
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_files_are_read_whole() -> None:
    stated = facts.read()
    assert [len(stated.institutions), len(stated.projects), len(stated.deals), len(stated.minerals)] == [85, 54, 62, 49]
    assert len(stated.commitments) == 189
    assert sum(one.superseded for one in stated.commitments) == 10
    assert sum(one.money is None for one in stated.commitments) == 87


def test_words_are_told_in_the_registrys() -> None:
    stated = facts.read()
    assert {i.slug: i.kind for i in stated.institutions}["eib"] is Kind.MULTILATERAL_DEVELOPMENT_BANK
    statuses = {deal.status_word: deal.status for deal in stated.deals}
    assert statuses["letters_of_interest"] is statuses["conditionally_approved"] is DealStatus.IN_MARKET
    assert statuses["withdrawn"] is DealStatus.CANCELLED
    stages = {one.stage_word: one.stage for one in stated.commitments}
    assert stages["closed"] == "effective"
    assert stages["signed"] == "signed"
    cover = {(c.deal, c.institution): c.instrument for c in stated.commitments if c.instrument.value.endswith("ance")}
    assert cover["kabanga-dfc-pri", "dfc"] is Instrument.POLITICAL_RISK_INSURANCE
    assert cover["kathleen-valley-eca-2023", "k-sure"] is Instrument.COMPREHENSIVE_INSURANCE
    guarantees = {c.instrument for c in stated.commitments if c.institution == notes.UFK}
    assert guarantees == {Instrument.UNTIED_LOAN_GUARANTEE}


def test_only_what_gleif_confirmed_is_called_confirmed() -> None:
    bases = [one.lei_basis for one in facts.read().institutions if one.lei]
    assert bases.count("GLEIF data, October 2025") == 5
    assert bases.count("to be confirmed") == len(bases) - 5


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        ("Up to; US content linked", Qualifier.UP_TO),
        ("EFA commercial account, up to", Qualifier.UP_TO),
        ("Up to US$100m", Qualifier.UP_TO),
        ("Share of the covered tranche, approximate; UFK agent", Qualifier.APPROXIMATE),
        # Of other figures than the row's own.
        ("Critical Minerals Facility subordinated standby, also reported as up to A$303m", Qualifier.EXACT),
        ("About C$35.6m", Qualifier.EXACT),
        ("Includes about US$290m capitalised interest", Qualifier.EXACT),
    ],
)
def test_a_note_qualifies_only_its_own_amount(note: str, meant: Qualifier) -> None:
    assert notes.qualifier(note) is meant


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("commitments.csv", ",190000000,AUD,", ",19e7,AUD,", "line 2, amount: Write the amount with digits"),
        ("commitments.csv", ",190000000,AUD,", ",190000000.001,AUD,", "line 2, amount: AUD has 2 decimals"),
        ("commitments.csv", ",190000000,AUD,", ",190000000,AUX,", "line 2, currency: 'AUX' is not a currency"),
        ("commitments.csv", ",naif,", ",naiff,", "line 4, institution_slug: 'naiff' is not in institutions.csv."),
        ("commitments.csv", ",lead,conditional_approval,", ",lead,agreed,", "line 2, stage: 'agreed' is not known."),
        ("commitments.csv", "2024-03-14", "2024-03-34", "line 2, announced_on: '2024-03-34' is no day."),
        ("commitments.csv", "verified,day,no", "verified,,no", "line 2, announced_on_precision: a date has"),
        ("deals.csv", ",nolans,", ",nolan,", "line 2, project_slug: 'nolan' is not in projects.csv."),
        ("deals.csv", "nolans-standby-2024", "nolans-senior-debt-2024", "'nolans-senior-debt-2024' is there twice"),
        ("deals.csv", ",verified,month", ",verified,month,1", "line 2: has another number of cells than line 1."),
        ("projects.csv", ",rare-earths,", ",rare earths,", "line 2, minerals: 'rare earths' is not in minerals.csv."),
        ("projects.csv", ",-22.58,", ",south,", "line 2, latitude: 'south' is no degree."),
        ("projects.csv", "capex_amount", "capex", "line 1: the columns capex_amount are missing."),
        ("institutions.csv", "Z6MHCSLXHKYG4B6PHW02", "Z6MHCSLXHKYG4B6PHW03", "wrong check digits (ISO 17442)"),
        ("institutions.csv", ",AU,", ",Australia,", "line 2, country: 'Australia' is no country of ISO 3166."),
        ("minerals.csv", "aluminium,Alu", ",Alu", "line 2, code: is empty; fill it in."),
        ("minerals.csv", ",yes,", ",perhaps,", "'perhaps' is not known. Use one of: no, yes."),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_column(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    change(folder / file, old, new)
    with pytest.raises(BrokenFile) as refused:
        facts.read(folder)
    assert f"{file} can't be loaded" in str(refused.value)
    assert says in str(refused.value)


def test_every_fault_of_a_file_is_named_at_once(folder: Path) -> None:
    change(folder / "commitments.csv", ",naif,", ",naiff,")
    change(folder / "commitments.csv", ",190000000,AUD,", ",-,AUD,")
    with pytest.raises(BrokenFile) as refused:
        facts.read(folder)
    assert len(refused.value.faults) == 2


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "deals.csv").write_bytes((folder / "deals.csv").read_bytes() + b"\xff\xfe,\n")
    with pytest.raises(BrokenFile, match=r"deals\.csv can't be loaded"):
        facts.read(folder)


def test_an_overtaken_line_is_history_of_the_one_that_overtook_it() -> None:
    report = Report()
    rows = standing(facts.read().commitments, report)
    assert len(rows) == 179
    assert len({row.key for row in rows}) == 179
    [edc] = [row for row in rows if row.key[:2] == ("nolans-senior-debt-2024", "edc")]
    [letter] = edc.earlier
    assert (letter.stage, letter.announced.day, letter.announced.precision) == (
        "letter_of_interest", date(2023, 6, 1), "month",
    )  # fmt: skip
    assert sum(len(row.earlier) for row in rows) == 10
    # Export Finance Australia has two senior loans in Nolans.
    assert [one.line for one in report.unplaced] == [14]
    [commercial] = [row for row in rows if row.earlier and row.fact.institution == "export-finance-australia"
                    and row.fact.deal == "nolans-senior-debt-2024"]  # fmt: skip
    assert commercial.fact.money is not None
    assert commercial.fact.money.amount == Decimal(115_000_000)


def test_an_overtaken_line_without_a_successor_is_reported() -> None:
    letter = next(one for one in facts.read().commitments if one.superseded)
    report = Report()
    assert standing([letter], report) == []
    [unplaced] = report.unplaced
    assert "no line that stands" in unplaced.why


def test_sponsors_are_companies_and_the_rest_is_reported() -> None:
    sites = {site.slug: site for site in facts.read().projects}
    assert list(sponsors.names(sites["centinela-second-concentrator"])) == ["Antofagasta", "Marubeni"]
    assert list(sponsors.names(sites["reko-diq"])) == ["Barrick"]
    assert list(sponsors.names(sites["piaui-nickel"])) == ["Brazilian Nickel"]
    report = Report()
    for slug in ("centinela-second-concentrator", "reko-diq", "piaui-nickel", "nolans"):
        sponsors.report_the_rest(sites[slug], report)
    assert list(sponsors.shares(sites["centinela-second-concentrator"])) == [
        ("Antofagasta", Decimal(70)),
        ("Marubeni", Decimal(30)),
    ]
    assert list(sponsors.shares(sites["piaui-nickel"])) == []
    assert [one.value for one in report.unplaced] == [
        "Pakistan federal and Balochistan interests (50%)",
        "Brazilian Nickel (TechMet)",
    ]
