"""What an activity says of commitments: a row for each financier, class, kind of money and currency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from network.iati.codes import FINANCE_READ, PLEDGE, TYPES_READ
from network.iati.reading import ActivityRead, Organisation, TransactionRead

_KNOWN = ("XI-LEI-", "OREBOOK-")


@dataclass(frozen=True)
class Line:
    """`cells` in the order of the sheet's columns; `why` it is left out, '' where it is read."""

    cells: tuple[str | Decimal | date, ...]
    why: str = ""


def commitments_of(activity: ActivityRead) -> Iterator[Line]:
    """What was pledged, committed and guaranteed is never added to each other, and no currency to another."""
    groups: dict[tuple[str, str, str, Organisation], list[TransactionRead]] = {}
    for found in activity.promised:
        key = (found.type, found.finance, found.currency, _financier(activity, found))
        groups.setdefault(key, []).append(found)
    if not groups:
        yield Line(_cells(activity, "", activity.finance, _financier(activity, None), activity.identifier))
    firm = {key[1:] for key in groups if key[0] != PLEDGE}
    for number, (key, rows) in enumerate(groups.items(), start=1):
        kind, finance, currency, financier = key
        # Its own reference tells a row from the others of its activity.
        reference = activity.identifier if number == 1 else f"{activity.identifier} {number}"
        amount = _total(rows)
        cells = _cells(activity, kind, finance, financier, reference, amount, currency, rows)
        why = ""
        if kind == PLEDGE and key[1:] in firm:
            why = _("It is a pledge of what the same activity commits: the commitment is read.")
        elif isinstance(amount, Decimal) and amount <= 0:
            why = _("What was reduced leaves nothing of it.")
        yield Line(cells, why)


def _cells(
    activity: ActivityRead,
    kind: str,
    finance: str,
    financier: Organisation,
    reference: str,
    amount: Decimal | str = "",
    currency: str = "",
    rows: list[TransactionRead] | None = None,
) -> tuple[str | Decimal | date, ...]:
    days = [row.on for row in rows or () if row.on]
    firm = kind not in ("", PLEDGE)
    return (
        reference,
        activity.title,
        _called(financier),
        FINANCE_READ[finance][0] if finance in FINANCE_READ else finance and f"IATI {finance}",
        TYPES_READ[kind][0] if kind else "",
        amount,
        currency,
        min(days) if firm and days else "",
        next((row.ref for row in rows or () if row.ref), "") if firm else "",
        "",
        "",
    )


def _financier(activity: ActivityRead, found: TransactionRead | None) -> Organisation:
    """Whoever provides it; else whoever alone funds the activity; else whoever reports it."""
    if found and found.provider:
        return found.provider
    return activity.funders[0] if len(activity.funders) == 1 else activity.reporter


def _called(organisation: Organisation) -> str:
    """A name, and the identifier by which the registry may know it."""
    key = next((organisation.ref.removeprefix(mark) for mark in _KNOWN if organisation.ref.startswith(mark)), "")
    if not key or "(" in organisation.name:
        return key or organisation.name
    return f"{organisation.name} ({key})" if organisation.name else key


def _total(rows: list[TransactionRead]) -> Decimal | str:
    """The exact sum; the first text that is no number, where there is one."""
    total = Decimal(0)
    for row in rows:
        if isinstance(row.amount, str):
            return row.amount
        total += row.amount
    return total
