"""One of each is killed under load: nothing is lost, and nobody sees an error that asking once more does not mend."""

import threading
from uuid import uuid4

import pytest

from tests.benchmarks.speed.asking import made_id
from tests.network.receivers import Call, receiving
from tests.scaling.installation import Answer, Installation
from tests.scaling.servers import needs, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# So much more of each is done before the next is killed, and after the last.
GOES_ON = 20
WRITERS, READERS = 3, 3
BANK = 1
# Deals to which bank 1 is party (made.sql).
DEALS = [made_id("deal", number) for number in range(2, 200, 5)]


class Load:
    """Writers and readers until they are told to stop."""

    def __init__(self, scaled: Installation) -> None:
        self.scaled = scaled
        self.stop = threading.Event()
        self.made: dict[str, str] = {}
        self.read = 0
        self.again = 0
        self.errors: list[object] = []
        works = [*[self._write] * WRITERS, *[self._read] * READERS]
        self.threads = [threading.Thread(target=work, args=(place,)) for place, work in enumerate(works)]

    def _asked(self, *what: object, **headers: str) -> Answer | None:
        """The answer, of a second attempt where the first got none; None where that failed too."""
        for attempt in range(2):
            try:
                answer = self.scaled.ask(*what, **headers)  # type: ignore[arg-type]
            except OSError as error:
                answer = Answer(0, str(error), b"")
            if 0 < answer.status < 500:
                return answer
            self.again += 1
            if attempt:
                self.errors.append((what, answer))
            else:
                self.stop.wait(1)
        return None

    def _write(self, place: int) -> None:
        number = 0
        while not self.stop.is_set():
            note = f"under load {place}-{number}"
            body = {
                "deal": str(DEALS[number % len(DEALS)]), "instrument": "senior_loan", "stage": "enquiry",
                "valid_until": "2027-06-30", "note": note,
                "size": {"money": {"amount": "1000000.00", "currency": "USD"}},
            }  # fmt: skip
            answer = self._asked(BANK, "POST", "commitments", body, Idempotency_Key=str(uuid4()))
            if answer and answer.status == 201:
                self.made[note] = answer.body["id"]
            elif answer:
                self.errors.append(answer)
            number += 1

    def _read(self, place: int) -> None:
        while not self.stop.is_set():
            answer = self._asked(3 + place, "GET", "commitments")
            if answer and answer.status == 200:
                self.read += 1
            elif answer:
                self.errors.append(answer)


def test_one_of_each_is_killed_under_load(scaled: Installation) -> None:
    needs("haproxy")
    with receiving() as receiver:
        made = scaled.ask(BANK, "POST", "webhook-endpoints", {"url": receiver.url}, Idempotency_Key=str(uuid4()))
        assert made.status == 201, made
        until(lambda: bool(ticking(scaled)), 180, "a beat ticks")
        [first] = ticking(scaled)
        load = Load(scaled)
        for thread in load.threads:
            thread.start()
        goes_on(load)
        for victim in ("web", "worker-2", first):
            scaled.kill(victim)
            goes_on(load)
        load.stop.set()
        for thread in load.threads:
            thread.join(90)
        try:
            assert load.errors == []
            # Each that was answered is there, once.
            there = scaled.seen_by(BANK, "SELECT note FROM deals_commitment WHERE note LIKE 'under load %'")
            assert sorted(there) == sorted(load.made)
            # And each is told to the partner's system, by the workers that are left.
            told = set(load.made.values())
            until(lambda: told <= heard(receiver.calls), 240, "every event is delivered")
            # The other beat took over.
            until(lambda: ticking(scaled) == ({"beat-1", "beat-2"} - {first}), 180, "the other beat ticks")
        finally:
            for victim in ("web", "worker-2", first):
                scaled.start(victim)


def goes_on(load: Load) -> None:
    """Waits until more was written and read, by whoever is left."""
    written, read = len(load.made) + GOES_ON, load.read + GOES_ON
    until(lambda: len(load.made) >= written and load.read >= read, 120, "writing and reading goes on")


def heard(calls: list[Call]) -> set[str]:
    return {call.event["data"]["object"]["id"] for call in list(calls) if "object" in call.event.get("data", {})}


def ticking(scaled: Installation) -> set[str]:
    """The beats that run, and that said last that they tick."""
    found = set()
    for name in ("beat-1", "beat-2"):
        said = (scaled.folder / f"{name}.log").read_text()
        if scaled.parts[name].poll() is None and said.rfind("this beat ticks") > said.rfind("this beat stands by"):
            found.add(name)
    return found
