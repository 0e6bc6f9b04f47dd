"""Stacks, gaps, ledgers and counters as somebody works them out with paper and pencil, from the rows given.

Nothing of deals/sql or deals/selectors is used: what they say is compared with this.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

from deals.lifecycle import STAGES
from deals.money import minor_units
from tests.lives.seen import Picture, Row
from tests.packages import QUOTED

COVER = ("guarantee", "untied_loan_guarantee", "political_risk_insurance", "comprehensive_insurance")
BY_INSTRUMENT = {
    "senior_loan": "senior", "prepayment": "senior", "subordinated_loan": "subordinated", "convertible": "mezzanine",
    "royalty_or_stream": "mezzanine", "grant": "grant", "equity": "equity", "preferred_equity": "equity",
}  # fmt: skip
# Figures are told apart by class, side, purpose, seniority, instrument and currency.
Key = tuple[str, str, str, str, str, str]


def cls(row: Row) -> str:
    return STAGES[row["stage"]].cls.value


def convert(amount: Decimal, currency: str, to: str) -> Decimal | None:
    """At the day's rates of tests/packages.py, in fractions, rounded once; None without a rate."""
    if currency == to:
        return amount
    legs = {code: Fraction(rate) for code, rate in QUOTED.items()} | {"EUR": Fraction(1)}
    if currency not in legs or to not in legs:
        return None
    exact = Fraction(amount) * legs[to] / legs[currency]
    unit = Fraction(1, 10 ** minor_units(to))
    whole = Decimal(exact.numerator * unit.denominator) / Decimal(exact.denominator)
    return (whole.quantize(Decimal(1), ROUND_HALF_UP) / unit.denominator).quantize(Decimal(1).scaleb(-minor_units(to)))


@dataclass
class Total:
    """What a figure adds up to: in its own currency and in the reporting one, and how sure that is."""

    amount: Decimal = Decimal(0)
    converted: Decimal = Decimal(0)
    up_to: Decimal = Decimal(0)
    rows: int = 0
    unknown: int = 0
    at_least: int = 0
    approximate: int = 0
    unconverted: int = 0

    def add(self, amount: Decimal | None, converted: Decimal | None, qualifier: str) -> None:
        self.rows += 1
        self.unknown += amount is None
        self.unconverted += amount is not None and converted is None
        self.amount += amount or 0
        self.converted += converted or 0
        self.up_to += (converted or 0) if qualifier == "up_to" else 0
        self.at_least += qualifier == "at_least"
        self.approximate += qualifier == "approximate"


@dataclass
class Stack:
    """All figures, and those of what is signed; `foreign`: known firm base money that no rate converts."""

    figures: dict[Key, Total] = field(default_factory=lambda: defaultdict(Total))
    signed: dict[Key, Total] = field(default_factory=lambda: defaultdict(Total))

    def firm_base(self, *, signed: bool) -> Iterator[tuple[str, Total]]:
        of = self.signed if signed else self.figures
        for (kind, side, purpose, _, _, currency), total in of.items():
            if (kind, side, purpose) == ("firm", "money", "base"):
                yield currency, total


@dataclass(frozen=True)
class Entry:
    """One commitment that stands, or one amount of several."""

    cls: str
    side: str
    purpose: str
    seniority: str
    instrument: str
    amount: Decimal | None
    currency: str
    qualifier: str
    signed: bool


def stack(seen: Picture, deal: str, reporting: str) -> Stack:
    """The stack of a deal from the rows that somebody is shown."""
    made = Stack()
    of_deal = [row for row in seen.all("commitment") if row["deal_id"] == deal]
    rows = {row["id"]: row for row in of_deal if cls(row) != "ended"}
    together: dict[str, list[Entry]] = defaultdict(list)
    for row in rows.values():
        entry, joint = _entry(seen, rows, row)
        together[joint or row["id"]].append(entry)
    for key, entries in together.items():
        promised = [row for row in of_deal if (_size(seen, row) or {}).get("joint_id") == key]
        entry = _one(entries, whole=len(promised) in (0, len(entries)))
        at = (entry.cls, entry.side, entry.purpose, entry.seniority, entry.instrument, entry.currency)
        converted = convert(entry.amount, entry.currency, reporting) if entry.amount is not None else None
        made.figures[at].add(entry.amount, converted, entry.qualifier)
        if entry.signed:
            made.signed[at].add(entry.amount, converted, entry.qualifier)
    return made


def _size(seen: Picture, row: Row) -> Row | None:
    return next(iter(seen.of_commitment("size", row["id"])), None)


def _stated(seen: Picture, row: Row) -> tuple[Decimal | None, str, str]:
    """(amount, currency, qualifier) of a commitment, or of what was promised for it together with others."""
    size = _size(seen, row)
    if size and size["joint_id"]:
        size = seen.one("jointamount", size["joint_id"])
    if size is None or size["amount"] is None:
        return None, "", "unknown"
    return Decimal(size["amount"]), size["currency"], size["qualifier"]


