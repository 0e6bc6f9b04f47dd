"""The invariants of deals, commitments and their money, of all that stands in the database and what each is shown."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from deals.lifecycle import LEDGER_STAGES, STAGES, Requirement
from deals.models import Deal
from deals.money import minor_units
from deals.selectors.ledger import balances
from deals.selectors.stack import Stack, deal_stack
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.lives import by_hand
from tests.lives.seen import TABLES, Picture, Row, sees

# Money in the tables: table -> (amount, its currency).
MONEY = {
    "deal": [("target_amount", "target_currency")],
    "tranche": [("amount", "currency")],
    "size": [("amount", "currency")],
    "step": [("amount", "currency")],
    "movement": [("amount", "currency"), ("committed_change", "currency"), ("drawn_change", "currency"),
                 ("repaid_change", "currency")],
    "transfer": [("amount", "currency")],
    "movementproposal": [("amount", "currency")],
    "coverlink": [("amount", "currency")],
    "allocation": [("amount", "currency"), ("total", "currency"), ("lot", "currency")],
    "allocationline": [("amount", "currency"), ("bid", "currency")],
    "allocationcounter": [("allocated", "currency"), ("ceiling", "currency")],
}  # fmt: skip
# A deal's own rows are told as far as the deal, whose opening two persons saw.
WITH_THE_DEAL = ("deals_tranche", "deals_dealrole")


def amounts_are_exact(everything: Picture) -> None:
    """Whole minor units of their own currency; one's own amount, or one shared with others."""
    for table, columns in MONEY.items():
        for row in everything.all(table):
            for amount, currency in columns:
                if row[amount] is not None and row[currency]:
                    value = Decimal(row[amount])
                    assert value == round(value, minor_units(row[currency])), (table, amount, row)
    for size in everything.all("size"):
        assert size["joint_id"] is None or size["amount"] is None, size


def nothing_is_drawn_beyond_what_is_committed(everything: Picture) -> None:
    """On every day repaid <= drawn <= committed; the sums are the size, and what is offered is there."""
    for commitment in everything.all("commitment"):
        movements = everything.of_commitment("movement", commitment["id"])
        for day, currency, at in by_hand.days(movements):
            assert 0 <= at.repaid <= at.drawn <= at.committed, (commitment["id"], day, currency, at)
        now = by_hand.balance(movements)
        assert (now is not None) or commitment["stage"] not in LEDGER_STAGES, commitment
        if now is None:
            continue
        [size] = everything.of_commitment("size", commitment["id"])
        currency, at = now
        assert (size["currency"], Decimal(size["amount"])) == (currency, at.committed), (size, now)
        taken = {row["transfer_id"] for row in movements if row["kind"] == "transfer_out"}
        offered = [
            Decimal(row["amount"])
            for row in everything.of_commitment("transfer", commitment["id"])
            if row["state"] == "confirmed" and not row["withdrawn_on"] and row["id"] not in taken
        ]
        assert at.drawn <= at.committed - sum(offered), (commitment, offered)


def transfers_balance(everything: Picture) -> None:
    """Money that left one ledger came into another, and the sides of a redenomination are two."""
    sides = defaultdict(list)
    for row in everything.all("movement"):
        if row["transfer_id"] and row["state"] == "confirmed":
            sides[row["transfer_id"]].append(
                (row["kind"], Decimal(row["amount"]), row["currency"], row["effective_on"])
            )
    for pair in sides.values():
        out, into = sorted(pair, reverse=True)
        assert (out[0], into[0]) == ("transfer_out", "transfer_in")
        assert out[1:] == into[1:]


def the_counter_is_the_sum_of_its_lines(everything: Picture) -> None:
    """The lead's ceiling, and that no line is above its offer."""
    for counter in everything.all("allocationcounter"):
        allocated = Decimal(counter["allocated"])
        assert allocated == by_hand.allocated(everything, counter["tranche_id"]), counter
        tranche = everything.one("tranche", counter["tranche_id"])
        assert tranche
        assert allocated <= Decimal(tranche["amount"] or 0), (counter, tranche)
    for made in everything.all("allocation"):
        lines = [line for line in everything.all("allocationline") if line["allocation_id"] == made["id"]]
        assert sum(Decimal(line["amount"]) for line in lines) == Decimal(made["total"]) <= Decimal(made["amount"])
        assert all(Decimal(line["amount"]) <= Decimal(line["bid"]) for line in lines)


def what_stands_has_what_its_stage_asks_for(everything: Picture) -> None:
    """§4's table, of every registered row at the stage where it is."""
    for row in everything.all("commitment"):
        asked = STAGES[row["stage"]].requires
        sizes = [s for s in everything.of_commitment("size", row["id"]) if s["amount"] is not None]
        conditions = everything.of_commitment("condition", row["id"])
        holds = {
            Requirement.VALID_UNTIL: bool(row["valid_until"]),
            Requirement.SIZE: bool(sizes),
            Requirement.TRANCHE: bool(row["tranche_id"]),
            Requirement.AGREEMENT: bool(row["agreement_reference"] and row["signed_on"]),
            Requirement.TOLD_TO_LEAD: Level(row["level"]).rank >= Level.LEAD.rank,
            Requirement.CONDITION: bool(conditions),
            Requirement.NO_OPEN_CONDITION: all(c["state"] != "open" for c in conditions),
        }
        assert all(holds.get(requirement, True) for requirement in asked), (row, holds)


