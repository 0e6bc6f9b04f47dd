"""Who holds what, as the asker is told of it: every statement, and the tiers above a project with what packs find."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from deals.models import Company, Holding
from deals.ownership import Finding, Holder, Link, Tiers, find, packs_on
from deals.selectors.parts import SOURCE, decimal, source, texts
from institutions.isolation import moment
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

# Nobody's page waits for a thicket that somebody stated.
MOST_COMPANIES = 500
# The project itself, among what is held.
PROJECT = "project"

Holdings = QuerySet[Holding]


def _of_seen(rows: Holdings) -> Holdings:
    """Those of which the asker sees all that they name: a holding by a hidden company is hidden with it."""
    return rows.filter(
        Q(project=None) | Q(project__name__isnull=False),
        Q(company=None) | Q(company__name__isnull=False),
        Q(holder=None) | Q(holder__name__isnull=False),
    )


def is_current() -> Q:
    """Whether the asker sees no later statement of the same maker about the same holding (sql/ownership.sql)."""
    about = [F(name) for name in ("owner_id", "project_id", "company_id", "holder_id")]
    return Q(pk=Func(*about, function="deals.present_holding", output_field=UUIDField()))


_HOLDING = ("id", "control", "as_of", "precision", "basis", "origin", "level", "demo")


def _holdings() -> Rows:
    found: Rows = _of_seen(Holding.objects.all()).values(
        *_HOLDING,
        *SOURCE,
        "owner_id", "project_id", "company_id", "holder_id", "share", "told_at", "updated_at",
        current=ExpressionWrapper(is_current(), output_field=BooleanField()),
    )  # fmt: skip
    return found


def _holding(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "project": row["project_id"],
            "company": row["company_id"],
            "holder": row["holder_id"],
            "institution": row["owner_id"],
            "share": decimal(row["share"]),
            **texts(row, "control", "as_of", "precision", "basis"),
            "current": row["current"],
            **texts(row, "origin", "level"),
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


HOLDINGS = Reading("holding", _holdings, _holding)


@dataclass(frozen=True)
class Ownership:
    """The tiers above a project, and what the packs of a day find in them. `companies`: a holder's row, by its key;
    `statements`: what it rests on; `whole`: everything above the project was read."""

    tiers: Tiers
    findings: list[Finding]
    companies: dict[str, UUID]
    statements: list[Holding]
    whole: bool = True

    @property
    def told(self) -> bool:
        """Whether anything is told of who holds the project."""
        return self.tiers.top in self.tiers.above


def ownership_of(projects: Sequence[UUID], on: date | None = None) -> Ownership:
    """Who holds a project (with what was merged into it), and what the packs in force on a day find. Two queries."""
    above = list(_above(projects))
    whole = len(above) <= MOST_COMPANIES
    statements = list(_current(Q(project__in=list(projects)) | Q(company__in=above)))
    named = [company for row in statements for company in (row.company, row.holder) if company]
    holders, companies = _holders(named)
    tiers = Tiers.of(PROJECT, holders, [_link(row) for row in statements])
    packs = packs_on(on or moment.today())
    findings = [found for pack in packs if (found := find(tiers, pack, whole=whole))]
    return Ownership(tiers, findings, companies, statements, whole)


def current_holdings(**of: Company) -> Holdings:
    """Each maker's present statements about the holdings in, or of, a company. One query."""
    return _current(Q(**of))


def _current(which: Q) -> Holdings:
    rows = _of_seen(Holding.objects.filter(which)).filter(is_current())
    return rows.select_related("owner", "project", "company", "holder", "source").order_by(
        "-as_of", "owner__short_name", "id"
    )


def _above(projects: Sequence[UUID]) -> Iterable[UUID]:
    found = Company.objects.filter(
        pk__in=RawSQL("SELECT deals.companies_above(%s, %s)", [list(projects), MOST_COMPANIES + 1])
    )
    return found.values_list("pk", flat=True)


def _key(company: Company) -> str:
    """One company as several institutions registered it is one where its LEI is."""
    return company.lei or str(company.pk)


def _holders(named: Iterable[Company]) -> tuple[dict[str, Holder], dict[str, UUID]]:
    """Of several rows of one company the first by name is shown; where they disagree on what it is, that is unsure."""
    rows: dict[str, dict[UUID, Company]] = defaultdict(dict)
    for company in named:
        rows[_key(company)][company.pk] = company
    holders, companies = {}, {}
    for key, found in rows.items():
        first = min(found.values(), key=lambda row: (row.name, str(row.pk)))
        countries = {row.country for row in found.values() if row.country}
        states = {row.is_state for row in found.values()}
        unsure = len(countries) > 1 or len(states) > 1
        country = countries.pop() if len(countries) == 1 else ""
        holders[key] = Holder(key, first.name, country, True in states, unsure)
        companies[key] = first.pk
    return holders, companies


def _link(row: Holding) -> Link:
    return Link(
        _key(row.company) if row.company else PROJECT,
        _key(row.holder) if row.holder else None,
        row.share,
        row.control,
        row.owner.short_name,
    )
