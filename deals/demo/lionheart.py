"""The fictional Lionheart package: three currencies, an insured loan, equity beside debt, overrun money at two stages.

Public are the senior debt of EUR 1,185m, the loans of the EIB (250) and EIFO (100), and the Raw Materials Fund's equity
of 150; what else is registered here is made up, and six banks' shares stay as unknown as they are published.
"""

from datetime import date

from deals.demo.commitments import commitment_id
from deals.demo.letters import Letter, Move, Protects
from deals.demo.packages import Package, Sought
from deals.demo.sums import aud, eur, usd
from deals.models import Instrument, Kind, Purpose, RoleKind
from institutions.isolation.levels import Level

SLUG, PUBLISHED = "lionheart-package", "lionheart-senior-debt-2025"
REGISTRAR = "eib"
BASE, EQUITY, OVERRUN = "Base senior", "Equity", "Cost overrun"
SIGNED = date(2025, 12, 3)
_LOAN = Instrument.SENIOR_LOAN

LETTERS = (
    Letter(
        "EIB-LH-1", REGISTRAR, _LOAN, "due_diligence", Level.NETWORK, eur(250), tranche=BASE, account="own",
        replaces=commitment_id((PUBLISHED, REGISTRAR, _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(
            Move(Kind.DRAWDOWN, eur(60), date(2026, 3, 16), "Notice 1"),
            Move(Kind.DRAWDOWN, eur(45), date(2026, 7, 15), "Notice 2"),
        ),
    ),
    # Its amount is the lead's to know: parties see that it is signed, and that a condition is open.
    Letter(
        "EFA-LH-1", "export-finance-australia", _LOAN, "due_diligence", Level.PARTIES, aud(200),
        size_level=Level.LEAD, tranche=BASE, account="National Interest Account",
        replaces=commitment_id((PUBLISHED, "export-finance-australia", _LOAN, "0")),
        conditions=(("other", "The loan is hedged into the currency of the costs"),),
        becomes="signed", signed_on=SIGNED,
    ),
    Letter(
        "EDC-LH-1", "edc", _LOAN, "due_diligence", Level.PARTIES, usd(80), tranche=BASE, account="own",
        replaces=commitment_id((PUBLISHED, "edc", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(Move(Kind.PARTIAL_CANCELLATION, usd(10), date(2026, 6, 30), "Scope of supply reduced"),),
    ),
    Letter(
        "ING-LH-1", "ing", _LOAN, "due_diligence", Level.PARTIES, eur(110), tranche=BASE,
        replaces=commitment_id((PUBLISHED, "ing", _LOAN, "0")), becomes="effective", signed_on=SIGNED,
        moves=(Move(Kind.INCREASE, eur(15), date(2026, 5, 29), "Amendment 1"),),
    ),
    Letter(
        "BPI-LH-1", "bpifrance", Instrument.GUARANTEE, "due_diligence", Level.PARTIES, eur(120), tranche=BASE,
        account="State account", replaces=commitment_id((PUBLISHED, "bpifrance", Instrument.GUARANTEE, "0")),
        becomes="effective", signed_on=SIGNED, protects=(Protects("ING-LH-1", political=95, commercial=90),),
    ),
    Letter(
        "ROFO-LH-1", "kfw-rohstofffonds", Instrument.EQUITY, "due_diligence", Level.NETWORK, eur(150), tranche=EQUITY,
        replaces=commitment_id(("lionheart-equity-2025", "kfw-rohstofffonds", Instrument.EQUITY, "0")),
        becomes="effective", signed_on=SIGNED, moves=(Move(Kind.DRAWDOWN, eur(90), date(2025, 12, 15), "First call"),),
    ),
    Letter(
        "EIB-LH-2", REGISTRAR, _LOAN, "indicative_terms", Level.PARTIES, eur(50), tranche=OVERRUN, account="own",
        becomes="approved",
    ),
    Letter(
        "EFA-LH-2", "export-finance-australia", _LOAN, "indicative_terms", Level.LEAD, eur(40), tranche=OVERRUN,
        conditions=(("corporate_approval", "The minister approves the use of the national interest account"),),
        becomes="conditional_approval",
    ),
)  # fmt: skip

PACKAGE = Package(
    slug=SLUG,
    name="Lionheart Phase One package",
    code_name="Upper Rhine",
    registrar=REGISTRAR,
    project="lionheart",
    borrower="Vulcan Energy Resources",
    target=eur(1335),
    takes_over=PUBLISHED,
    # The published senior debt and the published equity together.
    tranches=(
        Sought(BASE, eur(1185), tenor_months=180),
        Sought(EQUITY, eur(150), seniority="equity"),
        Sought(OVERRUN, eur(90), Purpose.COST_OVERRUN, tenor_months=144),
    ),
    letters=LETTERS,
    parties=("export-finance-australia", "edc", "ing", "bpifrance", "kfw-rohstofffonds"),
    invited=("nexi",),
    roles=(("ing", RoleKind.FACILITY_AGENT),),
    closed_on=date(2025, 12, 19),
)
