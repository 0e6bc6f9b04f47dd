"""Consistency checks: what does not fit together in what a reader sees of a project and its deals.

Pure: facts come in (seen.py), findings go out. A check doubts, it never blocks, and it says nothing where it does not
know. Each has a code, which stays, and a sentence in the language that is active.
"""

from deals.checks import of_deals, of_estimates, of_projects
from deals.checks.seen import Check, Finding, SeenDeal, SeenProject

OF_PROJECTS: tuple[Check[SeenProject], ...] = (*of_projects.CHECKS, *of_estimates.CHECKS)
OF_DEALS: tuple[Check[SeenDeal], ...] = of_deals.CHECKS

CODES: tuple[str, ...] = (*(check.code for check in OF_PROJECTS), *(check.code for check in OF_DEALS))

__all__ = [
    "CODES",
    "OF_DEALS",
    "OF_PROJECTS",
    "Check",
    "Finding",
    "SeenDeal",
    "SeenProject",
    "check_deal",
    "check_project",
]


def check_project(seen: SeenProject) -> list[Finding]:
    """What is doubtful in a project, in the order of the checks."""
    return [Finding(check.code, says) for check in OF_PROJECTS for says in check.finds(seen)]


def check_deal(seen: SeenDeal) -> list[Finding]:
    """What is doubtful in a deal, and between it and its project, in the order of the checks."""
    return [Finding(check.code, says) for check in OF_DEALS for says in check.finds(seen)]
