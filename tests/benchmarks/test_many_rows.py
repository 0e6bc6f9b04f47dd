"""How long a row takes among a thousand in one request, or five hundred in one file, against one that is sent alone.

Rows are registered through the same service, each with its checks, wall and events. The figures are ratios of one run:
the time of a row among a thousand to that of a row sent alone.
"""

import json
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from tests.api import Answer, System, system_of
from tests.cast import Cast, in_a_year
from tests.network.test_import_api import confirmed, upload

pytestmark = pytest.mark.timeout(900)

ALONE = 50
MANY = 1000
# As many as a file may have that is imported at once.
IN_A_FILE = 500


def row(cast: Cast, number: int) -> dict[str, object]:
    return {
        "deal": str(cast.deal.pk),
        "instrument": "senior_loan",
        "stage": "enquiry",
        "valid_until": in_a_year().isoformat(),
        "size": {"money": {"amount": f"{number + 1}.00", "currency": "USD"}},
        "note": f"row {number}",
    }


def measured(act: Callable[[], Answer | None], rows: int) -> tuple[float, float]:
    """Milliseconds and statements, each for a row."""
    asked = 0

    def count(run: Callable[..., object], *statement: object) -> object:
        nonlocal asked
        asked += 1
        return run(*statement)

    with connection.execute_wrapper(count):
        begun = time.perf_counter()
        act()
        taken = time.perf_counter() - begun
    return taken * 1000 / rows, asked / rows


def one_by_one(cast: Cast, system: System) -> None:
    for number in range(ALONE):
        assert system.post("commitments", row(cast, number), Idempotency_Key=str(uuid4())).status == 201


def in_one_request(cast: Cast, system: System) -> None:
    rows = [row(cast, number) for number in range(MANY)]
    made = system.post("commitments/bulk", {"rows": rows}, Idempotency_Key=str(uuid4()))
    assert (made.status, len(made.body["results"])) == (201, MANY)


def test_many_rows(cast: Cast) -> None:
    system = system_of("rhein", "registry:read commitments:write deals:write projects:write")
    one_by_one(cast, system)
    alone = measured(lambda: one_by_one(cast, system), ALONE)
    many = measured(lambda: in_one_request(cast, system), MANY)
    lines = "".join(f"wattle,senior loan,enquiry,USD {n + 1}m,{in_a_year()}\n" for n in range(IN_A_FILE))
    raw = f"Deal,Instrument,Stage,Amount,Valid until\n{lines}".encode()
    told: list[Answer] = []
    read = measured(lambda: told.append(upload(system, raw, name="many.csv")), IN_A_FILE)
    file = measured(lambda: told.append(confirmed(system, told[0])), IN_A_FILE)
    assert (told[1].status, told[1].body["made"]) == (200, IN_A_FILE)
    figures = {"alone": alone, "bulk": many, "file_read": read, "file_written": file}
    ratios = {name: round(value[0] / alone[0], 2) for name, value in figures.items()}
    print(json.dumps({"many_rows": {"of_a_row_alone": ratios, "statements_a_row": {
        name: round(value[1], 1) for name, value in figures.items()}}}))  # fmt: skip
