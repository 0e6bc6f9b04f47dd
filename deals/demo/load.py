"""Loads the demo network under the application's role, every row as its owner; a second load finds all there."""

from collections.abc import Callable, Mapping

from deals.demo import book, conditions, facts, keliber, lionheart, nolans, quebrada_blanca, quiet, room, sites
from deals.demo.commitments import load_commitments
from deals.demo.letters import register_missing
from deals.demo.mandates import load_mandates
from deals.demo.membership import load_contacts
from deals.demo.owners import load_owners
from deals.demo.packages import Package, find, register_package
from deals.demo.people import Bank, load_people
from deals.demo.published import load_published
from deals.demo.reference import load_reference
from deals.demo.report import Report
from deals.demo.returns import YEAR, load_returns
from deals.models import Deal, ReturnSum
from institutions.isolation.session import System, acting_as
from institutions.models import Institution

JOB = "demo"
SECRETARIAT = "secretariat"
PACKAGES = (nolans.PACKAGE, lionheart.PACKAGE, keliber.PACKAGE, quebrada_blanca.PACKAGE, quiet.PACKAGE)
# What stands beside the money of a package, once all its letters are there: name, how many, how many were made.
BESIDE: dict[str, tuple[tuple[str, int, Callable[[Deal, Mapping[str, Bank]], int]], ...]] = {
    nolans.SLUG: (
        ("conditions precedent", len(conditions.TERMS), conditions.load_conditions),
        ("acts in the deal room", room.ACTS, room.furnish),
        ("book statuses", 1, book.publish_once),
    ),
    keliber.SLUG: (("joint amounts", 1, keliber.promise_joint_amount),),
    quebrada_blanca.SLUG: (("confirmed published rows", 1, quebrada_blanca.confirm_kexims_loan),),
}


def is_loaded() -> bool:
    """Whether the last row of a load is there, which everyone may see."""
    return ReturnSum.objects.filter(year=YEAR).exists()


def load(say: Callable[[str], None]) -> Report:
    """Raises BrokenFile before anything is written. What was broken off goes on where it stopped."""
    stated, report = facts.read(), Report()
    secretariat = Institution.objects.get(slug=SECRETARIAT)
    say("Published financings …")
    # One transaction: the published network is there as a whole or not at all.
    with acting_as(System(JOB, secretariat.pk)):
        load_reference(stated, report)
        load_published(stated, report, owner=secretariat.pk)
        load_commitments(stated, report, owner=secretariat.pk)
        banks = load_people(report)
    say("Fictional layer: what banks say of projects …")
    report.count("statements of projects (fictional)", made=sites.load_statements(banks), there=len(sites.STATEMENTS))
    report.count("registered projects (fictional)", made=sites.load_entries(banks), there=len(sites.ENTRIES))
    report.count("projects with owners and buyers (fictional)", made=load_owners(banks), there=1)
    made, there = load_mandates(banks)
    report.count("mandates (inferred)", made=made, there=there)
    desk, efa = banks[SECRETARIAT], banks["export-finance-australia"]
    report.count("contacts (fictional)", made=load_contacts(efa, desk), there=3)
    for package in PACKAGES:
        say(f"Fictional layer: {package.name} …")
        _package(package, banks, report)
    say("Fictional layer: annual returns …")
    made, there = load_returns(banks)
    report.count("annual returns (fictional)", made=made, there=there)
    return report


def _package(package: Package, banks: Mapping[str, Bank], report: Report) -> None:
    there = find(package, banks)
    deal = there or register_package(package, banks)
    report.count("registered deals (fictional)", made=not there, there=1)
    if package is nolans.PACKAGE:
        walled = nolans.wall_off_kexim(deal, banks[nolans.WALLED])
        report.count("deal teams (fictional)", made=walled, there=1)
    register_missing(package.letters, deal, banks, report)
    for what, there_are, act in BESIDE.get(package.slug, ()):
        report.count(f"{what} (fictional)", made=act(deal, banks), there=there_are)
