"""A fictional deal that two banks alone know of."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from deals.demo.letters import Letter, confirm_all
from deals.demo.nolans import usd
from deals.demo.people import Bank
from deals.demo.published import company_id, project_id
from deals.demo.reference import FORGE, network_id
from deals.models import Company, Deal, DealStatus, Instrument, Project, Purpose, Qualifier
from deals.services import approving, deals, inviting
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Network

SLUG, REGISTRAR, OTHER = "grey-heron", "edc", "kfw-ipex-bank"

LETTERS = (
    Letter(
        "IPEX-3", OTHER, Instrument.SENIOR_LOAN, "expression_of_interest", Level.PARTIES, usd(45),
        qualifier=Qualifier.UP_TO,
    ),
    # The last row of the whole demo: whether it is there tells whether all is (load.py).
    Letter(
        "EDC-2", REGISTRAR, Instrument.SENIOR_LOAN, "letter_of_interest", Level.PARTIES, usd(60),
        tranche="Equipment loan",
    ),
)  # fmt: skip


def find_quiet(edc: Bank) -> Deal | None:
    with acting_as(edc.officer):
        return Deal.objects.filter(owner=edc.institution, slug=SLUG).first()


@transaction.atomic
def register_quiet(banks: Mapping[str, Bank]) -> Deal:
    edc, today = banks[REGISTRAR], timezone.localdate()
    with acting_as(edc.officer):
        deal = deals.register_deal(
            by=edc.officer,
            network=Network.objects.get(pk=network_id(FORGE)),
            slug=SLUG,
            name="Strange Lake equipment loan",
            code_name="Grey Heron",
            project=Project.objects.get(pk=project_id("strange-lake")),
            borrower=Company.objects.get(pk=company_id("Torngat Metals")),
            target=usd(120),
            status=DealStatus.IN_MARKET,
            demo=True,
        )
        deals.add_tranche(
            by=edc.officer, deal=deal, name="Equipment loan", currency="USD", amount=usd(120), purpose=Purpose.BASE
        )
        opening = deals.ask_to_open(by=edc.officer, deal=deal, level=Level.PARTIES)
    with acting_as(edc.approver):
        approving.confirm(by=edc.approver, approval=opening)
    with acting_as(edc.officer):
        deal.refresh_from_db()
        inviting.invite(
            by=edc.officer,
            deal=deal,
            institution=banks[OTHER].institution,
            on=today - timedelta(days=20),
            nda_signed_on=today - timedelta(days=15),
            nda_expires_on=today + timedelta(days=720),
            nda_company="Torngat Metals",
            nda_version="1",
        )
    confirm_all(edc)
    return deal
