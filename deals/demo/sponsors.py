"""Companies out of the sponsor column of projects.csv; what it says beside names has no place yet and is reported."""

import re
from collections.abc import Iterator

from deals.demo.facts import ProjectFact
from deals.demo.report import Report

# Interests that the column names without naming who holds them.
NO_COMPANY = ("Pakistan federal and Balochistan interests",)
_BESIDE = re.compile(r"\s*\(([^)]*)\)")


def names(project: ProjectFact) -> Iterator[str]:
    """The sponsors of a project, as names of companies."""
    for one in project.sponsor.split(" / "):
        name = _BESIDE.sub("", one)
        if name not in NO_COMPANY:
            yield name


def report_the_rest(project: ProjectFact, report: Report) -> None:
    """Says what of the column `names` leaves out."""
    for one in project.sponsor.split(" / "):
        if _BESIDE.sub("", one) in NO_COMPANY:
            report.leave_out("projects.csv", project.line, "sponsor", one, "names no company.")
        elif beside := _BESIDE.search(one):
            share = beside[1].endswith("%")
            why = (
                "shares of ownership have no table yet."
                if share
                else "how the names in brackets relate to the sponsor is not stated."
            )
            report.leave_out("projects.csv", project.line, "sponsor", one, why)
