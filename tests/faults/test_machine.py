"""Random faults at random moments: no letter that somebody should hear of is lost, and none is told twice.

Each round somebody acts, and then something breaks. In the end the clock goes on until nothing is due, and what was
received is compared with what happened. Letters are known again by their amounts, changes of a crowd of others by the
ids of their calls (crowd.py). `ORE_FAULTS` rounds (`make faults`), some few in `make test`; a failure names its seed,
and `ORE_SEED` plays it again.
"""

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random, randrange

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connections
from kombu.exceptions import OperationalError
from pytest_django import Settings

import config.celery  # noqa: F401  # Celery finds its broker through the application.
from config.embedded import addresses
from config.embedded.broker import Broker
from config.embedded.postgres import Postgres
from config.embedded.processes import alive, wait_until
from institutions.isolation.levels import Level
from network.digests import ledger
from network.models import Carries
from network.services.webhooks import Made
from network.tasks import ring_digests
from network.webhooks import lanes
from network.webhooks import ledger as of_webhooks
from tests.acts import letter
from tests.cast import Cast
from tests.faults.crowd import SIZE as OF_CROWD
from tests.faults.crowd import Crowd
from tests.faults.dying import POINTS
from tests.faults.report import Counted, note
from tests.network.digest_acts import Sink, body, follows_deal, mail_carries, send_now
from tests.network.receivers import Receiver, deliveries, endpoint_for, receiving
from tests.services import DATA

ROUNDS = int(os.environ.get("ORE_FAULTS", "5"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + (20 + OF_CROWD // 10) * ROUNDS),
    pytest.mark.usefixtures("only_who_asks"),
]
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60
# Beyond each lease.
LONGER = timedelta(seconds=ledger.LEASE_SECONDS + 1) + of_webhooks.LEASE
TOLD = re.compile(r"disclosed a letter of interest: USD ([\d,]+)")
# A mail has so many lines of a deal, and says how many more its page has.
MORE = re.compile(r"and (\d+) more on its page")


@dataclass
class Machine:
    cast: Cast
    sink: Sink
    receiver: Receiver
    settings: Settings
    chance: Random
    crowd: Crowd
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    # Amounts of letters, by whom who should hear of them.
    expected: dict[str, set[int]] = field(default_factory=lambda: {"ada": set(), "rolf": set()})
    disclosed: int = 0

    def acts(self) -> None:
        self.crowd.changes_all()
        for _ in range(self.chance.randint(1, 3)):
            self.disclosed += 1
            level = self.chance.choice([Level.LEAD, Level.PARTIES])
            letter(self.cast, level, money=str(self.disclosed * 1000))
            self.expected["ada"].add(self.disclosed * 1000)
            if level is Level.PARTIES:
                self.expected["rolf"].add(self.disclosed * 1000)

    def works(self) -> None:
        """What the clock rings for."""
        send_now(self.at)
        lanes.run_all(self.at)

    def breaks(self) -> str:
        faults: dict[str, Callable[[], None]] = {f"killed: {point}": self._killed(point) for point in POINTS}
        faults |= {
            "database stopped at once": self._database_gone,
            "broker killed, back empty": self._broker_gone,
            "mail server refuses": self._refused,
            "mail server fails after the mail": self._answered("451 try again"),
            "mail server hangs": self._hangs,
            "disk full": self._disk_full,
            "receiver fails": self._receiver_fails,
            "clock jumps ahead": lambda: self._jumps(timedelta(days=2)),
            "clock jumps back": lambda: self._jumps(timedelta(hours=-3)),
        }
        name = self.chance.choice(sorted(faults))
        faults[name]()
        self.at += LONGER
        return name

    def _killed(self, point: str) -> Callable[[], None]:
        def fault() -> None:
            assert self._process(point).wait(PATIENCE) in (-signal.SIGKILL, 0)

        return fault

    def _process(self, point: str) -> subprocess.Popen[bytes]:
        more = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.sink.port), "ORE_WEBHOOK_LOOPBACK": "1"}
        command = [sys.executable, "-m", "tests.faults.dying", point, self.at.isoformat()]
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | more, stderr=subprocess.DEVNULL)

    def _database_gone(self) -> None:
        server = Postgres(DATA, durable=False)
        sender = self._process("the mail is sent")
        time.sleep(self.chance.uniform(0.5, 3))
        connections.close_all()
        pid = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        sender.wait(PATIENCE)
        # A server that was only just told to stop still counts as running.
        assert wait_until(lambda: not alive(pid), PATIENCE)
        server.start()

    def _broker_gone(self) -> None:
        broker = Broker(addresses.data_folder(), durable=False)
        broker.stop()
        try:
            send_now(self.at)
            # Rows are made; nobody rings.
            with contextlib.suppress(OperationalError):
                ring_digests()
        finally:
            broker.start()

    def _refused(self) -> None:
        self.sink.refused = "451 later"
        self.works()
        self.sink.refused = ""

    def _answered(self, answer: str) -> Callable[[], None]:
        def fault() -> None:
            self.sink.answer = answer
            self.works()
            self.sink.answer = "250 kept"

        return fault

    def _hangs(self) -> None:
        self.settings.EMAIL_TIMEOUT = 0.5
        self.sink.heard = lambda: time.sleep(1)
        self.works()
        self.sink.heard = None
        self.settings.EMAIL_TIMEOUT = 20

    def _disk_full(self) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "no space left")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EmailMultiAlternatives, "send", full)
            self.works()

    def _receiver_fails(self) -> None:
        self.receiver.answers[:] = [self.chance.choice([500, 503, 429])]
        self.works()
        self.receiver.answers[:] = [204]

    def _jumps(self, by: timedelta) -> None:
        self.at += by
        self.works()

    def ends(self) -> None:
        """The clock goes on, past every pause; at each of its hours all is done that is due, however many turns of a
        lane that takes."""
        for _ in range(40):
            self.at += timedelta(hours=13)
            send_now(self.at)
            while lanes.run_all(self.at):
                pass

    def mails(self, who: str) -> dict[str, EmailMessage]:
        """By their ids: what was sent again after a fault is the same mail."""
        return {str(mail["Message-ID"]): mail for to, mail in self.sink.mails if to[0].startswith(f"{who}@")}


