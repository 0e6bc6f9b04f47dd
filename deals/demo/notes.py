"""What the notes of commitments.csv say beyond the columns. Read by eye where words don't follow a pattern."""

import re
from dataclasses import dataclass

from deals.models import Instrument, Qualifier
from deals.money import Money

# A clause of its own: 'also reported as up to A$303m' is about another figure than the row's.
_UP_TO = re.compile(r"(?:^|[;,] )up to\b", re.IGNORECASE)
_ABOUT = re.compile(r"(?:^|[;,] )(?:about|approximate|approximately)(?=[;,]|$)", re.IGNORECASE)
UFK = "euler-hermes-ufk"


def qualifier(note: str) -> Qualifier:
    """How the amount of the row is meant."""
    if _UP_TO.search(note):
        return Qualifier.UP_TO
    return Qualifier.APPROXIMATE if _ABOUT.search(note) else Qualifier.EXACT


def instrument(stated: Instrument, *, institution: str, note: str) -> Instrument:
    """The instrument as the note or its institution's scheme tells it more closely."""
    if stated is Instrument.GUARANTEE and institution == UFK:
        return Instrument.UNTIED_LOAN_GUARANTEE
    if stated is Instrument.COMPREHENSIVE_INSURANCE and "political risk insurance" in note.lower():
        return Instrument.POLITICAL_RISK_INSURANCE
    return stated


@dataclass(frozen=True)
class Joint:
    """One figure for the commitments of a deal that `institutions` have; their own sizes are unknown."""

    deal: str
    institutions: tuple[str, ...]
    money: Money
    qualifier: Qualifier
    note: str


JOINTS = (
    Joint(
        "matawinie-senior-debt",
        ("edc", "cib"),
        Money.of("335000000", "USD"),
        Qualifier.EXACT,
        "US$290m term loan and US$45m cost overrun debt; split not stated",
    ),
    Joint(
        "mahenge-debt-2024",
        ("dbsa", "idc-south-africa", "crdb-bank"),
        Money.of("179000000", "USD"),
        Qualifier.EXACT,
        "113 term, 20 revolving, 20 overrun and a guarantee of 26; shares not split",
    ),
    Joint(
        "mt-weld-jare-2023",
        ("jogmec",),
        Money.of("200000000", "AUD"),
        Qualifier.EXACT,
        "JARE, of JOGMEC and Sojitz; JOGMEC's share not split",
    ),
    Joint(
        "caremag-2025",
        ("jogmec",),
        Money.of("110000000", "EUR"),
        Qualifier.UP_TO,
        "Equity and shareholder loans of JOGMEC and Iwatani; JOGMEC's share not split",
    ),
)


@dataclass(frozen=True)
class Cover:
    """A cover of a deal and the loan in the same deal that it is known to include."""

    deal: str
    insurer: str
    lender: str


# The UFK's US$300m include the whole loan of KfW IPEX-Bank.
COVERS = (Cover("qb2-2019", UFK, "kfw-ipex-bank"),)

# Vehicles that the money passes through.
VIA = {
    ("mt-weld-jare-2023", "jogmec"): "JARE (with Sojitz)",
    ("mt-weld-jare-2022", "jogmec"): "JARE (with Sojitz)",
    ("wagerup-gallium-2025", "jogmec"): "Japan Australia Gallium Associates (with Sojitz)",
    ("caremag-2025", "jogmec"): "Japan France Rare Earth Company (with Iwatani)",
}

# Money for a sponsor, which is no part of the project's own stack.
TO_SPONSOR = {
    ("qb2-additional-2024", "jbic"),
    ("qb2-additional-2024", "mufg"),
    ("piaui-techmet-2020", "dfc"),
    ("phalaborwa-dfc-2023", "dfc"),
}

# Lines that are placed, but say more than the registry can hold: (deal, institution, instrument): why.
DOUBTS = {
    ("mahenge-debt-2024", "dbsa", Instrument.SENIOR_LOAN): (
        "US$26m of the joint figure are a guarantee; the file has no line for it, so the figure is kept whole."
    ),
    ("nolans-senior-debt-2024", "kexim", Instrument.SENIOR_LOAN): (
        "part of the amount is a guarantee; it is kept as the loan that the file states."
    ),
    ("sal-de-oro-phase2-2024", "kexim", Instrument.SENIOR_LOAN): (
        "what is lent and what is covered is not split, so the cover has no link to its loans."
    ),
    ("mt-weld-jare-2022", "jogmec", Instrument.EQUITY): (
        "the amount is JARE's, of JOGMEC and Sojitz; the file does not say whether it is JOGMEC's share."
    ),
    ("keliber-green-loan-2024", "finnvera", Instrument.GUARANTEE): (
        "covers 80 % of a tranche of EUR 250m whose lenders are not told apart, so there is nothing to link it to."
    ),
    ("qb2-2019", "kexim", Instrument.GUARANTEE): (
        "covers bank loans that are not named, so there is nothing to link it to."
    ),
    ("qb2-2019", UFK, Instrument.UNTIED_LOAN_GUARANTEE): (
        "linked to KfW IPEX-Bank's loan; whose the rest of the covered tranche is, is not named."
    ),
    ("qb2-additional-2024", "mufg", Instrument.SENIOR_LOAN): (
        "four more banks are named for an unsplit share; they are not in institutions.csv."
    ),
}
