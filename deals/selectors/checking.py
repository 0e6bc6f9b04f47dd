"""What the reader sees of a project and of a deal, as the consistency checks take it (deals/checks)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation

from deals.checks import Finding, SeenDeal, SeenProject, check_deal, check_project
from deals.checks.seen import SeenCommitment, SeenCondition, SeenTranche, Stated
from deals.lifecycle import Class
from deals.models import (
    CompanyRole,
    Condition,
    ConditionState,
    CoverLink,
    Deal,
    DealCheckAnswer,
    DealStatus,
    Project,
    ProjectCheckAnswer,
    ProjectFact,
    ProjectMineral,
    RoleKind,
    Size,
    Tranche,
)
from deals.models.commitment import COVER
from deals.money import Money
from deals.selectors.deal_page import CommitmentLine, DealPage
from deals.selectors.facts import current_facts
from deals.selectors.pipeline import Sums, sums_of
from deals.selectors.projects import stage_now
from institutions.isolation import moment
from institutions.isolation.sealing import digests
from institutions.languages import USUAL

LEADS = (RoleKind.COORDINATOR, RoleKind.MANDATED_LEAD_ARRANGER, RoleKind.BOOKRUNNER)


S = TypeVar("S")


@dataclass(frozen=True)
class Doubt:
    """A finding with the reason of the owner of what is doubted, where the asker is told of one.

    `seals` are keyed hashes of all that its check finds, by the present key first: an answer is to that, and to nothing
    found later or by others.
    """

    code: str
    says: str
    seals: tuple[str, ...]
    answer: ProjectCheckAnswer | DealCheckAnswer | None = None


def project_doubts(project: Project, family: Sequence[UUID]) -> list[Doubt]:
    """What is doubtful in a project and what was merged into it. Five queries at most."""
    found = _sealed(check_project, _project(project, family))
    rows = ProjectCheckAnswer.objects.filter(project__in=family, owner=project.owner_id).select_related("owner")
    return _answered(found, rows) if found else []


def deal_doubts(deal: Deal, page: DealPage) -> list[Doubt]:
    """What is doubtful in a deal, and between it and its project. `page`: what its page shows. Ten queries at most."""
    found = _sealed(check_deal, _deal(deal, page))
    rows = DealCheckAnswer.objects.filter(deal=deal, owner=deal.owner_id).select_related("owner")
    return _answered(found, rows) if found else []


def seals_of(doubts: Iterable[Doubt], code: str) -> tuple[str, ...]:
    """The seals of what a check finds; none where it finds nothing."""
    return next((doubt.seals for doubt in doubts if doubt.code == code), ())


def _sealed(check: Callable[[S], list[Finding]], seen: S) -> list[Doubt]:
    """Said in the language that is active, sealed in English: an answer is to the same in every language."""
    with translation.override(USUAL):
        english: dict[str, list[str]] = defaultdict(list)
        for each in check(seen):
            english[each.code].append(each.says)
    seals = {code: tuple(each[:32] for each in digests("\n".join((code, *says)))) for code, says in english.items()}
    return [Doubt(each.code, each.says, seals[each.code]) for each in check(seen)]


def _answered(doubts: list[Doubt], rows: "QuerySet[ProjectCheckAnswer] | QuerySet[DealCheckAnswer]") -> list[Doubt]:
    given = {(row.code, row.finding): row for row in rows.order_by("-told_at", "id")}

    def answer(doubt: Doubt) -> ProjectCheckAnswer | DealCheckAnswer | None:
        return next((found for seal in doubt.seals if (found := given.get((doubt.code, seal)))), None)

    return [replace(doubt, answer=answer(doubt)) for doubt in doubts]


def _deal(deal: Deal, page: DealPage) -> SeenDeal:
    project = deal.project
    seen = _project(project, [project.pk]) if project else None
    sums = sums_of([deal.pk])[deal.pk]
    tranches = {row.pk: _tranche(row) for row in page.tranches}
    return SeenDeal(
        today=moment.today(),
        status=deal.status,
        target=_money(deal.target_amount, deal.target_currency),
        firm=_firm(sums),
        announced_on=deal.announced_on if deal.announced_precision in ("", "day") else None,
        tranches=tuple(tranches.values()),
        commitments=_commitments(page, tranches),
        conditions=_conditions(deal),
        leads=not page.roles or any(role.role in LEADS for role in page.roles),
        project=seen,
        sought=_sought(project, seen) if project and seen else None,
    )


def _project(project: Project, family: Sequence[UUID]) -> SeenProject:
    minerals = ProjectMineral.objects.filter(project__in=family).values_list("mineral__name", "by_product")
    yields: dict[str, bool] = {}
    for name, by_product in minerals:
        yields[name] = yields.get(name, True) and by_product
    companies = CompanyRole.objects.filter(project__in=family, until=None).values_list(
        "company__name", "company__country"
    )
    (stage,) = Project.objects.filter(pk=project.pk).annotate(now=stage_now()).values_list("now", flat=True)
    facts = current_facts().filter(project__in=family).select_related("owner", "mineral")
    return SeenProject(
        today=moment.today(),
        stage=stage or "",
        facts=tuple(_stated(fact) for fact in facts.order_by("code", "id")),
        minerals=yields,
        chain_stages=tuple(project.chain_stages),
        companies=tuple(sorted(set(companies))),
    )


def _stated(fact: ProjectFact) -> Stated:
    return Stated(
        code=fact.code,
        by=fact.owner.short_name,
        as_of=fact.as_of,
        text=fact.text,
        # Only a day is early or late.
        day=fact.day,
        money=_money(fact.amount, fact.currency),
        number=fact.quantity,
        unit=fact.unit,
        mineral=fact.mineral.name if fact.mineral else "",
        category=fact.category,
        competent_person=fact.competent_person,
    )


def _tranche(row: Tranche) -> SeenTranche:
    return SeenTranche(
        name=row.name,
        currency=row.currency,
        amount=_money(row.amount, row.currency),
        purpose=row.purpose,
        tenor_months=row.tenor_months,
        grace_months=row.grace_months,
        availability_ends_on=row.availability_ends_on,
    )


def _commitments(page: DealPage, tranches: dict[UUID, SeenTranche]) -> tuple[SeenCommitment, ...]:
    covers = _covers(page.covers)
    return tuple(
        SeenCommitment(
            by=line.commitment.institution.short_name,
            cls=line.cls.value,
            cover=line.commitment.instrument in COVER,
            amount=_size(line),
            tranche=tranches.get(line.commitment.tranche_id) if line.commitment.tranche_id else None,
            signed_on=line.commitment.signed_on,
            covers=tuple(covers.get(line.commitment.pk, ())),
        )
        for line in page.commitments
        if not line.replaced and line.cls is not Class.ENDED
    )


def _covers(links: Iterable[CoverLink]) -> dict[UUID, list[tuple[Money | None, Money | None]]]:
    """By cover, the amount of each link with the size of what it covers. One query where there are links."""
    held = list(links)
    covered = {link.covered_id for link in held if link.covered_id}
    sizes = {size.commitment_id: size for size in Size.objects.filter(commitment__in=covered)} if covered else {}
    found: dict[UUID, list[tuple[Money | None, Money | None]]] = defaultdict(list)
    for link in held:
        size = sizes.get(link.covered_id) if link.covered_id else None
        exact = size is not None and size.qualifier in ("exact", "up_to")
        whole = _money(size.amount, size.currency) if size and exact else None
        found[link.cover_id].append((_money(link.amount, link.currency), whole))
    return found


def _size(line: CommitmentLine) -> Money | None:
    """Of one's own; a joint amount is nobody's alone."""
    size = line.size
    return _money(size.amount, size.currency) if size and size.joint_id is None else None


def _conditions(deal: Deal) -> tuple[SeenCondition, ...]:
    rows = Condition.objects.filter(deal=deal).order_by("due_on", "id").values_list("text", "due_on", "state")
    return tuple(SeenCondition(text, due, state == ConditionState.OPEN) for text, due, state in rows)


def _firm(sums: Sums) -> Money | None:
    """Firm money for the base; None where some of it is of unknown amount, or only bounded."""
    firm = sums.all.get(Class.FIRM)
    if firm is None:
        # Nothing firm is nothing only where other money is seen.
        return Money.total(Decimal(0), sums.currency) if sums.all else None
    return None if firm.unknown or firm.unconverted else sums.of(Class.FIRM)


def _sought(project: Project, seen: SeenProject) -> Money | None:
    """What the project's deals seek together, where all say so in the currency of its capital cost."""
    cost = seen.latest("capex")
    if cost is None or cost.money is None:
        return None
    rows = list(
        Deal.objects.filter(project=project, taken_over=None)
        .exclude(status=DealStatus.CANCELLED)
        .order_by()
        .values_list("target_amount", "target_currency")
    )
    amounts = [amount for amount, currency in rows if amount is not None and currency == cost.money.currency]
    if len(amounts) < len(rows):
        return None
    return Money.total(sum(amounts, Decimal(0)), cost.money.currency)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return Money.total(amount, currency) if amount is not None and currency else None
