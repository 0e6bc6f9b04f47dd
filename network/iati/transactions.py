"""What of a commitment is a transaction: each with its own amount, of one class, in its own currency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deals.lifecycle import Class
from deals.selectors.activities import Activity
from institutions.selectors.reading import Shape
from network.iati import codes

_QUALIFIED = {"up_to": "up to this amount", "approximate": "about this amount", "at_least": "at least this amount"}
_UNCODED = "Not firm: approved on conditions, for which there is no transaction type of its own."


@dataclass(frozen=True)
class Transaction:
    """`amount`: with the decimals that its currency has; what reduces is negative."""

    type: str
    on: date
    amount: str
    currency: str
    says: str
    # The agreement's, where it is told.
    ref: str = ""


@dataclass(frozen=True)
class Day:
    """A day, and what is to be known of it."""

    on: date
    says: str = ""


def began(activity: Activity) -> Day | None:
    """The day of a commitment as far as it is told: when it was signed or announced, else when it was told."""
    of = activity.commitment
    if of["signed_on"]:
        return Day(of["signed_on"])
    if of["announced_on"]:
        exact = of["announced_precision"] in ("", "day")
        return Day(of["announced_on"], "" if exact else f"Known to the {of['announced_precision']} alone.")
    if activity.told.since:
        return Day(activity.told.since, "No day of its own is known: the day on which it was told.")
    return None


def transactions_of(activity: Activity) -> Iterator[Transaction]:
    """Pledges, commitments and guarantees, then what was drawn and repaid."""
    if activity.share:
        return
    yield from _committed(activity)
    if activity.commitment["instrument"] not in codes.COVER:
        yield from _moved(activity, "drawn", codes.DISBURSEMENT)
        if activity.commitment["instrument"] in codes.LOANS:
            yield from _moved(activity, "repaid", codes.LOAN_REPAYMENT)


def remarks(activity: Activity) -> Iterator[str]:
    """What is told in words, since there is no code for it."""
    of, size = activity.commitment, activity.commitment["size"]
    cover = of["instrument"] in codes.COVER
    if activity.share == "risk":
        yield "It bears a share of the risk of another's loan, which is no money: no transaction."
    elif activity.share:
        yield "It is a share in another's loan, in which its money is counted: no transaction."
    elif size and size["joint"]:
        money = size["joint"]["money"]
        figure = f"{money['currency']} {money['amount']}"
        yield f"{figure} is one figure for several commitments, never split: no transaction."
    elif cover and _open(of):
        told = f" ({_figure(size)})" if size and size["money"] else ""
        yield f"Cover that is not firm yet{told}: there is no transaction type for it."
    elif of["class"] == Class.ENDED and of["stage"] != "repaid" and not any(_changes(activity, "committed")):
        yield "It has ended, and commits no money."
    elif size is None or size["money"] is None:
        yield "Its amount is not known."
    if of["instrument"] in codes.WITHOUT_FINANCE_TYPE:
        yield "There is no finance type for it."
    if cover and any(_changes(activity, "drawn")):
        yield "What was drawn on the cover has no transaction type."
    if of["borrower_level"] == "sponsor":
        yield "Lent to the sponsor, not to the project."


def _committed(activity: Activity) -> Iterator[Transaction]:
    of, size = activity.commitment, activity.commitment["size"]
    kind = codes.GUARANTEE if of["instrument"] in codes.COVER else codes.COMMITMENT
    if not _open(of) and _is_whole(activity):
        yield from _moved(activity, "committed", kind)
        return
    if of["class"] == Class.ENDED and of["stage"] != "repaid":
        return
    if _open(of):
        if kind == codes.GUARANTEE:
            return
        kind = codes.PLEDGE
    money, day = size["money"] if size else None, began(activity)
    if money and day and Decimal(money["amount"]):
        words = [of["stage"].replace("_", " ").capitalize()]
        if size["qualifier"] in _QUALIFIED:
            words.append(_QUALIFIED[size["qualifier"]])
        says = ", ".join(words) + "."
        if of["class"] == Class.CONDITIONAL:
            says = f"{says} {_UNCODED}"
        says = " ".join([says, day.says]).strip()
        yield Transaction(kind, day.on, money["amount"], money["currency"], says, _agreement(of, kind))


def _open(of: Shape) -> bool:
    """Whether it is neither firm nor ended."""
    return of["class"] in (Class.INDICATIVE, Class.CONDITIONAL)


def _is_whole(activity: Activity) -> bool:
    """Whether the movements that are told amount to the size that is told."""
    changes = list(_changes(activity, "committed"))
    size = activity.commitment["size"]
    if not changes or size is None or size["money"] is None:
        return bool(changes)
    money = size["money"]
    told = [Decimal(each["amount"]) for _, each in changes if each["currency"] == money["currency"]]
    return sum(told, Decimal(0)) == Decimal(money["amount"])


def _changes(activity: Activity, sum_: str) -> Iterator[tuple[Shape, Shape]]:
    """(movement, what it changes of a sum), where it changes anything."""
    for movement in activity.ledger:
        change = movement["changes"][sum_]
        if Decimal(change["amount"]):
            yield movement, change


def _moved(activity: Activity, sum_: str, kind: str) -> Iterator[Transaction]:
    for movement, change in _changes(activity, sum_):
        says = f"{movement['kind'].replace('_', ' ').capitalize()}."
        ref = _agreement(activity.commitment, kind)
        yield Transaction(kind, movement["effective_on"], change["amount"], change["currency"], says, ref)


def _agreement(of: Shape, kind: str) -> str:
    return of["agreement_reference"] if kind in (codes.COMMITMENT, codes.GUARANTEE) else ""


def _figure(size: Shape) -> str:
    qualified = f", {_QUALIFIED[size['qualifier']]}" if size["qualifier"] in _QUALIFIED else ""
    return f"{size['money']['currency']} {size['money']['amount']}{qualified}"
