"""What a monitoring system counts: no label names an institution, a deal or anybody."""

import re
import subprocess
import sys

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.acts import letter
from tests.api import person_of, system_of
from tests.cast import Cast


def told() -> str:
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    return answer.content.decode()


def count(said: str, route: str, status: int = 200) -> float:
    found = re.search(rf'orebook_requests_total{{method="GET",route="{route}",status="{status}"}} (\S+)', said)
    return float(found[1]) if found else 0


def test_requests_are_counted_by_route_alone(cast: Cast) -> None:
    made = letter(cast, by="rolf", approver="rita")
    before = told()
    asks = system_of("rhein")
    asks.get(f"commitments/{made.pk}")
    asks.get("commitments?institution=rhein")
    person_of("rolf@rhein.example").http.get(f"/admin/deals/deal/{cast.deal.pk}/change/", secure=True)
    Client().get("/nothing/of/hanok/here", secure=True)
    Client().generic("HANOK", "/api/v1/deals", secure=True)
    said = told()
    assert count(said, "commitment") == count(before, "commitment") + 1
    assert count(said, "commitments") == count(before, "commitments") + 1
    # The desk is also a page.
    names = {bank for bank in cast.banks if bank != "desk"} | {str(bank.pk) for bank in cast.banks.values()}
    for name in (*names, str(made.pk), str(cast.deal.pk), "rolf", "HANOK", "wattle"):
        assert name not in said
    labels = set(re.findall(r"(\w+)=\"", said))
    assert labels <= {"route", "method", "status", "le"}
    assert "orebook_database_up 1.0" in said
    assert "orebook_seal_age_seconds" in said


def test_nobody_else_reads_them(cast: Cast, settings: LazySettings) -> None:
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    settings.METRICS_TOKEN = "a token"
    assert Client().get("/metrics").status_code == 404
    far = Client(REMOTE_ADDR="203.0.113.9")
    assert far.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    assert far.get("/metrics", headers={"Authorization": "Bearer a token"}).status_code == 200


@pytest.mark.slow
def test_all_processes_of_a_server_count_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("metrics")
    code = (
        f"import os; os.environ['PROMETHEUS_MULTIPROC_DIR'] = {str(folder)!r};"
        "from prometheus_client import Counter; Counter('orebook_x_total', 'x').inc()"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], check=True)
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    assert b"orebook_x_total 2.0" in generate_latest(registry)
