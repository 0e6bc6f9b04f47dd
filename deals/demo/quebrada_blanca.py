"""The fictional Quebrada Blanca 2 package: a cover that includes a loan, a ledger of seven years, money left undrawn.

Public are the USD 2,500m, JBIC's up to 900, KEXIM's loan of 240 and guarantee of 160, and the untied loan guarantee of
300, which includes KfW IPEX-Bank's loan of about 155; what EDC and ING lend is made up, five banks' stay unknown.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from deals.demo.commitments import commitment_id
from deals.demo.letters import Letter, Move, Protects, confirm_all
from deals.demo.packages import Package, Sought
from deals.demo.people import Bank
from deals.demo.sums import usd
from deals.models import Commitment, Confirmation, Deal, Instrument, Kind, Purpose
from deals.services.origin import confirm_published
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as

SLUG, PUBLISHED = "qb2-package", "qb2-2019"
REGISTRAR, UFK, CONFIRMS = "jbic", "euler-hermes-ufk", "kexim"
DIRECT, COVERED, OTHERS, STANDBY = "JBIC loan", "Covered by UFK", "Other senior", "Standby"
SIGNED = date(2019, 5, 30)
_LOAN, _UNTIED = Instrument.SENIOR_LOAN, Instrument.UNTIED_LOAN_GUARANTEE

LETTERS = (
    Letter(
        "JBIC-QB-1", REGISTRAR, _LOAN, "due_diligence", Level.NETWORK, usd(900), tranche=DIRECT, account="own",
        replaces=commitment_id((PUBLISHED, REGISTRAR, _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(
            Move(Kind.DRAWDOWN, usd(700), date(2019, 12, 16), "Drawdown 1"),
            Move(Kind.DRAWDOWN, usd(200), date(2021, 6, 15), "Drawdown 2"),
            Move(Kind.REPAYMENT, usd(45), date(2025, 6, 16), "Instalment 1 of 20"),
        ),
    ),
    Letter(
        "IPEX-QB-1", "kfw-ipex-bank", _LOAN, "due_diligence", Level.PARTIES, usd(155), tranche=COVERED,
        replaces=commitment_id((PUBLISHED, "kfw-ipex-bank", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
    ),
    Letter(
        "ING-QB-1", "ing", _LOAN, "due_diligence", Level.PARTIES, usd(145), tranche=COVERED,
        replaces=commitment_id((PUBLISHED, "ing", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
    ),
    # That it includes the loan of KfW IPEX-Bank is published, and that link leads on to what replaces its two ends.
    Letter(
        "UFK-QB-1", UFK, _UNTIED, "due_diligence", Level.PARTIES, usd(300), tranche=COVERED,
        account="Federal budget", replaces=commitment_id((PUBLISHED, UFK, _UNTIED, "0")), becomes="effective",
        signed_on=SIGNED, protects=(Protects("ING-QB-1", money=usd(145)),),
    ),
    # Fifteen were not drawn when the time to draw was over: its desk asks whether to cancel them.
    Letter(
        "EDC-QB-1", "edc", _LOAN, "due_diligence", Level.PARTIES, usd(150), tranche=OTHERS, account="own",
        replaces=commitment_id((PUBLISHED, "edc", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(
            Move(Kind.PARTIAL_CANCELLATION, usd(20), date(2020, 10, 1), "Works re-scoped"),
            Move(Kind.INCREASE, usd(45), date(2021, 11, 30), "Amendment 2"),
            Move(Kind.DRAWDOWN, usd(160), date(2022, 3, 31), "Drawdown 1"),
        ),
    ),
    Letter(
        "EDC-QB-2", "edc", Instrument.SUBORDINATED_LOAN, "indicative_terms", Level.LEAD, usd(100), tranche=STANDBY,
    ),
)  # fmt: skip

PACKAGE = Package(
    slug=SLUG,
    name="Quebrada Blanca 2 package",
    code_name="Altiplano",
    registrar=REGISTRAR,
    project="quebrada-blanca-2",
    borrower="Teck Resources",
    target=usd(2500),
    takes_over=PUBLISHED,
    # The first three add up to the published financing.
    tranches=(
        Sought(DIRECT, usd(900), tenor_months=204),
        Sought(COVERED, usd(300), tenor_months=204),
        Sought(OTHERS, usd(1300), tenor_months=144, availability_ends_on=date(2024, 6, 28)),
        Sought(STANDBY, usd(150), Purpose.STANDBY, "subordinated", tenor_months=144),
    ),
    letters=LETTERS,
    parties=(CONFIRMS, UFK, "kfw-ipex-bank", "edc", "ing"),
    invited=("nexi",),
    closed_on=date(2019, 11, 18),
)


@transaction.atomic
def confirm_kexims_loan(_: Deal, banks: Mapping[str, Bank]) -> bool:
    """KEXIM says that what is published of its direct loan is so; False when it has said so."""
    kexim = banks[CONFIRMS]
    with acting_as(kexim.officer):
        published = Commitment.objects.get(pk=commitment_id((PUBLISHED, CONFIRMS, _LOAN, "0")))
        if Confirmation.objects.filter(owner=kexim.institution, commitment=published).exists():
            return False
        confirm_published(
            by=kexim.officer,
            commitment=published,
            note="As signed; drawn in full",
            level=Level.NETWORK,
            demo=True,
        )
    confirm_all(kexim)
    return True
