"""How long `make run` takes to its first page: cold with an empty data folder, warm with the data there.

Nothing is judged here; the ratio of the two is what can be compared between machines.
"""

import json
import signal
import time
from pathlib import Path

from tests.benchmarks.noted import Note, note
from tests.journeys.running import Run


def seconds_to_first_page(run: Run) -> float:
    begun = time.monotonic()
    run.start()
    taken = time.monotonic() - begun
    run.end(signal.SIGINT)
    return taken


def test_cold_and_warm_start(tmp_path: Path) -> None:
    run = Run(tmp_path)
    try:
        cold = seconds_to_first_page(run)
        warm = sorted(seconds_to_first_page(run) for _ in range(3))
    finally:
        run.remove()
    figures = {
        "cold_s": round(cold, 1),
        "warm_s": [round(w, 1) for w in warm],
        "warm_to_cold": round(warm[1] / cold, 2),
    }
    print(json.dumps({"start": figures}))
    note("start", Note("make run, warm, to its first page", round(warm[1], 1), "s", 10))
