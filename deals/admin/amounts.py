"""Amounts as they are typed: read exactly, and what is wrong is said at its field."""

from typing import Any

from django import forms

from deals.models import Qualifier
from deals.money import Money, MoneyError

KNOWN = [
    (Qualifier.EXACT, "exactly this amount"),
    (Qualifier.UP_TO, "up to this amount"),
    (Qualifier.APPROXIMATE, "about this amount"),
    (Qualifier.AT_LEAST, "at least this amount"),
]
QUALIFIED = [*KNOWN, (Qualifier.UNKNOWN, "amount unknown")]


def read_amount(form: forms.Form, given: dict[str, Any], *, otherwise: str = "") -> Money | None:
    """What was typed as `amount` and `currency`, above zero; None where it is wrong, which then stands at its field.

    `otherwise`: what can be done instead of giving an amount, such as ", or choose 'amount unknown'".
    """
    try:
        money = Money.of(given["amount"], given["currency"].upper())
    except MoneyError as error:
        field = error.pointer or "amount"
        missing = {"amount": f"Give the amount{otherwise}.", "currency": "Name the currency."}
        form.add_error(field, error.detail if given[field] else missing[field])
        return None
    if money.amount <= 0:
        form.add_error("amount", f"Give an amount above zero{otherwise}.")
        return None
    return money
