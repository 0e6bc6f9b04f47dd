"""What is written over REST, beside the same rows in plain SQL behind the bare server."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import count
from uuid import uuid4

from tests.benchmarks.speed.asking import ASKERS, LARGE_DEAL, Registry, made_id
from tests.benchmarks.speed.beside import Side, beside
from tests.benchmarks.speed.reading import Effort, Row
from tests.benchmarks.speed.serving import Server, as_client

# Deals to which the wide asker is party, one after the other, as the registry has them.
FIRST_DEALS = [LARGE_DEAL + 5 * number for number in range(100)]
DEALS = [made_id("deal", number) for number in FIRST_DEALS]


def create(there: Registry, effort: Effort) -> Iterator[Row]:
    """Registering a commitment with size, step, audience, events and idempotency row; in time and processor."""
    bank, numbers = ASKERS["a tenth"], count()
    server = there.servers["orebook"]
    ours = Side(partial(_register, server, bank, numbers), server.cpu)
    bare = [there.bare("limit", bank, f"/create?deal={deal}") for deal in DEALS]
    theirs = Side(lambda: bare[next(numbers) % len(bare)].act(), bare[0].cpu)
    measured = beside(ours, theirs, turns=effort.turns, each=effort.each)
    for by_time in (False, True):
        yield Row(
            f"create a commitment, {'time' if by_time else 'processor'}", "a tenth", there.size,
            "the same INSERTs in plain SQL", 3, measured, by_time=by_time,
        )  # fmt: skip


def _register(server: Server, bank: int, numbers: "count[int]") -> None:
    body = {
        "deal": str(DEALS[next(numbers) % len(DEALS)]), "instrument": "senior_loan", "stage": "enquiry",
        "valid_until": "2027-06-30", "note": "measured", "size": {"money": {"amount": "1000000.00", "currency": "USD"}},
    }  # fmt: skip
    headers = as_client(bank) | {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    status, said, _told = server.ask("POST", "/api/v1/commitments", json.dumps(body).encode(), headers)
    if status != 201:
        raise RuntimeError(f"{status}: {said[:400]!r}")
