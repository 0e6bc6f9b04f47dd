"""How what is asked grows with the registry: processor milliseconds of each page at each size."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.speed.asking import ASKERS, LARGE_DEAL, Registry, made_id
from tests.benchmarks.speed.beside import Side, Spread, alone
from tests.benchmarks.speed.reading import Effort, deep_page, end_of_log


@dataclass(frozen=True)
class Point:
    """Milliseconds of the processor for one answer, at one size."""

    what: str
    asker: str
    size: int
    spent: Spread


def points(there: Registry, effort: Effort) -> Iterator[Point]:
    """Each list, detail, feed page, stack, desk and search."""
    for asker, bank in ASKERS.items():
        for what, side in _asked(there, bank).items():
            yield Point(what, asker, there.size, alone(side, turns=effort.turns, each=max(1, effort.each // 2)))


def _asked(there: Registry, bank: int) -> dict[str, Side]:
    commitment = there.told(bank, "/api/v1/commitments?limit=2")["results"][-1]
    deal = commitment["deal"] if bank != ASKERS["a tenth"] else made_id("deal", LARGE_DEAL)
    asked = {
        "commitments": "/api/v1/commitments",
        "commitments, deep": deep_page(there, bank)[0],
        "commitments of a deal": f"/api/v1/commitments?deal={deal}",
        "deals": "/api/v1/deals",
        "projects": "/api/v1/projects",
        "tranches": "/api/v1/tranches",
        "parties": "/api/v1/parties",
        "a commitment": f"/api/v1/commitments/{commitment['id']}",
        "a deal": f"/api/v1/deals/{deal}",
        "feed, 200 events": "/api/v1/events?limit=200",
        "feed, nothing new": f"/api/v1/events?after={end_of_log(there, bank)}",
        "stack": f"/api/v1/deals/{deal}/stack",
    }
    pages = {
        "page: desk": "/admin/",
        "page: deals": "/admin/deals/deal/",
        "page: a deal": f"/admin/deals/deal/{deal}/change/",
        "page: commitments": "/admin/deals/commitment/",
        "page: search": "/admin/find/?q=lithium&part=1",
    }
    return {what: there.ours(bank, path) for what, path in asked.items()} | {
        what: there.page(bank, path) for what, path in pages.items()
    }
