"""POSTs whose answers never came, since the server was killed, and which are sent again until they are answered.

`ORE_RETRIES=10000` sends as many as the design promises; `make test` some hundred.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.db import connections

from config.embedded import processes
from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import IdempotencyKey
from tests.api import ask_token
from tests.cast import Cast
from tests.clients.issued import issued
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
POSTS = int(os.environ.get("ORE_RETRIES", "100"))
CLIENTS, WORKERS = 4, 2
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + POSTS // 2)]


@pytest.fixture
def server(committed_cast: Cast, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The port and process of a web server of its own over this test's database."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--workers", str(WORKERS), "--log-level", "error",
        ],
        cwd=ROOT, env=os.environ | {"ORE_RATE_LIMIT": "1000000/minute"},
    )  # fmt: skip
    try:
        assert processes.wait_until(lambda: answers(port), 60)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    try:
        return post(port, {}, "")[0] == 401
    except OSError:
        return False


def post(port: int, body: Mapping[str, object], key: str, token: str = "") -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Content-Type": "application/json", "X-Forwarded-Proto": "https", "Host": "127.0.0.1"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("POST", "/api/v1/commitments", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


class Tokens:
    """The token of a client, got anew when it ran out: one lasts ten minutes."""

    def __init__(self, client: Mapping[str, str]) -> None:
        self.client = client
        self.now = client["TOKEN"]
        self.lock = threading.Lock()

    def renew(self, was: str) -> None:
        """Once for all who find that it ran out."""
        with self.lock:
            if self.now == was:
                self.now = ask_token(self.client["ID"], self.client["SECRET"]).body["access_token"]
                # Of this thread, which asks through the server otherwise.
                connections.close_all()


def workers_of(master: int) -> list[int]:
    # By the one file that every Linux has: no tool need be installed.
    listed = Path(f"/proc/{master}/task/{master}/children").read_text()
    return [int(pid) for pid in listed.split()]


def kill_workers(master: int, done: threading.Event, answered: list[str], killed: list[int]) -> None:
    """Again and again one of the server's workers is gone, whatever it is doing; in between some are answered."""
    chance = random.Random(7)
    due = 10
    while not done.wait(chance.uniform(0.001, 0.02)):
        if len(answered) >= due and (workers := workers_of(master)):
            killed.append(chance.choice(workers))
            os.kill(killed[-1], signal.SIGKILL)
            due = len(answered) + chance.randint(10, 40)


def until_answered(port: int, body: Mapping[str, object], key: str, tokens: Tokens) -> tuple[str, int]:
    """The id of what was made, and how many answers never came."""
    lost = 0
    while True:
        token = tokens.now
        try:
            status, told = post(port, body, key, token)
            if status == HTTPStatus.UNAUTHORIZED:
                tokens.renew(token)
                continue
        except (OSError, HTTPException):
            lost += 1
            time.sleep(0.02)
            continue
        # The same key may still be on its way in a transaction that dies with its worker.
        if status == 409:
            time.sleep(0.02)
            continue
        assert status == 201, told
        return str(told["id"]), lost


def test_whatever_is_sent_again_is_carried_out_once(committed_cast: Cast, server: tuple[int, int]) -> None:
    port, master = server
    tokens = Tokens(issued("rhein"))
    deal = str(committed_cast.deal.pk)
    done, answered, killed = threading.Event(), list[str](), list[int]()
    killer = threading.Thread(target=kill_workers, args=(master, done, answered, killed))
    killer.start()

    def one(number: int) -> tuple[str, int]:
        body = {"deal": deal, "instrument": "grant", "stage": "enquiry", "reference": f"R-{number}"}
        made = until_answered(port, body, f"retry-{number}", tokens)
        answered.append(made[0])
        return made

    told = list[tuple[str, int]]()
    try:
        with ThreadPoolExecutor(CLIENTS) as clients:
            # Whether a kill meets somebody at work is chance: on until one in three did.
            while sum(lost for _, lost in told) < max(1, len(killed) // 3):
                told += clients.map(one, range(len(told), len(told) + POSTS))
    finally:
        done.set()
        killer.join()
    assert len(killed) > POSTS // 100
    with acting_as(committed_cast.rolf):
        made = Commitment.objects.filter(reference__startswith="R-").values_list("reference", "id")
        assert sorted((name, str(key)) for name, key in made) == sorted(
            (f"R-{number}", key) for number, (key, _) in enumerate(told)
        )
    with acting_as(committed_cast.bank("rhein").clients.get()):
        assert IdempotencyKey.objects.filter(key__startswith="retry-").count() == len(told)