def amounts(mail: EmailMessage) -> list[int]:
    return [int(told.replace(",", "")) for told in TOLD.findall(body(mail, "plain"))]


@pytest.fixture
def crowd(managers: Cast, receiver: Receiver) -> Iterator[Crowd]:
    """`receiver`: with it the settings let this machine's receivers in."""
    with receiving() as other:
        yield Crowd.of(managers, other)


def test_random_faults_lose_nothing_and_double_nothing(
    managers: Cast, sink: Sink, receiver: Receiver, settings: Settings, crowd: Crowd
) -> None:
    seed = int(os.environ.get("ORE_SEED", randrange(2**32)))
    follows_deal(managers, "ada", "rolf")
    mail_carries(managers, Carries.FULL, "ada", "rolf")
    made: Made = endpoint_for(managers.root, receiver, events=("commitment.revealed",))
    machine = Machine(managers, sink, receiver, settings, Random(seed), crowd)
    broke = []
    for _ in range(ROUNDS):
        machine.acts()
        broke.append(machine.breaks())
    machine.ends()
    again_with = f"ORE_SEED={seed} ORE_FAULTS={ROUNDS}: {broke}"
    missing: dict[str, list[int]] = {}
    doubled = told = summed = 0
    for who, expected in machine.expected.items():
        found = [amount for mail in machine.mails(who).values() for amount in amounts(mail)]
        told += len(expected)
        missing[who] = sorted(expected - set(found))
        more = sum(int(more) for mail in machine.mails(who).values() for more in MORE.findall(body(mail, "plain")))
        summed += min(more, len(missing[who]))
        doubled += len(found) - len(set(found))
        # Nobody was told what is not theirs to hear.
        assert set(found) <= expected, again_with
    # To whomever: others are mailed as well, such as who is told that a receiver does not answer.
    again = len(sink.mails) - len({(to[0], str(mail["Message-ID"])) for to, mail in sink.mails})
    states = deliveries(managers.root, made)
    called = set(receiver.taken)
    assert [status for status, _ in states] == ["done"] * len(machine.expected["rolf"]), again_with
    assert len(called) == len(states), again_with
    heard = crowd.compare()
    counted = Counted(
        told=told + len(states) + heard.events,
        lost=sum(map(len, missing.values())) - summed + len(heard.silent),
        doubled=doubled + heard.invented,
        mails_repeated=again,
        calls_repeated=len(receiver.taken) - len(called) + heard.repeated,
        refused=sum(len(each.calls) - len(each.taken) for each in (receiver, crowd.receiver)),
        summed=summed,
    )
    note(seed, broke, counted)
    assert (counted.lost, counted.doubled) == (0, 0), f"{counted} {missing} {heard.silent[:50]} {again_with}"
