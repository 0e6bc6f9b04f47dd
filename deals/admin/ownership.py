"""Who holds a project, as a tree, with what the rule packs find in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.words import level_badge, origin_badge
from deals.models import Company, Holding
from deals.ownership import Finding, Ranged, Tiers, Verdict
from deals.ownership.tiers import ALL
from deals.selectors.ownership import Ownership, current_holdings, ownership_of
from deals.sentences.days import day_in_words
from deals.sentences.mandates import country
from deals.sentences.of_projects import percent
from deals.sentences.ownership import cited, finding_in_words, share_in_words, way
from deals.sentences.words import listed, word

# More than a page of a project holds is read over the API.
MOST_LINES = 60
MOST_WAYS = 5


@dataclass(frozen=True)
class TreeLine:
    """A holder in its tier: `depth` from 0; `bar` is its share of the project in percent, the lower end."""

    depth: int
    company: UUID
    name: str
    of: str
    state: bool
    share: str
    through: str
    bar: str
    control: str
    by: str


@dataclass(frozen=True)
class ShownFinding:
    verdict: Verdict
    says: str
    cited: str
    source: str
    note: str
    ways: tuple[str, ...]

    @property
    def badge(self) -> str:
        return word(self.verdict.value)


@dataclass(frozen=True)
class Tree:
    """What the card of owners shows; `more`: there are holders beyond these lines."""

    lines: list[TreeLine]
    findings: list[ShownFinding]
    untold: str
    more: bool
    told: bool
    statements: list["ShownHolding"]


def tree_of(family: Sequence[UUID]) -> Tree:
    """The tiers above a project. Two queries."""
    seen = ownership_of(family)
    lines: list[TreeLine] = []
    whole = _grow(seen, seen.tiers.top, 0, ALL, (), lines)
    rest = seen.tiers.untold.get(seen.tiers.top, Decimal(0))
    untold = percent(rest.quantize(Decimal("0.01"))) if rest else ""
    findings = [_finding(found, seen.tiers) for found in seen.findings]
    statements = [ShownHolding(row) for row in seen.statements if row.project_id]
    return Tree(lines, findings, untold, not (whole and seen.whole), seen.told, statements)


def _grow(seen: Ownership, held: str, depth: int, share: Ranged, below: tuple[str, ...], lines: list[TreeLine]) -> bool:
    """Adds the holders above, each with those above it; whether all found room."""
    for one in seen.tiers.above.get(held, ()):
        if one.holder in below:
            continue
        if len(lines) == MOST_LINES:
            return False
        holder, through = seen.tiers.holders[one.holder], one.share.of(share)
        lines.append(
            TreeLine(
                depth,
                seen.companies[one.holder],
                holder.name,
                country(holder.country) if holder.country else "",
                holder.state,
                share_in_words(one.share),
                share_in_words(through),
                f"{through.low:.2f}",
                listed(map(word, one.controls)),
                listed(one.by),
            )
        )
        if not _grow(seen, one.holder, depth + 1, through, (*below, one.holder), lines):
            return False
    return True


def _finding(found: Finding, tiers: Tiers) -> ShownFinding:
    return ShownFinding(
        found.verdict,
        finding_in_words(found, tiers),
        cited(found),
        _(found.pack.source),
        _(found.pack.note) if found.pack.note else "",
        tuple(way(path, tiers) for path in found.paths[:MOST_WAYS] if path.share.high),
    )


@dataclass(frozen=True)
class ShownHolding:
    """A statement about a holding, as one line."""

    row: Holding

    @property
    def share(self) -> str:
        return percent(self.row.share) or _("unknown")

    @property
    def on(self) -> str:
        return day_in_words(self.row.as_of, self.row.precision)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.row, self.row.owner.short_name)

    @property
    def origin(self) -> SafeString:
        return origin_badge(self.row.origin, demo=self.row.demo)


def statements_about(company: Company) -> tuple[list[ShownHolding], list[ShownHolding]]:
    """Who holds a company, and what it holds, as far as the reader is told. Two queries."""
    above, below = current_holdings(company=company), current_holdings(holder=company)
    return [ShownHolding(row) for row in above], [ShownHolding(row) for row in below]
