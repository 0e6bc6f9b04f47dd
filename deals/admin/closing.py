"""What blocks financial close, on the page of a deal: in words, and as a picture of who waits for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from deals.closing import Closing, How
from deals.models import Condition, Deal
from deals.plain import plain
from deals.selectors.closing import ClosingWords, closing_of

WIDTH, HEIGHT, ACROSS, DOWN = 190, 40, 240, 56
MARGIN = 10
# More than this is no picture any more; the words stand beside it anyway.
MOST_BOXES = 40


@dataclass(frozen=True)
class Box:
    """A condition in the picture; lengths are in units of the drawing."""

    x: int
    y: int
    who: str
    text: str
    kind: str

    @property
    def first_line(self) -> int:
        return self.y + 16

    @property
    def second_line(self) -> int:
        return self.y + 31

    @property
    def inner(self) -> int:
        return self.x + 10


@dataclass(frozen=True)
class Arrow:
    """From what waits to what it waits for; `back` where that goes round in a circle."""

    path: str
    back: bool


@dataclass(frozen=True)
class Picture:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int
    description: str


@dataclass(frozen=True)
class Line:
    """One condition in words."""

    condition: Condition
    called: str
    says: str
    how: str


@dataclass(frozen=True)
class ClosingPage:
    """The section as the page shows it."""

    label: str
    blocking: tuple[Line, ...]
    following: tuple[Line, ...]
    circles: tuple[str, ...]
    picture: Picture | None


def closing_page(deal: Deal) -> ClosingPage:
    """What blocks the deal's close; as many questions as its selector asks."""
    words = closing_of(deal)
    found = words.closing
    blocking = tuple(
        Line(words.conditions[row.condition], _upper(words.called(row.condition)),
             words.next_step(row.condition, row.how, row.waits), row.how.value)
        for row in found.blocking
    )  # fmt: skip
    following = tuple(
        Line(
            words.conditions[row.condition],
            _upper(words.called(row.condition)),
            words.waiting(row.waits),
            "",
        )
        for row in found.following
    )
    circles = tuple(words.circle(circle) for circle in found.circles)
    return ClosingPage(words.label, blocking, following, circles, _picture(words, blocking, following))


def _picture(words: ClosingWords, blocking: tuple[Line, ...], following: tuple[Line, ...]) -> Picture | None:
    """None where nobody waits for another: a list says as much."""
    found = words.closing
    if not any(found.held_up_by.values()) or len(found.held_up_by) > MOST_BOXES:
        return None
    columns = _columns(found)
    boxes: dict[UUID, Box] = {}
    for place, column in enumerate(columns):
        for row, key in enumerate(column):
            boxes[key] = _box(words, key, MARGIN + ACROSS * place, MARGIN + DOWN * row)
    broken = {row.condition for row in found.blocking if row.how is How.CIRCLE}
    arrows = tuple(
        _arrow(boxes[key], boxes[nxt], back=key in broken) for key, held in found.held_up_by.items() for nxt in held
    )
    said = [
        _("%(condition)s: %(state)s") % {"condition": line.called, "state": line.says}
        for line in (*blocking, *following)
    ]
    return Picture(
        boxes=tuple(boxes.values()),
        arrows=arrows,
        width=2 * MARGIN + ACROSS * (len(columns) - 1) + WIDTH,
        height=2 * MARGIN + DOWN * (max(len(column) for column in columns) - 1) + HEIGHT + 14,
        description=" ".join(said),
    )


def _columns(found: Closing) -> list[list[UUID]]:
    """What blocks on the left; everything else to the right of all that it waits for."""
    rank = {row.condition: 0 for row in found.blocking}
    waiting = [row.condition for row in found.following]
    while waiting:
        ready = [key for key in waiting if all(nxt in rank for nxt in found.held_up_by[key])]
        for key in ready:
            rank[key] = 1 + max(rank[nxt] for nxt in found.held_up_by[key])
        waiting = [key for key in waiting if key not in rank]
    columns: list[list[UUID]] = [[] for _ in range(max(rank.values()) + 1)]
    for key, place in rank.items():
        columns[place].append(key)
    return columns


def _box(words: ClosingWords, key: UUID, x: int, y: int) -> Box:
    row = words.conditions[key]
    hows: Mapping[UUID, str] = {found.condition: found.how.value for found in words.closing.blocking}
    if row.commitment_id:
        who = plain(row.owner.short_name, 24)
    else:
        who = _("%(owner)s, for all") % {"owner": plain(row.owner.short_name, 16)}
    return Box(x, y, who, plain(row.text, 28), hows.get(key, "follows"))


def _arrow(here: Box, there: Box, *, back: bool) -> Arrow:
    if back:
        # Out at the bottom and round, so that it is not taken for a way that leads on.
        x, y = here.x + WIDTH // 2, here.y + HEIGHT
        to_x, to_y = there.x + WIDTH // 2, there.y + HEIGHT
        return Arrow(f"M {x} {y} C {x} {y + 22}, {to_x} {to_y + 22}, {to_x} {to_y}", back=True)
    return Arrow(f"M {here.x} {here.y + HEIGHT // 2} L {there.x + WIDTH} {there.y + HEIGHT // 2}", back=False)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
