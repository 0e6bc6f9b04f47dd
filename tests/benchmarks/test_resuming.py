"""How long it takes until work goes on after a part of a run was killed, with nobody restarting anything.

Work is a message to a partner's system: asked for over REST, rung by the clock and the worker, sent by another worker.
`make faults` writes the figures into its report; they are judged by whoever reads them, against trust.md's goals.
"""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from config.embedded import processes
from config.embedded.broker import Broker
from config.embedded.postgres import Postgres
from tests.faults.report import add
from tests.journeys.partner import Partner
from tests.journeys.running import Client, Run
from tests.network.receivers import Receiver, receiving

KILLED = ("web", "worker", "hooks", "beat", "PostgreSQL", "broker")
# Only against hanging: what is measured is far below.
PATIENCE = 180


@pytest.mark.timeout(1800)
def test_work_goes_on_whatever_is_killed(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.environment["ORE_WEBHOOK_LOOPBACK"] = "1"
    with receiving() as receiver:
        try:
            run.start()
            partner = Partner(run, Client("kexim", "registry:read webhooks:manage"))
            endpoint = partner.write("POST", "webhook-endpoints", {"url": receiver.url}).json["id"]
            usual = seconds_until_heard(partner, endpoint, receiver)
            took = {}
            for part in KILLED:
                kill(run, part)
                took[part] = seconds_until_heard(partner, endpoint, receiver)
        finally:
            run.remove()
    add(
        "Work goes on",
        [
            f"A message that is asked for is heard after {usual:.1f} s where nothing is killed. After a kill -9 (of"
            " PostgreSQL an immediate stop), from that moment on:\n",
            "| killed | seconds until the next message is heard |",
            "| --- | --- |",
            *(f"| {part} | {seconds:.1f} |" for part, seconds in took.items()),
        ],
    )


def kill(run: Run, part: str) -> None:
    if part == "PostgreSQL":
        pid = (Postgres(run.data).cluster / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(pid), signal.SIGQUIT)
    elif part == "broker":
        server = Broker(run.data)
        os.kill(next(pid for pid in run.inhabitants() if processes.works_in(pid, server.folder)), signal.SIGKILL)
    else:
        running = json.loads((run.data / "run.json").read_text())["processes"]
        os.kill(running[part][0], signal.SIGKILL)


def seconds_until_heard(partner: Partner, endpoint: str, receiver: Receiver) -> float:
    """Asks until somebody answers, then waits until it is heard."""
    # By their ids: what was told before may come once more.
    began, before = time.monotonic(), set(receiver.ids)
    asked = False
    while before.issuperset(receiver.ids):
        if not asked:
            try:
                asked = partner.write("POST", f"webhook-endpoints/{endpoint}/test").status < 300
            except OSError:
                asked = False
        time.sleep(0.1)
        assert time.monotonic() - began < PATIENCE
    return time.monotonic() - began
