"""What goes out and comes in by the hundred thousand, beside COPY; and the memory that the server takes for it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.benchmarks.speed.asking import ASKERS, Registry, made_id
from tests.benchmarks.speed.beside import Measured, Side, beside
from tests.benchmarks.speed.limit import ACT, STATEMENTS
from tests.benchmarks.speed.reading import Effort, Row
from tests.benchmarks.speed.serving import as_client


def export(there: Registry, effort: Effort) -> Iterator[Row]:
    """All commitments that the asker sees, as CSV with names beside ids, beside COPY TO of the same rows and parts."""
    server, address = there.servers["orebook"], "/api/v1/commitments.csv"
    for asker, bank in ASKERS.items():
        rows = {"ours": 0, "theirs": 0}

        def ours(bank: int = bank, rows: dict[str, int] = rows) -> None:
            status, body, _headers = server.ask("GET", address, headers=as_client(bank))
            if status != 200 or b"ERROR" in body[-2000:]:
                raise RuntimeError(f"{status} {body[-300:]!r}")
            rows["ours"] = body.count(b"\n") - 1

        def theirs(bank: int = bank, rows: dict[str, int] = rows) -> None:
            with psycopg.connect(there.place.url("app", there.size)) as copying:
                copying.execute(ACT, [made_id("client", bank)])
                with copying.cursor().copy(f"COPY ({STATEMENTS['export']}) TO STDOUT (FORMAT csv, HEADER)") as told:
                    rows["theirs"] = b"".join(bytes(part) for part in told).count(b"\n") - 1

        before = resident(server.workers[0])
        measured = beside(Side(ours), Side(theirs), turns=effort.slow_turns, each=1, warm=1)
        if rows["ours"] != rows["theirs"]:
            raise RuntimeError(f"{rows} are not the same rows.")
        grown = resident(server.workers[0]) - before
        yield Row(
            f"export of {rows['ours']:,} rows as CSV, rows/s", asker, there.size,
            "COPY TO under the same policy", 0.3, swapped(measured), at_least=True, by_time=True,
            remark=f"{grown:+.0f} MB in the server",
        )  # fmt: skip


def swapped(measured: Measured) -> Measured:
    """As a ratio of speeds: the partner's time to ours."""
    return Measured(
        measured.partner, measured.ours, round(1 / measured.ratio, 2), measured.wall_partner, measured.wall_ours
    )


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
