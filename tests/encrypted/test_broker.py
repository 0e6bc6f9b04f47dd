"""Redis as docker-compose.yml starts it: to nobody but this installation, and all that use it find it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis as client

from tests.encrypted.parts import PASSWORD, Within, but, redis
from tests.services import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
# Celery, the cache, what counts requests, who ticks, and what says whether the broker is there.
USES = """
import json
from django.core.cache import cache
from django.test import Client
from config.celery import app
from config.beating import OneOfSeveral
from institutions.api.conventions.rates import Counter
from network.tasks import forget_keys
cache.set("here", "kept")
forget_keys.apply_async()
with app.connection_for_read() as there:
    waits = there.default_channel.client.llen("celery")
from limits import parse
counter = Counter()
counter.ask(parse("5/minute"), "somebody")
print(json.dumps({
    "cache": cache.get("here"), "waits": waits, "counted": counter.away_until,
    "health": Client().get("/health/", headers={"host": "127.0.0.1"}).json()["broker"],
    "ticks": OneOfSeveral(app=app, lazy=True)._held(),
}))
"""


def test_all_that_use_it_find_it_over_tls(within: Within, tmp_path: Path, db: None) -> None:
    with redis(within, tmp_path / "redis") as port:
        address = within.url("web", "REDIS_URL", port)
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", USES],
            cwd=ROOT, env=os.environ | {"REDIS_URL": address}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told == {"cache": "kept", "waits": 1, "counted": 0.0, "health": "ok", "ticks": True}


@pytest.mark.parametrize(
    "changes",
    [{"ssl_certfile": None, "ssl_keyfile": None}, {"ssl_ca_certs": None}],
    ids=["without a certificate", "not knowing the authority"],
)
def test_nobody_else_speaks_with_it(within: Within, tmp_path: Path, changes: dict[str, str | None]) -> None:
    with redis(within, tmp_path / "redis") as port:
        address = within.url("web", "REDIS_URL", port)
        assert client.Redis.from_url(address).ping()
        with pytest.raises(client.RedisError):
            client.Redis.from_url(but(address, **changes)).ping()
        with pytest.raises(client.RedisError):
            client.Redis(port=port, password=PASSWORD).ping()
