"""A fictional deal that two banks alone know of."""

from deals.demo.letters import Letter
from deals.demo.packages import Package, Sought
from deals.demo.sums import usd
from deals.models import Instrument, Qualifier
from institutions.isolation.levels import Level

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


PACKAGE = Package(
    slug=SLUG,
    name="Strange Lake equipment loan",
    code_name="Grey Heron",
    registrar=REGISTRAR,
    project="strange-lake",
    borrower="Torngat Metals",
    target=usd(120),
    tranches=(Sought("Equipment loan", usd(120)),),
    letters=LETTERS,
    parties=(OTHER,),
    nda=15,
    told=Level.PARTIES,
)
