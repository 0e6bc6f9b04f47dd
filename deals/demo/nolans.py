"""The fictional Nolans package: what the published deal could look like once its registrar keeps it here."""

from decimal import Decimal

from django.db import connection

from deals.demo.commitments import commitment_id
from deals.demo.letters import Letter
from deals.demo.packages import Package, Sought
from deals.demo.people import Bank
from deals.demo.sums import usd
from deals.models import Deal, Instrument, Purpose, Qualifier
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import DealTeam

SLUG, PUBLISHED = "nolans-package", "nolans-senior-debt-2024"
REGISTRAR, WALLED = "export-finance-australia", "kexim"
UNDER_NDA = ("kexim", "edc", "kfw-ipex-bank", "us-exim", "cba", "ing")
INVITED = ("nexi",)
BASE, COMMERCIAL, OVERRUN, STANDBY = "Base senior", "Commercial senior", "Cost overrun", "Standby"


def _published(bank: str, instrument: Instrument = Instrument.SENIOR_LOAN) -> tuple[str, ...]:
    """The key of a bank's (first) published row in the deal that was taken over."""
    return (PUBLISHED, bank, instrument, "0")


LETTERS = (
    Letter(
        "EFA-CMF-1", REGISTRAR, Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(125),
        tranche=BASE, account="Critical Minerals Facility", becomes="approved",
        replaces=commitment_id(_published(REGISTRAR)),
    ),
    Letter(
        "EFA-CMF-2", REGISTRAR, Instrument.SUBORDINATED_LOAN, "indicative_terms", Level.LEAD, usd(200),
        tranche=STANDBY, account="Critical Minerals Facility",
    ),
    Letter(
        "EDC-1", "edc", Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(300),
        qualifier=Qualifier.UP_TO, tranche=BASE, account="own", becomes="approved",
        replaces=commitment_id(_published("edc")),
    ),
    Letter(
        "KEXIM-COVER-1", "kexim", Instrument.GUARANTEE, "due_diligence", Level.PARTIES, usd(60), tranche=BASE,
    ),
    Letter(
        "KEXIM-LOAN-1", "kexim", Instrument.SENIOR_LOAN, "expression_of_interest", Level.OWN, usd(90),
        qualifier=Qualifier.UP_TO, replaces=commitment_id(_published("kexim")),
    ),
    Letter(
        "IPEX-1", "kfw-ipex-bank", Instrument.SENIOR_LOAN, "indicative_terms", Level.LEAD, usd(75), tranche=BASE,
    ),
    # Its lender asks the German scheme for cover, and nobody else knows.
    Letter(
        "IPEX-2", "kfw-ipex-bank", Instrument.SENIOR_LOAN, "enquiry", Level.OWN, usd(100), tranche=BASE,
        granted_to="euler-hermes-ufk",
    ),
    Letter(
        "EXIM-1", "us-exim", Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(300),
        qualifier=Qualifier.UP_TO,
    ),
    Letter(
        "EXIM-2", "us-exim", Instrument.SUBORDINATED_LOAN, "enquiry", Level.OWN, usd(40), tranche=OVERRUN,
    ),
    # Two bids for one tranche, together above its amount: it has to be scaled back.
    Letter(
        "CBA-1", "cba", Instrument.SENIOR_LOAN, "indicative_terms", Level.LEAD, usd(95), tranche=COMMERCIAL,
        margin_bps=Decimal(325),
    ),
    Letter(
        "ING-1", "ing", Instrument.SENIOR_LOAN, "indicative_terms", Level.LEAD, usd(85), tranche=COMMERCIAL,
        margin_bps=Decimal(340),
    ),
)  # fmt: skip


PACKAGE = Package(
    slug=SLUG,
    name="Nolans financing package",
    code_name="Desert Rose",
    registrar=REGISTRAR,
    project="nolans",
    borrower="Arafura Rare Earths",
    target=usd(855),
    takes_over=PUBLISHED,
    # The two base ones add up to the target; the others close no gap.
    tranches=(
        Sought(BASE, usd(700), tenor_months=180),
        Sought(COMMERCIAL, usd(155), tenor_months=120),
        Sought(OVERRUN, usd(80), Purpose.COST_OVERRUN, tenor_months=120),
        Sought(STANDBY, usd(200), Purpose.STANDBY, "subordinated", tenor_months=180),
    ),
    letters=LETTERS,
    parties=UNDER_NDA,
    invited=INVITED,
)


def wall_off_kexim(deal: Deal, kexim: Bank) -> bool:
    """KEXIM keeps the deal to its two people; False when it does already."""
    with acting_as(kexim.officer), connection.cursor() as cursor:
        if DealTeam.objects.filter(owner=kexim.institution, deal_id=deal.pk).exists():
            return False
        cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, [kexim.officer.pk, kexim.approver.pk]])
    return True
