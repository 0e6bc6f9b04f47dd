"""The benchmark's small form: everything is asked, of both sides, and gives the same rows."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.speed.table import OtherMachine, as_markdown, compared, machine
from tests.services import settle

ROOT = Path(__file__).resolve().parents[2]
SIZES = [1_000]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What one run wrote."""
    folder = tmp_path_factory.mktemp("bench")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_", "ORE_"))}
    # The schema is there already, as the tests have it.
    kept["ORE_BENCH_KEEP"] = str(folder / "kept")
    cluster = settle(folder / "kept")
    small = {"ORE_BENCH_SIZES": ",".join(map(str, SIZES)), "ORE_BENCH_TURNS": "1", "ORE_BENCH_EACH": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.speed"],
        cwd=ROOT, env=kept | small | {"ORE_DATA": str(folder)}, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    yield folder
    for left in (cluster.place.sockets, cluster.place.home):
        shutil.rmtree(left, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_every_workload_is_measured_beside_its_partner(told: Path) -> None:
    found = json.loads((told / "bench.json").read_text())
    assert found["machine"] == machine()
    named = {(row["workload"].split(",")[0].split(" of ")[0], row["size"]) for row in found["workloads"]}
    for size in SIZES:
        assert {("list", size), ("detail", size), ("feed page", size), ("feed", size)} <= named
    largest = {name for name, size in named if size == SIZES[-1]}
    of_the_largest = {"list query under the policies", "stack and gap", "network picture", "create a commitment"}
    assert of_the_largest | {"export", "import", "16 writers drawing in one tranche"} <= largest
    for row in found["workloads"]:
        assert row["measured"]["ours"]["median"] > 0
        assert row["measured"]["partner"]["median"] > 0
    asked = {(point["what"], point["asker"]) for point in found["growth"]}
    assert {(point["what"], point["asker"], point["size"]) for point in found["growth"]} == {
        (*each, size) for each in asked for size in SIZES
    }
    text = (told / "bench.md").read_text()
    assert all(row["workload"] in text for row in found["workloads"])
    drawn = sorted(file.name for file in told.glob("growth-*.svg"))
    assert len(drawn) == 4
    assert all("<svg" in (told / name).read_text() for name in drawn)


def figures(of: dict[str, Any], ratio: float) -> dict[str, Any]:
    row = {"workload": "list", "asker": "a tenth", "size": 10, "partner": "limit", "ratio": ratio}
    return {"machine": of, "sizes": [10], "seconds": 60, "workloads": [row], "growth": []}


def test_figures_of_another_machine_are_not_compared(tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(json.dumps(figures(machine(), 1.5)))
    assert compared(figures(machine(), 1.2), before) == ["list · a tenth · 10 · limit: 1.5 → 1.2"]
    before.write_text(json.dumps(figures(machine() | {"host": "elsewhere"}, 1.5)))
    with pytest.raises(OtherMachine, match="elsewhere"):
        compared(figures(machine(), 1.2), before)


def test_what_misses_its_goal_is_told_as_missed() -> None:
    spread = {"median": 6.0, "low": 5.0, "high": 7.0}
    measured = {"ours": spread, "partner": spread | {"median": 2.0}, "wall_ours": spread, "wall_partner": spread}
    row = figures(machine(), 3)["workloads"][0] | {
        "goal": 2, "measured": measured, "at_least": False, "by_time": False, "met": False,
    }  # fmt: skip
    assert "| 3 | ≤ 2 | **missed** |" in as_markdown(figures(machine(), 3) | {"workloads": [row]})
