"""Writes var/faults-report.md from what the fault machine found, where it ran at length."""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REPORT = Path(__file__).resolve().parent.parent.parent / "var" / "faults-report.md"


@dataclass(frozen=True)
class Counted:
    """`told`: what had to be heard of; `mails_repeated`, `calls_repeated`: what was taken more than once under one id,
    so that it is known again; `refused`: calls that a receiver did not take, and that were tried again; `summed`: what
    a mail had no line for, and said how much more there is on the deal's page."""

    told: int
    lost: int
    doubled: int
    mails_repeated: int
    calls_repeated: int
    refused: int
    summed: int


def note(seed: int, broke: list[str], counted: Counted) -> None:
    if "ORE_FAULTS" not in os.environ:
        return
    lines = [
        "# What faults do: the report of `make faults`",
        f"\nMade {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}, {len(broke)} faults.\n",
        "Repeated: taken more than once, under the same id.\n",
        "| to be told | lost | told twice | mails repeated | calls repeated | calls refused | told as so many more |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| {counted.told} | {counted.lost} | {counted.doubled} | {counted.mails_repeated} | {counted.calls_repeated}"
        f" | {counted.refused} | {counted.summed} |",
        "\n## Faults\n\n| fault | times |\n| --- | --- |",
        *(f"| {name} | {times} |" for name, times in sorted(Counter(broke).items())),
    ]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines) + "\n")


def add(title: str, lines: list[str]) -> None:
    """A section more, of what is measured after the faults."""
    REPORT.parent.mkdir(exist_ok=True)
    with REPORT.open("a") as report:
        report.write("\n".join([f"\n## {title}\n", *lines]) + "\n")
