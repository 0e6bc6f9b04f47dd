"""Writes var/walls-report.md from the figures of `make walls`: `python -m tests.walls_report [--begin]`.

`--begin` throws away the figures of the last time. Without it the report is written, and the exit code is 1 when a
figure is missing or is not what it must be.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.figures import FOLDER

REPORT = FOLDER.parent / "walls-report.md"
LEAST_KILLED = 0.95
LEAST_PLANTED = 20
LEAST_INTERLEAVINGS = 100_000
LOWEST, HIGHEST = 0.47, 0.53

Figures = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One line of the report. `reads`: the names of its figures; `says` and `holds` are asked with all of them."""

    title: str
    reads: str
    says: Callable[[list[Figures]], str]
    holds: Callable[[list[Figures]], bool]


def _sum(figures: list[Figures], name: str) -> int:
    return sum(each[name] for each in figures)


def _planted(figures: list[Figures]) -> list[Figures]:
    return list(figures[0].values())


PARTS = (
    Part(
        "Two worlds",
        "worlds-*",
        lambda f: (
            f"{f[0]['routes']} routes, {len(f)} who look, {_sum(f, 'answers')} answers, {_sum(f, 'differ')} differ"
        ),
        lambda f: len(f) == f[0]["lookers"] and _sum(f, "differ") == 0,
    ),
    Part(
        "Digests of two worlds",
        "mail-*",
        lambda f: f"{_sum(f, 'mails')} mails in {len(f)} comparisons, {_sum(f, 'differ')} differ",
        lambda f: _sum(f, "mails") > 0 and _sum(f, "differ") == 0,
    ),
    Part(
        "Planted leaks",
        "planted",
        lambda f: f"{sum(each['found'] for each in _planted(f))} of {len(_planted(f))} found",
        lambda f: len(_planted(f)) >= LEAST_PLANTED and all(each["found"] for each in _planted(f)),
    ),
    Part(
        "Matrix",
        "matrix",
        lambda f: f"{f[0]['cells']} cells over {f[0]['tables']} tables",
        lambda f: f[0]["cells"] > 0,
    ),
    Part(
        "Mutants of the policies",
        "matrix",
        lambda f: f"{f[0]['killed']} of {f[0]['mutants']} killed ({f[0]['killed'] / f[0]['mutants']:.1%})",
        lambda f: f[0]["killed"] >= LEAST_KILLED * f[0]["mutants"],
    ),
    Part(
        "Identity over one connection",
        "identity",
        lambda f: f"{f[0]['interleavings']} interleavings, {f[0]['mismatches']} mismatches",
        lambda f: f[0]["interleavings"] >= LEAST_INTERLEAVINGS and f[0]["mismatches"] == 0,
    ),
    Part(
        "Hidden or missing, by time",
        "timing",
        lambda f: f"{f[0]['pairs']} pairs each, AUC {min(f[0]['auc'].values())} to {max(f[0]['auc'].values())}",
        lambda f: all(LOWEST <= auc <= HIGHEST for auc in f[0]["auc"].values()),
    ),
)


def lines() -> Iterator[tuple[str, bool]]:
    """Each line of the table, and whether it is as it must be."""
    for part in PARTS:
        found = [json.loads(file.read_text()) for file in sorted(FOLDER.glob(f"{part.reads}.json"))]
        holds = bool(found) and part.holds(found)
        says = part.says(found) if found else "no figure: the test did not come to its end"
        yield f"| {part.title} | {says} | {'holds' if holds else '**does not hold**'} |", holds


def details() -> Iterator[str]:
    """Which test found which leak, which mutants survived, and how long each kind of question takes."""
    planted, matrix, timing = (FOLDER / f"{name}.json" for name in ("planted", "matrix", "timing"))
    if planted.is_file():
        yield "\n## Planted leaks, and who found them\n\n| leak | found by | where | answers that differ |"
        yield "| --- | --- | --- | --- |"
        for each in json.loads(planted.read_text()).values():
            told = f"{each['differ']} of {each['of']}" if each["found"] else "**not found**"
            yield f"| {each['name']} | {each['looker']} | `{each['where']}` | {told} |"
    if matrix.is_file() and (survivors := json.loads(matrix.read_text())["survivors"]):
        yield "\n## Mutants that survived\n"
        yield from (f"- {survivor}" for survivor in survivors)
    if timing.is_file():
        yield "\n## Time of a hidden row against a missing one\n"
        yield from (f"- {name}: AUC {auc}" for name, auc in json.loads(timing.read_text())["auc"].items())


def main(arguments: list[str]) -> int:
    if arguments == ["--begin"]:
        shutil.rmtree(FOLDER, ignore_errors=True)
        REPORT.unlink(missing_ok=True)
        return 0
    table = list(lines())
    head = ["# Who sees what: the report of `make walls`", "", f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.", ""]
    head += ["| what | measured | |", "| --- | --- | --- |", *(line for line, _ in table)]
    REPORT.write_text("\n".join([*head, *details()]) + "\n")
    sys.stdout.write("\n".join(line for line, _ in table) + f"\n{REPORT.name} is in {REPORT.parent.name}/\n")
    return 0 if all(holds for _, holds in table) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
