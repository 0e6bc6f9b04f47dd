"""The fictional Keliber package: a tranche covered at 80 %, one amount for two commitments, a letter soon out.

Public are the EUR 500m, the EIB's 150, and Finnvera's guarantee of 200, which is 80 % of a tranche of 250; the lenders'
own shares are not, and are made up here or stay unknown.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from deals.demo.commitments import commitment_id
from deals.demo.letters import RUNS_OUT, Letter, Move, Protects
from deals.demo.packages import Package, Sought
from deals.demo.people import Bank
from deals.demo.sums import eur
from deals.models import Commitment, Deal, Instrument, JointAmount, Kind, Purpose
from deals.services.covers import promise_together
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as

SLUG, PUBLISHED = "keliber-package", "keliber-green-loan-2024"
REGISTRAR, JOINT = "finnvera", "natixis"
DIRECT, COVERED, COMMERCIAL, OVERRUN = "EIB loan", "Covered by Finnvera", "Commercial", "Cost overrun"
SIGNED = date(2024, 8, 22)
TOGETHER = ("NATIXIS-KE-2", "NATIXIS-KE-3")
_LOAN = Instrument.SENIOR_LOAN

LETTERS = (
    Letter(
        "EIB-KE-1", "eib", _LOAN, "due_diligence", Level.NETWORK, eur(150), tranche=DIRECT, account="own",
        replaces=commitment_id((PUBLISHED, "eib", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(
            Move(Kind.DRAWDOWN, eur(100), date(2025, 3, 14), "Disbursement 1"),
            Move(Kind.DRAWDOWN, eur(30), date(2025, 11, 28), "Disbursement 2"),
        ),
    ),
    Letter(
        "NATIXIS-KE-1", JOINT, _LOAN, "due_diligence", Level.PARTIES, eur(150), size_level=Level.LEAD,
        tranche=COVERED, replaces=commitment_id((PUBLISHED, JOINT, _LOAN, "0")), becomes="effective",
        signed_on=SIGNED, moves=(Move(Kind.DRAWDOWN, eur(90), date(2025, 3, 14), "Utilisation 1"),),
    ),
    Letter(
        "ING-KE-1", "ing", _LOAN, "due_diligence", Level.PARTIES, eur(100), tranche=COVERED,
        replaces=commitment_id((PUBLISHED, "ing", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
    ),
    Letter(
        "FINNVERA-KE-1", REGISTRAR, Instrument.GUARANTEE, "due_diligence", Level.NETWORK, eur(200), tranche=COVERED,
        replaces=commitment_id((PUBLISHED, REGISTRAR, Instrument.GUARANTEE, "0")), becomes="effective",
        signed_on=date(2024, 8, 26), protects=(Protects(tranche=COVERED, political=80, commercial=80),),
    ),
    Letter(
        TOGETHER[0], JOINT, _LOAN, "expression_of_interest", Level.LEAD, None, tranche=COMMERCIAL, account="own",
    ),
    Letter(
        TOGETHER[1], JOINT, _LOAN, "expression_of_interest", Level.LEAD, None, tranche=COMMERCIAL,
        account="Green bond programme",
    ),
    Letter(
        "ING-KE-2", "ing", _LOAN, "letter_of_interest", Level.LEAD, eur(30), tranche=COMMERCIAL, valid=RUNS_OUT,
    ),
    Letter("EIB-KE-2", "eib", _LOAN, "indicative_terms", Level.PARTIES, eur(40), tranche=OVERRUN),
)  # fmt: skip

PACKAGE = Package(
    slug=SLUG,
    name="Keliber lithium package",
    code_name="Cloudberry",
    registrar=REGISTRAR,
    project="keliber",
    borrower="Sibanye-Stillwater",
    target=eur(500),
    takes_over=PUBLISHED,
    # The first three add up to the published loan.
    tranches=(
        Sought(DIRECT, eur(150), tenor_months=144),
        Sought(COVERED, eur(250), tenor_months=120),
        Sought(COMMERCIAL, eur(100), tenor_months=84),
        Sought(OVERRUN, eur(40), Purpose.COST_OVERRUN, tenor_months=84),
    ),
    letters=LETTERS,
    parties=("eib", "ing", JOINT),
    invited=("kfw-ipex-bank",),
    closed_on=date(2024, 9, 20),
)


@transaction.atomic
def promise_joint_amount(_: Deal, banks: Mapping[str, Bank]) -> bool:
    """Natixis promises one amount from two accounts; False when it has done so."""
    officer = banks[JOINT].officer
    with acting_as(officer):
        if JointAmount.objects.filter(owner=officer.institution).exists():
            return False
        promise_together(
            by=officer,
            commitments=list(Commitment.objects.filter(owner=officer.institution, reference__in=TOGETHER)),
            money=eur(60),
            note="From both accounts together; the split follows the bond programme's next issue",
            level=Level.LEAD,
        )
    return True
