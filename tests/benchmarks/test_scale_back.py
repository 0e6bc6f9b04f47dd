"""How long it takes to share an amount among 500 offers that all have a floor and a cap.

The figure to hold is 50 ms, of the processor alone: what others do on the machine is not in it. The ratio to 50 offers
tells how it grows.
"""

import json
import time
from decimal import Decimal
from random import Random
from statistics import median

from deals.allocation import Bid, Rule, allocate
from deals.money import Money
from tests.benchmarks.noted import Note, note


def usd(thousands: int) -> Money:
    return Money(Decimal(thousands) * 1000, "USD")


def offers(count: int) -> list[Bid]:
    chance = Random(7)
    bids = []
    for key in range(count):
        size = chance.randint(5_000, 200_000)
        bids.append(Bid(key, usd(size), floor=usd(size // 20), cap=usd(max(size // 2, 1)), order=key % 9))
    return bids


def milliseconds(bids: list[Bid], rule: Rule) -> float:
    amount = usd(sum(int(bid.amount.amount) for bid in bids) // 3_000_000 * 1000)
    taken = []
    for _ in range(15):
        begun = time.process_time()
        outcome = allocate(amount, bids, rule=rule, lot=usd(100) if rule is Rule.PRO_RATA else None)
        taken.append((time.process_time() - begun) * 1000)
        assert sum(line.amount.amount for line in outcome.lines) == amount.amount
    return median(taken)


def test_500_offers() -> None:
    figures = {}
    for rule in Rule:
        few, many = milliseconds(offers(50), rule), milliseconds(offers(500), rule)
        figures[rule.value] = {"ms_500": round(many, 1), "to_50": round(many / few, 1)}
    print(json.dumps({"scale_back": figures}))
    slowest = max(each["ms_500"] for each in figures.values())
    note("scale_back", Note("allocation of 500 bids, the slowest rule", slowest, "ms", 50))
