"""What is told of a commitment as an activity of its own: the commitment, and what stands around it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from deals.models import Commitment, Participation
from deals.selectors.commitments import COMMITMENTS
from deals.selectors.deals import DEALS
from deals.selectors.movements import MOVEMENTS
from deals.selectors.projects import COMPANIES, PROJECTS
from institutions.models import Institution, State
from institutions.selectors.reading import Reading, Rows, Shape, objects


def _standing() -> Rows:
    """Without those that another one replaces, as far as the asker sees the replacement."""
    return COMMITMENTS.rows().filter(~Exists(_replacing()))


def _replacing() -> Rows:
    found: Rows = Commitment.objects.filter(supersedes=OuterRef("pk")).order_by()
    return found


ACTIVITIES = Reading("commitment", _standing, COMMITMENTS.shape)


@dataclass(frozen=True)
class Told:
    """Whose a commitment is, who told of it, and since when it is told so far."""

    id: UUID
    institution: Institution
    reporter: Institution
    since: date | None


@dataclass(frozen=True)
class Activity:
    """`commitment`, `deal`, `project` and `borrower` are shapes, None where the asker sees none.

    `ledger`: its confirmed movements, oldest first. `share`: the kind of participation, where it is one in another's
    loan. `beside`: the other institutions' commitments to the same deal.
    """

    told: Told
    commitment: Shape
    deal: Shape | None
    project: Shape | None
    borrower: Shape | None
    ledger: tuple[Shape, ...]
    share: str
    beside: tuple[Told, ...]


def activities_of(commitments: list[Shape]) -> Iterator[Activity]:
    """As the asker sees them; as many queries, however many there are."""
    keys = [shape["id"] for shape in commitments]
    deals = objects(DEALS, _named(commitments, "deal"))
    projects = objects(PROJECTS, _named(deals.values(), "project"))
    companies = objects(COMPANIES, _named(deals.values(), "borrower"))
    told, of_deal = _told(keys, deals)
    ledgers = _ledgers(keys)
    shares = dict(Participation.objects.filter(commitment__in=keys).values_list("commitment_id", "kind"))
    for shape in commitments:
        deal, its = deals.get(shape["deal"]), told[shape["id"]]
        yield Activity(
            told=its,
            commitment=shape,
            deal=deal,
            project=projects.get(deal["project"]) if deal else None,
            borrower=companies.get(deal["borrower"]) if deal else None,
            ledger=tuple(ledgers.get(shape["id"], ())),
            share=shares.get(shape["id"], ""),
            beside=tuple(each for each in of_deal.get(shape["deal"], ()) if each.institution != its.institution),
        )


def _named(shapes: Iterable[Shape], name: str) -> set[UUID]:
    return {shape[name] for shape in shapes if shape[name]}


def _told(keys: Collection[UUID], deals: Collection[UUID]) -> tuple[dict[UUID, Told], dict[UUID, list[Told]]]:
    """Of the commitments themselves, and of all that stand in their deals."""
    rows = (
        Commitment.objects.filter(Q(pk__in=keys) | Q(deal__in=deals))
        .filter(Q(pk__in=keys) | ~Exists(_replacing()))
        .order_by("told_at", "id")
    )
    found = list(rows.values_list("pk", "deal_id", "institution_id", "owner_id", "told_at"))
    banks = Institution.objects.in_bulk({key for row in found for key in row[2:4]})
    told = {pk: Told(pk, banks[mine], banks[by], at.astimezone(UTC).date() if at else None)
            for pk, _, mine, by, at in found}  # fmt: skip
    of_deal: dict[UUID, list[Told]] = {}
    for pk, deal, *_ in found:
        if deal in deals:
            of_deal.setdefault(deal, []).append(told[pk])
    return told, of_deal


def _ledgers(keys: Collection[UUID]) -> dict[UUID, list[Shape]]:
    rows = MOVEMENTS.rows().filter(commitment__in=keys, state=State.CONFIRMED)
    found: dict[UUID, list[Shape]] = {}
    for row in rows.order_by("effective_on", "told_at", "id"):
        shape = MOVEMENTS.shape(row)
        found.setdefault(shape["commitment"], []).append(shape)
    return found
