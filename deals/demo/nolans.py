"""The fictional Nolans package: what the published deal could look like once its registrar keeps it here."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from deals.demo.commitments import commitment_id
from deals.demo.letters import Letter, confirm_all
from deals.demo.people import Bank
from deals.demo.published import company_id, deal_id, project_id
from deals.demo.reference import FORGE, network_id
from deals.models import Company, Deal, DealStatus, Instrument, Project, Purpose, Qualifier
from deals.money import Money
from deals.services import approving, deals, inviting
from deals.services.disclosure import ask_to_widen
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import DealTeam, Network

SLUG, PUBLISHED = "nolans-package", "nolans-senior-debt-2024"
REGISTRAR, WALLED = "export-finance-australia", "kexim"
UNDER_NDA = ("kexim", "edc", "kfw-ipex-bank", "us-exim", "cba", "ing")
INVITED = ("nexi",)
BASE, COMMERCIAL, OVERRUN, STANDBY = "Base senior", "Commercial senior", "Cost overrun", "Standby"


def usd(millions: int) -> Money:
    return Money(Decimal(millions) * 1_000_000, "USD")


def _published(bank: str, instrument: Instrument = Instrument.SENIOR_LOAN) -> tuple[str, ...]:
    """The key of a bank's (first) published row in the deal that was taken over."""
    return (PUBLISHED, bank, instrument, "0")


LETTERS = (
    Letter(
        "EFA-CMF-1", REGISTRAR, Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(125),
        tranche=BASE, account="Critical Minerals Facility", approved=True,
        replaces=commitment_id(_published(REGISTRAR)),
    ),
    Letter(
        "EFA-CMF-2", REGISTRAR, Instrument.SUBORDINATED_LOAN, "indicative_terms", Level.LEAD, usd(200),
        tranche=STANDBY, account="Critical Minerals Facility",
    ),
    Letter(
        "EDC-1", "edc", Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(300),
        qualifier=Qualifier.UP_TO, tranche=BASE, account="own", approved=True,
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


def find_nolans(efa: Bank) -> Deal | None:
    with acting_as(efa.officer):
        return Deal.objects.filter(owner=efa.institution, slug=SLUG).first()


@transaction.atomic
def register_nolans(banks: Mapping[str, Bank]) -> Deal:
    """The deal with its tranches and parties; the network knows of it, who is at the table only the invited."""
    efa = banks[REGISTRAR]
    with acting_as(efa.officer):
        deal = deals.register_deal(
            by=efa.officer,
            network=Network.objects.get(pk=network_id(FORGE)),
            slug=SLUG,
            name="Nolans financing package",
            code_name="Desert Rose",
            project=Project.objects.get(pk=project_id("nolans")),
            borrower=Company.objects.get(pk=company_id("Arafura Rare Earths")),
            target=usd(855),
            status=DealStatus.IN_MARKET,
            takes_over=Deal.objects.get(pk=deal_id(PUBLISHED)),
            demo=True,
        )
        _tranches(deal, efa)
        to_invited = deals.ask_to_open(by=efa.officer, deal=deal, level=Level.INVITED)
    with acting_as(efa.approver):
        approving.confirm(by=efa.approver, approval=to_invited)
    with acting_as(efa.officer):
        deal.refresh_from_db()
        _parties(deal, banks)
    confirm_all(efa)
    with acting_as(efa.officer):
        deal.refresh_from_db()
        told = [deal, *deal.dealrole_set.all(), *deal.tranche_set.all()]
        to_network = ask_to_widen(
            by=efa.officer, subject=deal, rows=told, level=Level.NETWORK, deal_id=deal.pk,
            summary=f"Tell the network of {deal}, not of its parties",
        )  # fmt: skip
    with acting_as(efa.approver):
        approving.confirm(by=efa.approver, approval=to_network)
    return deal


def _tranches(deal: Deal, efa: Bank) -> None:
    """The two base ones add up to the target; the others close no gap."""
    for name, amount, purpose, seniority, tenor in (
        (BASE, usd(700), Purpose.BASE, "senior", 180),
        (COMMERCIAL, usd(155), Purpose.BASE, "senior", 120),
        (OVERRUN, usd(80), Purpose.COST_OVERRUN, "senior", 120),
        (STANDBY, usd(200), Purpose.STANDBY, "subordinated", 180),
    ):
        deals.add_tranche(
            by=efa.officer, deal=deal, name=name, currency="USD", amount=amount, purpose=purpose,
            seniority=seniority, tenor_months=tenor,
        )  # fmt: skip


def _parties(deal: Deal, banks: Mapping[str, Bank]) -> None:
    efa, today = banks[REGISTRAR].officer, timezone.localdate()
    for slug in UNDER_NDA:
        inviting.invite(
            by=efa,
            deal=deal,
            institution=banks[slug].institution,
            on=today - timedelta(days=60),
            nda_signed_on=today - timedelta(days=45),
            nda_expires_on=today + timedelta(days=720),
            nda_company="Arafura Rare Earths",
            nda_version="1",
        )
    for slug in INVITED:
        inviting.invite(by=efa, deal=deal, institution=banks[slug].institution, on=today - timedelta(days=7))


def wall_off_kexim(deal: Deal, kexim: Bank) -> bool:
    """KEXIM keeps the deal to its two people; False when it does already."""
    with acting_as(kexim.officer), connection.cursor() as cursor:
        if DealTeam.objects.filter(owner=kexim.institution, deal_id=deal.pk).exists():
            return False
        cursor.execute("SELECT wall.wall_off(%s, %s)", [deal.pk, [kexim.officer.pk, kexim.approver.pk]])
    return True
