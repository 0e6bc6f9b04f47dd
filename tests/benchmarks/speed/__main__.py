"""`make bench`: makes registries, starts servers, measures each workload beside its limit, writes table and pictures.

ORE_BENCH_SIZES (10000,100000,1000000), ORE_BENCH_KEEP (a folder whose registries stay for the next run),
ORE_BENCH_NOTES (a folder with what other benchmarks measured),
ORE_BENCH_AGAINST (an earlier bench.json of the same machine, whose ratios are told beside), ORE_BENCH_DOCS=1 (write
docs/reference/speed.md and its pictures, too).
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from config.embedded import addresses
from tests.benchmarks.speed import bulk, contending, growth, importing, pooling, reading, writing
from tests.benchmarks.speed.asking import Registry, registry
from tests.benchmarks.speed.place import ROOT, place
from tests.benchmarks.speed.plot import plot
from tests.benchmarks.speed.reading import Effort, Row
from tests.benchmarks.speed.table import OtherMachine, as_json, as_markdown, compared

Workload = Callable[[Registry, Effort], Iterator[Row]]
SIZES = "10000,100000,1000000"
AT_EACH_SIZE = (reading.lists, reading.details, reading.feed)
AT_THE_LARGEST = (
    reading.policy,
    reading.stacks,
    reading.picture,
    writing.create,
    contending.draws,
    bulk.export,
    pooling.pooler,
)
# It adds so much that what is asked after it would be asked of another registry.
AT_THE_END = (importing.imports,)


def main() -> int:
    """1 where an earlier file is of another machine."""
    begun = time.monotonic()
    sizes = [int(size) for size in os.environ.get("ORE_BENCH_SIZES", SIZES).split(",")]
    effort = Effort(turns=int(os.environ.get("ORE_BENCH_TURNS", "9")), each=int(os.environ.get("ORE_BENCH_EACH", "10")))
    kept = os.environ.get("ORE_BENCH_KEEP")
    against = os.environ.get("ORE_BENCH_AGAINST")
    rows: list[Row] = []
    points = []
    say(begun, f"making registries of {', '.join(f'{size:,}' for size in sizes)} commitments")
    with place(sizes, Path(kept).resolve() if kept else None) as there:
        for size in sizes:
            say(begun, f"measuring at {size:,}")
            with registry(there, size) as asked:
                workloads = AT_EACH_SIZE + (AT_THE_LARGEST if size == sizes[-1] else ())
                rows += _measured(workloads, asked, effort, begun)
                for point in growth.points(asked, effort):
                    points.append(point)
                    say(begun, f"{point.what}, {point.asker}: {point.spent.median} ms")
                rows += _measured(AT_THE_END if size == sizes[-1] else (), asked, effort, begun)
    told = as_json(rows, points, sizes, time.monotonic() - begun)
    folder = addresses.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(told, indent=1) + "\n")
    (folder / "bench.md").write_text(as_markdown(told))
    pictures = plot(told, folder)
    print(as_markdown(told))
    print(f"Written: {folder / 'bench.json'}, {folder / 'bench.md'}, {', '.join(str(file) for file in pictures)}")
    if os.environ.get("ORE_BENCH_DOCS") == "1":
        document(told)
    if against:
        try:
            print("\n".join(compared(told, Path(against))))
        except OtherMachine as refused:
            print(refused, file=sys.stderr)
            return 1
    return 0


def _measured(workloads: tuple[Workload, ...], asked: Registry, effort: Effort, begun: float) -> Iterator[Row]:
    for workload in workloads:
        for row in workload(asked, effort):
            say(begun, f"{row.workload}, {row.asker}: {row.ratio} of {row.partner} (goal {row.goal})")
            yield row


def document(told: dict[str, Any]) -> None:
    """The page of the documentation, whose words are in speed.md beside this."""
    pictures = plot(told, ROOT / "docs" / "images")
    shown = "\n\n".join(f"![{file.stem.replace('-', ' ')}](../images/{file.name})" for file in pictures)
    words = Path(__file__).with_name("speed.md").read_text()
    page = words.replace("{tables}", as_markdown(told)).replace("{pictures}", shown)
    (ROOT / "docs" / "reference" / "speed.md").write_text(page)


def say(begun: float, what: str) -> None:
    print(f"{time.monotonic() - begun:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
