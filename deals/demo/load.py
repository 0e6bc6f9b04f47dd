"""Loads the demo network under the application's role, every row as its owner; a second load finds all there."""

from collections.abc import Callable, Mapping, Sequence

from deals.demo import facts, nolans, quiet
from deals.demo.commitments import load_commitments
from deals.demo.conditions import load_conditions
from deals.demo.letters import Letter, is_registered, register
from deals.demo.people import Bank, load_people
from deals.demo.published import load_published
from deals.demo.reference import institution_id, load_reference
from deals.demo.report import Report
from deals.models import Commitment, Deal
from institutions.isolation.session import System, acting_as
from institutions.models import Institution

JOB = "demo"
SECRETARIAT = "secretariat"


def is_loaded() -> bool:
    """Whether the last row of a load is there."""
    if not Institution.objects.filter(pk=institution_id(quiet.REGISTRAR)).exists():
        return False
    with acting_as(System(JOB, institution_id(quiet.REGISTRAR))):
        return Commitment.objects.filter(reference=quiet.LETTERS[-1].reference, demo=True).exists()


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
    say("Fictional layer: Nolans …")
    there = nolans.find_nolans(banks[nolans.REGISTRAR])
    deal = there or nolans.register_nolans(banks)
    walled = nolans.wall_off_kexim(deal, banks[nolans.WALLED])
    _letters(nolans.LETTERS, deal, banks, report)
    made, terms = load_conditions(deal, banks)
    report.count("conditions precedent (fictional)", made=made, there=terms)
    say("Fictional layer: a deal of two banks …")
    other = quiet.find_quiet(banks[quiet.REGISTRAR])
    _letters(quiet.LETTERS, other or quiet.register_quiet(banks), banks, report)
    report.count("registered deals (fictional)", made=(not there) + (not other), there=2)
    report.count("deal teams (fictional)", made=int(walled), there=1)
    return report


def _letters(letters: Sequence[Letter], deal: Deal, banks: Mapping[str, Bank], report: Report) -> None:
    missing = [letter for letter in letters if not is_registered(letter, banks[letter.bank])]
    for letter in missing:
        register(letter, bank=banks[letter.bank], deal=deal)
    report.count("registered commitments (fictional)", made=len(missing), there=len(letters))
