"""What the benchmarks that are tests measure, kept for the table that `make bench` writes (speed/table.py)."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

# Names the folder.
NOTES = "ORE_BENCH_NOTES"


@dataclass(frozen=True)
class Note:
    """One figure and the goal that it must not pass; `unit` is ms, s, or times (those of `partner`)."""

    workload: str
    figure: float
    unit: str
    goal: float
    partner: str = ""

    @property
    def met(self) -> bool:
        return self.figure <= self.goal


def note(name: str, *notes: Note) -> None:
    """Keeps what one benchmark found, where `make bench` wants it."""
    if folder := os.environ.get(NOTES):
        Path(folder).mkdir(parents=True, exist_ok=True)
        told = [asdict(each) | {"met": each.met} for each in notes]
        Path(folder, f"{name}.json").write_text(json.dumps(told))


def noted() -> list[dict[str, object]]:
    """All that was kept, in the order of the benchmarks' names; nothing where nobody kept any."""
    if not (folder := os.environ.get(NOTES)):
        return []
    return [each for file in sorted(Path(folder).glob("*.json")) for each in json.loads(file.read_text())]
