"""Companies, and their shares, out of the sponsor column of projects.csv; what else stands there is reported."""

import re
from collections.abc import Iterator
from decimal import Decimal

from deals.demo.facts import ProjectFact
from deals.demo.report import Report

# Interests that the column names without naming who holds them.
NO_COMPANY = ("Pakistan federal and Balochistan interests",)
_SHARE = re.compile(r"[0-9]{1,3}%")
_BESIDE = re.compile(r"\s*\(([^)]*)\)")


def names(project: ProjectFact) -> Iterator[str]:
    """The sponsors of a project, as names of companies."""
    for one in project.sponsor.split(" / "):
        name = _BESIDE.sub("", one)
        if name not in NO_COMPANY:
            yield name


def shares(project: ProjectFact) -> Iterator[tuple[str, Decimal]]:
    """The sponsors whose share in percent is told."""
    for one in project.sponsor.split(" / "):
        name, beside = _BESIDE.sub("", one), _BESIDE.search(one)
        if name not in NO_COMPANY and beside and _SHARE.fullmatch(beside[1]):
            yield name, Decimal(beside[1].rstrip("%"))


def report_the_rest(project: ProjectFact, report: Report) -> None:
    """Says what of the column `names` leaves out."""
    for one in project.sponsor.split(" / "):
        if _BESIDE.sub("", one) in NO_COMPANY:
            report.leave_out("projects.csv", project.line, "sponsor", one, "names no company.")
        elif (beside := _BESIDE.search(one)) and not _SHARE.fullmatch(beside[1]):
            why = "how the names in brackets relate to the sponsor is not stated."
            report.leave_out("projects.csv", project.line, "sponsor", one, why)
