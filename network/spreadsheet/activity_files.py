"""Files of IATI activities as tables: of one file a sheet of projects, one of deals and one of commitments.

An activity is read as a spreadsheet's rows are, so that all that it leaves open is asked, and nothing is made of it
before somebody confirms.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from network.iati.reading import ActivityRead, Broken, Unsafe, activities_in
from network.spreadsheet.activity_rows import commitments_of
from network.spreadsheet.table import MOST_ROWS, Book, Cell, Sheet, Unreadable

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"", "utf-8"),
          (b"", "utf-16-le"), (b"", "utf-16-be"))  # fmt: skip
_HEADERS = {
    "projects": ("name", "country", "latitude", "longitude", "minerals"),
    "deals": ("name", "project"),
    # The last three are for whoever completes what is refused for want of them (services/wrong_rows.py).
    "commitments": ("reference", "deal", "financier", "instrument", "stage", "amount", "currency", "signed on",
                    "agreement", "valid until", "tranche"),
}  # fmt: skip
_AMOUNT = _HEADERS["commitments"].index("amount")


def is_xml(raw: bytes) -> bool:
    """Whether a file begins as XML does, in any encoding that XML must be read in."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            start = raw[len(mark) : 200].decode(encoding, "ignore").lstrip()
            if start.startswith(("<?xml", "<!DOCTYPE", "<!--", "<iati-activities")):
                return True
    return False


def read_activities(raw: bytes) -> Book:
    """The three sheets of a file of activities. Raises Unreadable."""
    try:
        found = list(_no_more_than(MOST_ROWS, activities_in(raw)))
    except Unsafe as unsafe:
        raise Unreadable("unsafe_xml", f"{unsafe}") from None
    except Broken as broken:
        raise Unreadable(broken.code, f"{broken}") from None
    if not found:
        raise Unreadable("file_empty", _("The file holds no activities."))
    lines = [line for activity in found for line in commitments_of(activity)]
    moved = sum(activity.moved for activity in found)
    says = _("IATI %(version)s, %(count)s activities. A row stands for what one of them says.")
    notes = [says % {"version": found[0].version, "count": len(found)}]
    if moved:
        says = _("%(count)s disbursements, repayments and other transactions are not imported.")
        notes.append(says % {"count": moved})
    return Book(
        (
            _sheet("projects", dict.fromkeys(map(_project, found))),
            _sheet("deals", dict.fromkeys((each.title, each.place) for each in found)),
            _sheet(
                "commitments",
                [line.cells for line in lines],
                passed_over={number: line.why for number, line in enumerate(lines, start=1) if line.why},
            ),
        ),
        tuple(notes),
    )


def _no_more_than(most: int, found: Iterator[ActivityRead]) -> Iterator[ActivityRead]:
    for number, activity in enumerate(found):
        if number >= most:
            says = _("The file may have %(most)s activities at most. Split it.")
            raise Unreadable("too_many_rows", says % {"most": most})
        yield activity


def _project(activity: ActivityRead) -> tuple[str, ...]:
    latitude, longitude = activity.point or ("", "")
    countries, minerals = ", ".join(activity.countries), "; ".join(activity.minerals)
    return (activity.place or activity.title, countries, latitude, longitude, minerals)


def _sheet(
    kind: str, rows: Iterable[Sequence[str | Decimal | date]], passed_over: dict[int, str] | None = None
) -> Sheet:
    cells = [tuple(Cell(name, name) for name in _HEADERS[kind]), *(tuple(map(_cell, row)) for row in rows)]
    if len(cells) > MOST_ROWS:
        raise Unreadable(
            "too_many_rows", _("The file may say %(most)s things at most. Split it.") % {"most": MOST_ROWS}
        )
    # IATI's amounts stand there in full, with a point.
    answers = {f"scale:{_AMOUNT}": "1", f"decimal:{_AMOUNT}": "."} if kind == "commitments" else {}
    return Sheet(f"IATI {kind}", tuple(cells), kind=kind, passed_over=passed_over or {}, answers=answers)


def _cell(value: str | Decimal | date) -> Cell:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return Cell(value or None, text)
