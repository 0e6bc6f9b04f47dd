"""With ORE_BEHIND=1 the tests ask their PostgreSQL through PgBouncer, and read from a standby where the site would."""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

from config.embedded import services
from config.embedded.postgres import Postgres
from tests.scaling.servers import FOLLOWED, following, pooled

POOL = 4


def put_behind(data: Path, database: str) -> None:
    """Starts a worker's cluster with both, and points the application at them; all ends with the process."""
    ends = ExitStack()
    atexit.register(ends.close)
    services.up(data, durable=False, settings=FOLLOWED)
    ends.callback(services.down, data)
    postgres = Postgres(data)
    standby = ends.enter_context(following(postgres, data / "standby"))
    place = postgres.place.home / "pooler"
    place.mkdir(exist_ok=True)
    address, keeps = ends.enter_context(pooled(postgres, database, place, size=POOL))
    os.environ["DATABASE_URL"] = address
    os.environ["ORE_PREPARED_STATEMENTS"] = "1" if keeps else "0"
    os.environ["DATABASE_STANDBY_URL"] = standby.url("app", database)
