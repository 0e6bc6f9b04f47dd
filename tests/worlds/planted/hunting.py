"""Plants a leak in both worlds, has its looker look, and says what came to light."""

import fcntl
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

from tests import conftest
from tests.figures import FOLDER, LONG
from tests.worlds.comparing import LOOKERS, Looker, Worlds, difference
from tests.worlds.crawl import Answer
from tests.worlds.hooks import hooks
from tests.worlds.mail import digests
from tests.worlds.planted.leak import Leak

REPORT = FOLDER / "planted.json"


@dataclass(frozen=True)
class Found:
    """What the crawl said of one leak."""

    name: str
    looker: str
    where: str
    found: bool
    differ: int
    of: int
    first: str

    def __str__(self) -> str:
        said = f"{self.differ} of {self.of} answers differ, the first: {self.first}" if self.found else "NOT FOUND"
        return f"{self.name} | {self.looker} | {said}"


def hunt(worlds: Worlds, leak: Leak) -> Found:
    looker = next(each for each in LOOKERS if each.name == leak.looker)
    if leak.mail:
        return compared(leak, looker, lambda: digests(worlds, looker))
    if leak.hook:
        return compared(leak, looker, lambda: hooks(worlds, looker))
    return compared(leak, looker, lambda: worlds.crawl(looker, leak.where))


def compared(leak: Leak, looker: Looker, look: Callable[[], list[Answer]]) -> Found:
    without, happened = (_with(leak, world, look) for world in looker.worlds)
    differ = [text for pair in zip(without, happened, strict=False) if (text := difference(*pair))]
    # Where a page leads further in one world than in the other, the questions themselves differ.
    further = abs(len(without) - len(happened))
    where = "digests" if leak.mail else "webhooks" if leak.hook else leak.where or "everything"
    first = differ[0][:600] if differ else ""
    told, of = len(differ) + further, len(without)
    return Found(leak.name, leak.looker, where, bool(told), told, of, first)


def _with(leak: Leak, world: str, look: Callable[[], list[Answer]]) -> list[Answer]:
    conftest.anew(world)
    with pytest.MonkeyPatch.context() as patch:
        leak.plant(patch)
        return look()


def write_down(found: Found) -> None:
    """Into one report for all processes, when everybody looks."""
    if not LONG:
        return
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    with open(REPORT.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(REPORT.read_text()) if REPORT.is_file() else {}
        REPORT.write_text(json.dumps(known | {found.name: asdict(found)}, indent=1, sort_keys=True))
