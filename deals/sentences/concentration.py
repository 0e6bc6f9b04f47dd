"""How concentrated output is, as pages and the briefing say it, in the language that is active. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.concentration.index import Between, Change
from deals.sentences.mandates import country
from deals.sentences.of_projects import percent
from deals.sentences.words import word

if TYPE_CHECKING:
    from deals.selectors.concentration import Output

# What a series counts, where it is no element.
_COUNTED = {"REO": "rare earth oxide", "graphite": "graphite"}


@dataclass(frozen=True)
class Said:
    """A line of the table. `before`, `after`: the largest producer's share in whole percent, for bars; texts else."""

    mineral: str
    stage: str
    projects: str
    planned: str
    of_world: str
    top: str
    top_shares: str
    before: int
    after: int
    index: str
    change: str
    basis: str
    source: str
    url: str
    note: str
    falls: bool | None

    @property
    def compared(self) -> bool:
        """Whether there is a baseline."""
        return bool(self.basis)


def lines_of(output: "Output") -> list[Said]:
    """One for each series of the world's output; one that says that there is none."""
    if not output.changes:
        return [_line(output, None)]
    return [_line(output, change) for change in output.changes]


def _line(output: "Output", change: Change | None) -> Said:
    parts = [_("%(n)s counted") % {"n": output.counted}]
    if output.unknown:
        parts.append(_("%(n)s of unknown output") % {"n": output.unknown})
    if output.there:
        parts.append(_("%(n)s in the world's output already") % {"n": output.there})
    projects = ", ".join(parts)
    if change is None:
        return Said(output.name, word(output.stage), projects, "", "", "", "", 0, 0, "", "", "", "", "", "", None)
    world, top = change.world, country(change.top)
    names = {"before": _percent(change.top_before), "after": _percent(change.top_after), "top": top}
    index = {"before": between(change.before), "after": between(change.after)}
    facts = {"year": world.year, "counted": word(_COUNTED.get(world.counted, world.counted))}
    basis = _("%(counted)s, %(year)s, estimated") if world.estimated else _("%(counted)s, %(year)s")
    return Said(
        output.name,
        word(output.stage),
        projects,
        _("%(tonnes)s t") % {"tonnes": f"{_whole(change.added):,f}"} if output.counted else "–",
        _percent(change.of_world) if output.counted else "–",
        top,
        _("%(top)s: %(before)s to %(after)s") % names if change.added else _("%(top)s: %(before)s") % names,
        int(change.top_before),
        int(change.top_after),
        _("%(before)s, then %(after)s") % index if change.added else between(change.before),
        _signed(change.change) if change.added else "–",
        basis % facts,
        world.source.title,
        world.source.url,
        world.source.note,
        change.change.high < 0 if change.added else None,
    )


def between(found: Between) -> str:
    """'4,500', or '4,500 to 4,600'."""
    low, high = f"{_whole(found.low):,f}", f"{_whole(found.high):,f}"
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _signed(found: Between) -> str:
    low, high = f"{_whole(found.low):+,f}", f"{_whole(found.high):+,f}"
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _percent(share: Decimal) -> str:
    return percent(share.quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def _whole(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_EVEN)
