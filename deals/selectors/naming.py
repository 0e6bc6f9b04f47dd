"""Names for sentences about deals, resolved in bulk as the present identity may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from deals.models import Commitment, Deal, Tranche
from deals.plain import plain
from deals.sentences import CommitmentName, Names
from institutions.isolation.levels import Level
from institutions.models import Event, Institution

# What is told of a deal; each row but the deal itself names it in `deal_id`.
TOLD_TABLES = (
    "deals_deal",
    "deals_tranche",
    "deals_party",
    "deals_dealrole",
    "deals_commitment",
    "deals_size",
    "deals_price",
    "deals_condition",
    "deals_expirynotice",
    "deals_movement",
    "deals_transfer",
    "deals_movementproposal",
    "deals_allocation",
    "deals_allocationline",
    "deals_allocationacceptance",
    "deals_bookline",
    "deals_partyreply",
    "deals_conflictofinterest",
    "deals_document",
    "deals_question",
    "deals_answer",
    "deals_report",
)


@dataclass(frozen=True)
class DealLabel:
    """What a deal is called outside the registry: by its name where it is public, else by its code name."""

    id: UUID
    owner: UUID
    name: str
    code_name: str
    public: bool

    @property
    def outside(self) -> str:
        return self.name if self.public else self.code_name


def deal_of(event: Event) -> UUID:
    """The deal that an event of `TOLD_TABLES` is about."""
    return event.row_id if event.table == "deals_deal" else UUID(str((event.after or {})["deal_id"]))


def labels_of(deals: Sequence[UUID]) -> dict[UUID, DealLabel]:
    """The deals among these that can be seen now."""
    rows = Deal.objects.filter(pk__in=deals).values_list("pk", "owner_id", "name", "code_name", "level")
    return {
        pk: DealLabel(pk, owner, plain(name), plain(code_name), public=level == Level.PUBLIC)
        for pk, owner, name, code_name, level in rows
    }


def deals_named(slug: str) -> list[UUID]:
    """The visible deals of this slug, which is unique per owner only."""
    return list(Deal.objects.filter(slug=slug).values_list("pk", flat=True))


def names_for(events: Iterable[Event]) -> Names:
    """Every name that sentences about these events need: three queries, whatever their number."""
    institutions: set[UUID] = set()
    commitments: set[UUID] = set()
    tranches: set[UUID] = set()
    for event in events:
        after = event.after or {}
        institutions |= {UUID(after[key]) for key in ("owner_id", "institution_id", "to_id") if after.get(key)}
        if after.get("commitment_id"):
            commitments.add(UUID(after["commitment_id"]))
        if event.table == "deals_tranche":
            tranches.add(event.row_id)
        if event.table == "deals_allocation":
            tranches.add(UUID(after["tranche_id"]))
    called = {
        pk: CommitmentName(institution, stage, instrument)
        for pk, institution, stage, instrument in Commitment.objects.filter(pk__in=commitments).values_list(
            "pk", "institution_id", "stage", "instrument"
        )
    }
    institutions |= {named.institution for named in called.values()}
    return Names(
        institutions=dict(Institution.objects.filter(pk__in=institutions).values_list("pk", "short_name")),
        tranches=dict(Tranche.objects.filter(pk__in=tranches).values_list("pk", "name")),
        commitments=called,
    )
