"""The fictional annual returns of 2025: from the demo's own ledgers, some with signatures that it does not hold, and
the sum that the secretariat publishes over them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from deals.demo.letters import confirm_all
from deals.demo.people import Bank
from deals.demo.sums import usd
from deals.models import AnnualReturn, ReturnSum
from deals.services.returns import Adjustment, prepare_return, publish_sum
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.selectors.memberships import networks_of_member

YEAR = 2025
SECRETARIAT = "secretariat"


@dataclass(frozen=True)
class Returned:
    """A bank's return; `elsewhere`: what it signed beside the demo's deals."""

    bank: str
    level: Level = Level.OWN
    elsewhere: tuple[Adjustment, ...] = ()


def _more(side: str, millions: int) -> tuple[Adjustment, ...]:
    return (Adjustment(side, usd(millions), "Fictional: signed in deals that are not in this registry"),)


RETURNS = (
    Returned("export-finance-australia"),
    Returned("edc", elsewhere=_more("money", 60)),
    Returned("kfw-rohstofffonds"),
    Returned("us-exim", elsewhere=_more("money", 140)),
    Returned("kexim", elsewhere=_more("money", 110)),
    Returned("jbic", Level.NETWORK, _more("money", 90)),
    Returned("nexi", elsewhere=_more("cover", 75)),
    Returned("euler-hermes-ufk", elsewhere=_more("cover", 60)),
    Returned("bpifrance"),
    Returned("finnvera", elsewhere=_more("cover", 40)),
)


def load_returns(banks: Mapping[str, Bank]) -> tuple[int, int]:
    """How many returns were made, and how many there are then; the sum is published once."""
    made = [_return(banks[each.bank], each) for each in RETURNS]
    (network,) = networks_of_member(banks[RETURNS[0].bank].institution.pk, on=timezone.now().date())
    desk = banks[SECRETARIAT]
    with acting_as(desk.officer):
        if not ReturnSum.objects.filter(year=YEAR).exists():
            publish_sum(by=desk.officer, year=YEAR, network=network)
    return made.count(True), len(made) - made.count(None)


def _return(bank: Bank, returned: Returned) -> bool | None:
    """Whether it was made; None for who is no member."""
    with acting_as(bank.officer):
        if not networks_of_member(bank.institution.pk, on=timezone.now().date()):
            return None
        if AnnualReturn.objects.filter(owner=bank.institution, year=YEAR).exists():
            return False
        prepare_return(by=bank.officer, year=YEAR, adjustments=returned.elsewhere, level=returned.level, demo=True)
    confirm_all(bank)
    return True
