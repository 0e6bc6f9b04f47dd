"""What was measured, as a file for machines and a table for people; and whether two files may be compared."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.noted import noted
from tests.benchmarks.speed.growth import Point
from tests.benchmarks.speed.reading import Row


class OtherMachine(ValueError):
    """Figures of another machine say nothing beside these."""


def machine() -> dict[str, object]:
    """What must be the same for figures to be compared."""
    cpuinfo = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = {line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": ", ".join(sorted(models)) or platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30),
        "python": platform.python_version(),
        "host": platform.node(),
    }


def as_json(rows: Sequence[Row], points: Sequence[Point], sizes: Sequence[int], taken: float) -> dict[str, Any]:
    """Everything, with the machine that it is of."""
    return {
        "machine": machine(),
        "sizes": list(sizes),
        "seconds": round(taken),
        "workloads": [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows],
        "growth": [asdict(point) for point in points],
        "others": noted(),
    }


def compared(now: dict[str, Any], before: Path) -> list[str]:
    """The ratios of now beside those of an earlier file, a line each. Raises OtherMachine."""
    then = json.loads(before.read_text())
    if then["machine"] != now["machine"]:
        raise OtherMachine(
            f"{before} is of another machine ({_named(then['machine'])}; this one is {_named(now['machine'])})."
            " Measure both on one: make bench"
        )
    earlier = {_key(row): row["ratio"] for row in then["workloads"]}
    return [
        f"{' · '.join(map(str, _key(row)))}: {earlier[_key(row)]} → {row['ratio']}"
        for row in now["workloads"]
        if _key(row) in earlier
    ]


def as_markdown(told: dict[str, Any]) -> str:
    """The tables, as docs/reference/speed.md shows them."""
    sizes = told["sizes"]
    lines = [
        f"Measured on {told['machine']['cores']} × {told['machine']['processor']}, {told['machine']['memory_gb']} GB,"
        f" Python {told['machine']['python']}, PostgreSQL with fsync, in {told['seconds'] // 60} min. Milliseconds are"
        " those of the processor (web process and its database backend) for one answer, median and quarters; an"
        " asterisk marks time that passed instead. They hold beside each other alone.\n",
        "| workload | commitments | asker sees | Orebook | partner | ratio | goal | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in told["workloads"]:
        ours, theirs = row["measured"]["ours"], row["measured"]["partner"]
        star = ""
        if row["by_time"]:
            ours, theirs, star = row["measured"]["wall_ours"], row["measured"]["wall_partner"], "*"
        goal = "–" if row["goal"] is None else f"{'≥' if row['at_least'] else '≤'} {row['goal']:g}"
        met = "" if row["goal"] is None else "met" if row["met"] else "**missed**"
        said = f" ({row['remark']})" if row.get("remark") else ""
        lines.append(
            f"| {row['workload']}{said} | {row['size']:,} | {row['asker']} | {_spread(ours)}{star} | {row['partner']}:"
            f" {_spread(theirs)}{star} | {row['ratio']:g} | {goal} | {met} |"
        )
    if told.get("others"):
        lines += ["\nOther workloads:\n", "| workload | measured | goal | |", "| --- | --- | --- | --- |"]
    for other in told.get("others", ()):
        unit = f"times {other['partner']}" if other["unit"] == "times" else other["unit"]
        met = "met" if other["met"] else "**missed**"
        lines.append(f"| {other['workload']} | {other['figure']:g} {unit} | ≤ {other['goal']:g} | {met} |")
    lines += [
        "\nHow it grows, in milliseconds of the processor:\n",
        "| what | asker sees | " + " | ".join(f"{size:,}" for size in sizes) + " | last to first |",
        "| --- | --- | " + "--- | " * len(sizes) + "--- |",
    ]
    found: dict[tuple[str, str], dict[int, float]] = {}
    for point in told["growth"]:
        found.setdefault((point["what"], point["asker"]), {})[point["size"]] = point["spent"]["median"]
    for (what, asker), at in found.items():
        figures = " | ".join(f"{at[size]:.1f}" if size in at else "–" for size in sizes)
        grown = f"{at[sizes[-1]] / at[sizes[0]]:.1f}" if sizes[0] in at and sizes[-1] in at else "–"
        lines.append(f"| {what} | {asker} | {figures} | {grown} |")
    return "\n".join(lines) + "\n"


def _spread(of: dict[str, float]) -> str:
    return f"{of['median']:.1f} ({of['low']:.1f}–{of['high']:.1f})"


def _key(row: dict[str, Any]) -> tuple[str, str, int, str]:
    return row["workload"], row["asker"], row["size"], row["partner"]


def _named(machine_: dict[str, Any]) -> str:
    return f"{machine_['host']}, {machine_['cores']} × {machine_['processor']}"
