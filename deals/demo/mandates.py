"""What the banks of the demo finance, inferred from the commitments that are published of them, and labelled so."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from deals.demo.letters import confirm_all
from deals.demo.people import Bank
from deals.models import (
    ChainStage,
    Commitment,
    Instrument,
    Mandate,
    Mineral,
    Origin,
    Project,
    ProjectMineral,
    Size,
)
from deals.models.project import ON_THE_WAY
from deals.selectors.projects import stage_now
from deals.services.mandates import MandateDraft, state_mandate
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.selectors.memberships import networks_of_member

NAME = "Critical minerals"
SINCE = date(2026, 1, 1)
# Fewer say little of what a bank would finance.
FEWEST = 2


def load_mandates(banks: Mapping[str, Bank]) -> tuple[int, int]:
    """How many were made, and how many there are then."""
    made = [_state(bank) for bank in banks.values()]
    return made.count(True), len(made) - made.count(None)


@transaction.atomic
def _state(bank: Bank) -> bool | None:
    """Whether it was made; None where nothing can be inferred."""
    with acting_as(bank.officer):
        draft = inferred(bank)
        if draft is None or not networks_of_member(bank.institution.pk, on=SINCE):
            return None
        if Mandate.objects.filter(owner=bank.institution, name=NAME).exists():
            return False
        state_mandate(by=bank.officer, draft=draft, level=Level.NETWORK, demo=True, inferred=True)
    confirm_all(bank)
    return True


def inferred(bank: Bank) -> MandateDraft | None:
    """As wide as what was published: instruments, minerals, stages, and tickets in the commonest currency."""
    rows = Commitment.objects.filter(institution=bank.institution, origin=Origin.PUBLISHED)
    projects = Project.objects.filter(deals__commitments__in=rows).distinct()
    instruments = set(rows.values_list("instrument", flat=True))
    if rows.count() < FEWEST:
        return None
    sizes = Size.objects.filter(commitment__in=rows, amount__isnull=False, joint=None).values_list("amount", "currency")
    counts = Counter(currency for _, currency in sizes)
    currency = min(counts, key=lambda each: (-counts[each], each), default="")
    tickets = sorted(amount for amount, its in sizes if its == currency and amount is not None)
    stages = set(projects.annotate(now=stage_now()).values_list("now", flat=True))
    return MandateDraft(
        name=NAME,
        since=SINCE,
        minerals=tuple(
            Mineral.objects.filter(pk__in=ProjectMineral.objects.filter(project__in=projects).values("mineral"))
        ),
        chain_stages=_in_order(ChainStage.values, {s for each in projects for s in each.chain_stages}),
        earliest_stage=next((stage.value for stage in ON_THE_WAY if stage in stages), ""),
        instruments=_in_order(Instrument.values, instruments),
        # Of one or two nobody knows which would be too small.
        ticket_from=tickets[0] if len(tickets) > 2 else None,
        ticket_to=tickets[-1] if tickets else None,
        currency=currency,
        basis=f"Inferred for the demo from {rows.count()} published commitments",
    )


def _in_order(codes: list[str], found: set[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in found)