def _entry(seen: Picture, rows: dict[str, Row], row: Row) -> tuple[Entry, str | None]:
    """A commitment by itself, and the amount that it shares with others."""
    tranche = seen.one("tranche", row["tranche_id"])
    purpose = "sponsor" if row["borrower_level"] == "sponsor" else tranche["purpose"] if tranche else "base"
    seniority = tranche["seniority"] if tranche else BY_INSTRUMENT.get(row["instrument"], "")
    cover = row["instrument"] in COVER
    signed = row["stage"] in ("signed", "effective", "disbursing")
    size = _size(seen, row)
    entry = Entry(cls(row), _side(seen, rows, row), purpose, "" if cover else seniority, row["instrument"],
                  *_stated(seen, row), signed)  # fmt: skip
    return entry, size["joint_id"] if size else None


def _one(entries: list[Entry], *, whole: bool) -> Entry:
    """Counted once: as firm as the least firm, beside the money where one is, and unknown once one of them is gone."""
    first = entries[0]
    if len(entries) == 1 and whole:
        return first
    firmness = ("indicative", "conditional", "firm")
    beside = sorted({entry.purpose for entry in entries} - {"base"})
    seniorities, instruments = ({getattr(e, name) for e in entries} for name in ("seniority", "instrument"))
    return Entry(
        min((entry.cls for entry in entries), key=firmness.index),
        min(entry.side for entry in entries),
        beside[0] if beside else "base",
        first.seniority if len(seniorities) == 1 else "several",
        first.instrument if len(instruments) == 1 else "several",
        first.amount if whole else None,
        first.currency if whole else "",
        first.qualifier if whole else "unknown",
        all(entry.signed for entry in entries),
    )


def _side(seen: Picture, rows: dict[str, Row], row: Row) -> str:
    """Money; or beside it: cover, reinsurance, a share within another's loan, a risk participation."""
    share = next(iter(seen.of_commitment("participation", row["id"])), None)
    if share and share["kind"] == "risk":
        return "risk"
    if share and share["lender_id"] in rows and _stated(seen, rows[share["lender_id"]])[0] is not None:
        return "within"
    if row["instrument"] not in COVER:
        return "money"
    links = [link for link in seen.all("coverlink") if link["cover_id"] == row["id"]]
    covered = [rows.get(link["covered_id"] or "") for link in links]
    return "reinsurance" if links and all(c and c["instrument"] in COVER for c in covered) else "cover"


@dataclass(frozen=True)
class Balance:
    committed: Decimal
    drawn: Decimal
    repaid: Decimal


def days(movements: Iterable[Row]) -> Iterator[tuple[str, str, Balance]]:
    """(day, currency, how the ledger stood at its end) for each day on which something took effect."""
    lines = {row["id"]: row for row in movements if row["state"] == "confirmed"}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for day, of_day in groupby(sorted(lines.values(), key=lambda r: r["effective_on"]), lambda r: r["effective_on"]):
        touched = set()
        for row in of_day:
            touched.add(row["currency"])
            changes = _changes(row, lines)
            sums[row["currency"]] = [a + b for a, b in zip(sums[row["currency"]], changes, strict=True)]
        for currency in sorted(touched):
            yield day, currency, Balance(*sums[currency])


def _changes(row: Row, lines: dict[str, Row]) -> tuple[Decimal, Decimal, Decimal]:
    """What a movement adds to committed, drawn and repaid; by its kind, whatever its own columns say."""
    amount, kind = Decimal(row["amount"]), row["kind"]
    none = Decimal(0)
    if kind == "reversal":
        committed, drawn, repaid = _changes(lines[row["reverses_id"]], lines)
        return -committed, -drawn, -repaid
    if kind in ("initial", "increase", "transfer_in") or (kind == "redenomination" and row["pair_id"]):
        return amount, none, none
    if kind in ("partial_cancellation", "transfer_out", "redenomination"):
        return -amount, none, none
    return (none, amount, none) if kind == "drawdown" else (none, none, amount)


def balance(movements: Iterable[Row]) -> tuple[str, Balance] | None:
    """How a ledger stands in the currency that it is in now; None where nothing was recorded."""
    last: dict[str, tuple[str, Balance]] = {}
    for day, currency, at in days(movements):
        last[currency] = (day, at)
    if not last:
        return None
    currency = max(last, key=lambda code: (last[code][1].committed, last[code][0]))
    return currency, last[currency][1]


def allocated(everything: Picture, tranche: str) -> Decimal:
    """What a lead's counter has to say: told lines, less those taken back, declined or given back."""
    freed = {
        answer["line_id"]
        for answer in everything.all("allocationacceptance")
        if answer["state"] == "confirmed" and (answer["answer"] == "declined" or answer["given_back_on"])
    }
    lines = [
        line
        for line in everything.all("allocationline")
        if line["tranche_id"] == tranche and line["state"] == "confirmed" and not line["taken_back_on"]
    ]
    return sum((Decimal(line["amount"]) for line in lines if line["id"] not in freed), Decimal(0))