def parts_are_told_no_further_than_their_whole(everything: Picture) -> None:
    """What others learn separately is never told further than what it is of; some of it to nobody."""
    for table, whole, column in (
        ("size", "commitment", "commitment_id"), ("price", "commitment", "commitment_id"),
        ("condition", "commitment", "commitment_id"), ("coverlink", "commitment", "cover_id"),
        ("participation", "commitment", "commitment_id"), ("dependency", "condition", "condition_id"),
        ("tranche", "deal", "deal_id"), ("party", "deal", "deal_id"), ("dealrole", "deal", "deal_id"),
        ("document", "sponsorconsent", "consent_id"),
    ):  # fmt: skip
        for row in everything.all(table):
            if over := everything.one(whole, row[column]):
                widest = Level(over["widest"] if table == "document" else over["level"])
                assert Level(row["level"]).rank <= widest.rank, (table, row, over)
    for table in ("step", "approval", "dealstep", "grant"):
        assert {row["level"] for row in everything.all(table)} <= {"own"}, table
    assert {row["level"] for row in everything.all("price")} <= {"own", "lead"}
    for row in everything.all("movement"):
        [size] = everything.of_commitment("size", row["commitment_id"])
        assert row["level"] == "own" or Level(row["level"]).rank <= Level(size["level"]).rank, row


def the_stack_is_what_the_rows_add_up_to(who: Staff, seen: Picture, deal: Deal) -> Stack:
    """Classes apart, cover beside, both gaps, from what the asker is shown."""
    with acting_as(who):
        told = deal_stack(deal, currency="USD")
        ledgers = balances([UUID(row["id"]) for row in seen.all("commitment")])
    made = by_hand.stack(seen, str(deal.pk), "USD")
    figures = {
        (f.cls.value, f.side, f.purpose, f.seniority, f.instrument, f.currency): (vars(f.all), vars(f.signed))
        for f in told.figures
    }
    assert figures == {
        key: (vars(total), vars(made.signed.get(key) or by_hand.Total())) for key, total in made.figures.items()
    }
    assert all(len({f.cls for f in block.figures}) <= 1 for block in told.blocks)
    for block in told.blocks:
        for risk in by_hand_risks(block.parts):
            assert sum(risk, Decimal(0)) == block.total.amount, block
    for gap, signed in ((told.to_firm, False), (told.to_signed, True)):
        _gap_is(gap, list(made.firm_base(signed=signed)), seen.one("deal", str(deal.pk)))
    for row in seen.all("commitment"):
        expected = by_hand.balance(seen.of_commitment("movement", row["id"]))
        told_sums = ledgers.get(UUID(row["id"]))
        if told_sums is None or expected is None:
            assert (told_sums, expected) == (None, None)
            continue
        currency, at = expected
        assert (told_sums.currency, told_sums.sum_committed, told_sums.sum_drawn, told_sums.sum_repaid) == (
            currency, at.committed, at.drawn, at.repaid)  # fmt: skip
    return told


def by_hand_risks(parts: Any) -> Iterable[list[Decimal]]:
    """Covered, uncovered, unclear and direct money, per risk."""
    for risk in ("political", "commercial"):
        yield [
            parts.covered[risk].amount,
            parts.uncovered[risk].amount,
            parts.unclear[risk].amount,
            parts.direct.amount,
        ]


def _gap_is(gap: Any, closing: list[tuple[str, by_hand.Total]], deal: Row | None) -> None:
    counted = sum((total.converted for _, total in closing), Decimal(0))
    unknown = sum(total.unknown for _, total in closing)
    assert gap.unknown == unknown
    if deal is None or deal["target_amount"] is None:
        assert gap.short is None
        assert gap.bound == "unknown"
        return
    short = max(Decimal(deal["target_amount"]) - counted, Decimal(0))
    up_to = sum((total.up_to for _, total in closing), Decimal(0))
    assert (gap.short.amount, gap.short.currency) == (short, "USD")
    assert {m.currency: m.amount for m in gap.others} == {c: t.amount for c, t in closing if t.unconverted}
    assert (gap.up_to.amount if gap.up_to else 0) == up_to
    assert 0 <= gap.low.amount <= gap.short.amount <= gap.high.amount
    open_below = unknown or any(t.unconverted or t.at_least for _, t in closing)
    assert gap.low.amount == (0 if open_below else short)
    assert gap.high.amount == short + up_to


def each_is_shown_what_is_told_to_it(who: Staff, seen: Picture, everything: Picture, members: set[str]) -> None:
    """§5: the very rows that the levels say, with the very same contents, and no other."""
    allowed = {(table, row["id"]) for table, row in everything if sees(everything, who, TABLES[table], row, members)}
    assert {(table, row["id"]) for table, row in seen} == allowed, who
    assert all(everything.rows[table][row["id"]] == row for table, row in seen)
