"""What PgBouncer costs in transaction mode: nothing prepared, as below 1.21, beside a connection of one's own."""

import shutil
from collections.abc import Iterator

from tests.benchmarks.speed.asking import ASKERS, Registry
from tests.benchmarks.speed.beside import Side, beside
from tests.benchmarks.speed.reading import Effort, Row
from tests.benchmarks.speed.serving import as_client, served
from tests.scaling.servers import pooled

ADDRESSES = {"list of 50": "/api/v1/commitments", "feed, 200 events": "/api/v1/events?limit=200"}


def pooler(there: Registry, effort: Effort) -> Iterator[Row]:
    """A server behind PgBouncer and one without, both Orebook's. Nothing where the machine has no PgBouncer."""
    if shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        print("LEFT OUT: this machine has no pgbouncer (apt-get install pgbouncer)", flush=True)
        return
    postgres, size = there.place.postgres, there.size
    folder = postgres.place.home / "pooler"
    folder.mkdir(exist_ok=True)
    with pooled(postgres, f"made_{size}", folder, size=4) as (address, _keeps):
        environment = there.place.environment(size) | {"DATABASE_URL": address, "ORE_PREPARED_STATEMENTS": "0"}
        with served("pooled", "config.wsgi:application", environment, there.superuser) as behind:
            headers = as_client(ASKERS["a tenth"])
            for what, path in ADDRESSES.items():

                def asked(path: str = path) -> None:
                    status, said, _headers = behind.ask("GET", path, headers=headers)
                    if status != 200:
                        raise RuntimeError(f"{status} {said[:300]!r}")

                direct = there.ours(ASKERS["a tenth"], path)
                measured = beside(Side(asked, behind.cpu), direct, turns=effort.turns, each=effort.each)
                partner = "a connection of its own, prepared"
                yield Row(f"{what}, behind PgBouncer, nothing prepared", "a tenth", size, partner, None, measured)
