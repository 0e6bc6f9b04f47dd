"""A file of commitments, imported by the worker, beside COPY into the same tables with the same triggers."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from time import perf_counter
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.benchmarks.speed.asking import ASKERS, Registry, made_id
from tests.benchmarks.speed.beside import Measured, Spread
from tests.benchmarks.speed.place import ROOT
from tests.benchmarks.speed.reading import Effort, Row
from tests.benchmarks.speed.writing import FIRST_DEALS

# What one file may hold; fewer in a small registry, but more than a request makes.
MOST, LEAST = 100_000, 600
# A minute and a half each.
TURNS = 2
_HEADER = "Deal,Instrument,Stage,Amount,Valid until,Reference,Note\n"
_UNTIL = "2027-06-30"
_ACT = "SELECT wall.act('person', %s, NULL)"
_IMPORT = (
    "INSERT INTO network_import (id, owner_id, level, demo, kind, state, file_hash, signature, mapping, revision)"
    " VALUES (%s, wall.me(), 'own', false, 'commitments', 'open', '', '', '{}', 0)"
)
_STATED = "id owner_id level demo origin deal_id"
# All tables that an import writes into, and what it fills of them.
COLUMNS = {
    "deals_commitment": f"{_STATED} institution_id instrument stage stage_word account on_behalf_of borrower_level via"
    " reference valid_until agreement_reference announced_precision note",
    "deals_size": f"{_STATED} commitment_id amount currency qualifier",
    "deals_step": f"{_STATED} commitment_id stage effective_on precision valid_until currency reason note",
    "network_importedrow": "id owner_id level demo deal_id source_id line of_table row_id",
}


def imports(there: Registry, effort: Effort) -> Iterator[Row]:
    """Reading, checking and making the rows of one file, with events and what is kept of them, against making them."""
    rows = min(MOST, max(LEAST, there.size // 10))
    officer = made_id("officer", ASKERS["a tenth"])
    ours, theirs, grown = list[float](), list[float](), list[float]()
    for turn in range(min(TURNS, effort.turns)):
        # Neither is always the first.
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            if which == 0:
                told = _imported(there, officer, rows)
                ours.append(rows / told["seconds"])
                grown.append(told["grown"])
            else:
                theirs.append(rows / _copied(there, officer, rows))
    # Rates, where others have milliseconds.
    rate, limit = Spread.of(ours), Spread.of(theirs)
    measured = Measured(rate, limit, round(rate.median / limit.median, 2), rate, limit)
    yield Row(
        f"import of {rows:,} commitments, rows/s", "a tenth", there.size,
        "COPY into the same tables with the same triggers", 0.6, measured, at_least=True, by_time=True,
        remark=f"{max(grown):+.0f} MB in the worker",
    )  # fmt: skip


def _imported(there: Registry, officer: UUID, rows: int) -> dict[str, float]:
    batch = uuid4().hex[:8]
    deals = [number for number in FIRST_DEALS if number <= there.size // 10]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(_HEADER)
        for n in range(rows):
            deal, amount = deals[n % len(deals)], 1_000_000 + n
            file.write(f"deal-{deal},senior loan,enquiry,USD {amount}.00,{_UNTIL},{batch}-{n},note {n}\n")
        file.flush()
        command = [sys.executable, "-m", "tests.benchmarks.speed.import_once", file.name, str(officer)]
        ran = subprocess.run(
            command, cwd=ROOT, env=there.place.environment(there.size), capture_output=True, text=True, check=False
        )
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr[-2000:])
    told: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return told


def _copied(there: Registry, officer: UUID, rows: int) -> float:
    """Seconds for the same rows by COPY, in one transaction, as the superuser, to whom policies do not speak; the
    triggers do, for the same person. What is sent is written out beforehand."""
    with psycopg.connect(there.superuser) as copying:
        copying.execute(_ACT, [officer])
        source = uuid4()
        copying.execute(_IMPORT, [source])
        (me,) = copying.execute("SELECT wall.me()").fetchone() or (None,)
        copying.commit()
        sent = _lines(there, rows, f"{me}", f"{source}")
        copying.execute(_ACT, [officer])
        begun = perf_counter()
        for table, columns in COLUMNS.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
            statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names)
            with copying.cursor().copy(statement) as into:
                into.write(sent[table])
        copying.commit()
        return perf_counter() - begun


def _lines(there: Registry, rows: int, me: str, source: str) -> dict[str, bytes]:
    """By table what COPY is sent."""
    deals = [made_id("deal", number) for number in FIRST_DEALS if number <= there.size // 10]
    batch, today = uuid4().hex[:8], date.today().isoformat()
    sent: dict[str, list[str]] = {table: [] for table in COLUMNS}
    for n in range(rows):
        key, deal = uuid4(), deals[n % len(deals)]
        stated = f"{me},own,f,registered,{deal}"
        sent["deals_commitment"].append(
            f'{key},{stated},{me},senior_loan,enquiry,"","","",project,"",{batch}-{n},{_UNTIL},"","",note {n}\n'
        )
        sent["deals_size"].append(f"{uuid4()},{stated},{key},{1_000_000 + n}.00,USD,exact\n")
        sent["deals_step"].append(f'{uuid4()},{stated},{key},enquiry,{today},day,{_UNTIL},"","",""\n')
        sent["network_importedrow"].append(f"{uuid4()},{me},own,f,{deal},{source},{n + 2},deals_commitment,{key}\n")
    return {table: "".join(lines).encode() for table, lines in sent.items()}
