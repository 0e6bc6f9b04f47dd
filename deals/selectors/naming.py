"""Names for sentences about deals and projects, resolved in bulk as the present identity may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from deals.models import Commitment, Company, Deal, Mineral, Project, Tranche
from deals.plain import plain
from deals.sentences import CommitmentName, Names
from institutions.isolation.levels import Level
from institutions.models import Event, Institution

# What is told of a deal, and of a project. Each row but the deal itself names its deal in `deal_id`, and each row but
# the project itself its project in `project_id`.
OF_PROJECTS = (
    "deals_project", "deals_projectmineral", "deals_companyrole", "deals_projectfact", "deals_holding", "deals_offtake",
    "deals_esgcategory", "deals_esgscreening", "deals_projectcheckanswer",
)  # fmt: skip
_COMPANIES = ("company_id", "holder_id", "buyer_id")
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
    "deals_dealcheckanswer",
    *OF_PROJECTS,
)


# What is told on the page of the row alone, not in mails or in the history of everything.
TOLD_ON_PAGES = (
    "institutions_institution",
    "institutions_membership",
    "institutions_network",
    "deals_company",
    "deals_mineral",
    "deals_teaser",
    "deals_annualreturn",
)


@dataclass(frozen=True)
class Label:
    """What a deal or a project is called: outside the registry by its name where that is public; a deal else by its
    code name, a project not at all."""

    id: UUID
    owner: UUID
    name: str
    outside: str
    of_project: bool = False

    @property
    def page(self) -> str:
        """The name of its page."""
        return "deals_project_change" if self.of_project else "deals_deal_change"


def subject_of(event: Event) -> UUID:
    """The deal or the project that an event of `TOLD_TABLES` is about."""
    if event.table in ("deals_deal", "deals_project"):
        return event.row_id
    key = "project_id" if event.table in OF_PROJECTS else "deal_id"
    return UUID(str((event.after or {})[key]))


def labels_of(subjects: Collection[UUID]) -> dict[UUID, Label]:
    """The deals and projects among these that can be seen now; two queries."""
    deals = Deal.objects.filter(pk__in=subjects).values_list("pk", "owner_id", "name", "code_name", "level")
    projects = Project.objects.filter(pk__in=subjects).values_list("pk", "owner_id", "name", "level")
    found = [
        Label(pk, owner, plain(name), plain(name if level == Level.PUBLIC else code_name))
        for pk, owner, name, code_name, level in deals
    ]
    found += [
        Label(pk, owner, plain(name), plain(name) if level == Level.PUBLIC else "", of_project=True)
        for pk, owner, name, level in projects
    ]
    return {label.id: label for label in found}


def deals_named(slug: str) -> list[UUID]:
    """The visible deals of this slug, which is unique per owner only."""
    return list(Deal.objects.filter(slug=slug).values_list("pk", flat=True))


def names_for(events: Iterable[Event]) -> Names:
    """Every name that sentences about these events need: three queries, two more where projects are told of."""
    institutions: set[UUID] = set()
    commitments: set[UUID] = set()
    tranches: set[UUID] = set()
    minerals: set[UUID] = set()
    companies: set[UUID] = set()
    for event in events:
        after = event.after or {}
        institutions |= {UUID(after[key]) for key in ("owner_id", "institution_id", "to_id") if after.get(key)}
        institutions |= {event.institution_id} if event.institution_id else set()
        if after.get("commitment_id"):
            commitments.add(UUID(after["commitment_id"]))
        if event.table in OF_PROJECTS:
            minerals |= {UUID(after["mineral_id"])} if after.get("mineral_id") else set()
            companies |= {UUID(after[key]) for key in _COMPANIES if after.get(key)}
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
        minerals=dict(Mineral.objects.filter(pk__in=minerals).values_list("pk", "name")) if minerals else {},
        companies=dict(Company.objects.filter(pk__in=companies).values_list("pk", "name")) if companies else {},
    )
