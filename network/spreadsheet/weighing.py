"""What a workbook unfolds to, weighed before a library takes it apart: a few bytes can stand for millions of cells."""

from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from openpyxl.utils import range_boundaries

_MOST_BYTES = 40_000_000
_MOST_CELLS = 300_000
# Cells and what stands in them; each of all the others, such as a row or a style, is much more work to read.
_LIGHT = frozenset({"c", "v", "f", "is", "si", "t", "r"})
_MOST_LIGHT, _MOST_HEAVY = 1_000_000, 100_000
# These name an area, of which the library makes every single cell.
_AREAS = frozenset({"mergeCell", "hyperlink"})
_MOST_OF_AREAS = 200_000


class TooHeavy(ValueError):
    """More than any table that people keep."""


class Broken(ValueError):
    """A part that can't be weighed."""


class Scales:
    """Counts elements over all parts of a workbook. Raises TooHeavy at the first one too many."""

    def __init__(self) -> None:
        self.cells = self.light = self.heavy = self.of_areas = 0

    def take(self, part: bytes) -> None:
        parser = ParserCreate()
        parser.StartElementHandler = self._element
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(part, True)
        except ExpatError:
            # A picture. What could be XML all the same is read by others, who may know encodings that this does not.
            if b"<" in part[:8]:
                raise Broken from None

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if plain in _LIGHT:
            self.light += 1
            self.cells += plain == "c"
        else:
            self.heavy += 1
        if plain in _AREAS:
            self.of_areas += _size(attributes.get("ref", ""))
        if (
            self.cells > _MOST_CELLS
            or self.light > _MOST_LIGHT
            or self.heavy > _MOST_HEAVY
            or self.of_areas > _MOST_OF_AREAS
        ):
            raise TooHeavy

    def _entity(self, *_facts: object) -> None:
        raise TooHeavy


def weigh(packed: ZipFile) -> None:
    """Raises TooHeavy. Whatever a part is called, since a workbook says itself which of them are sheets."""
    if sum(each.file_size for each in packed.infolist()) > _MOST_BYTES:
        raise TooHeavy
    scales = Scales()
    for each in packed.infolist():
        scales.take(packed.read(each))


def _size(ref: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(ref)
    except (ValueError, TypeError):
        return 0
    if None in (left, top, right, bottom):
        # Whole rows or columns.
        return _MOST_OF_AREAS + 1
    return int((right - left + 1) * (bottom - top + 1))
