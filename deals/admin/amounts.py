"""Amounts as they are typed or pasted: read exactly, and what is wrong is said at its field."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from deals.models import Qualifier
from deals.money import Money, MoneyError, figure
from deals.written.amounts import read_amount as as_written
from deals.written.reading import Unread
from institutions.admin.site import site

KNOWN = [
    (Qualifier.EXACT, "exactly this amount"),
    (Qualifier.UP_TO, "up to this amount"),
    (Qualifier.APPROXIMATE, "about this amount"),
    (Qualifier.AT_LEAST, "at least this amount"),
]
QUALIFIED = [*KNOWN, (Qualifier.UNKNOWN, "amount unknown")]
_THOUSANDS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
PLAINLY = "Write it with digits and a point, such as 150000000.00."


class Misread(ValueError):
    """What was typed is no amount, or can be several; `field` is where to say so."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field, self.says = field, says


def read(amount: str, currency: str, *, otherwise: str = "") -> Money:
    """The amount that `amount` says in `currency`, which may stay empty where the amount names it. Raises Misread where
    it is not above zero, and where it would be guessed or rounded."""
    money = _read(amount, currency, otherwise)
    if money.amount <= 0:
        raise Misread("amount", f"Give an amount above zero{otherwise}.")
    return money


def _read(amount: str, currency: str, otherwise: str) -> Money:
    code = currency.strip().upper()
    try:
        # Three digits after one point are thousands to half of the partners, and money of hardly anybody has them.
        if not _THOUSANDS.fullmatch(amount.strip()):
            return Money.of(amount, code)
    except MoneyError:
        if not amount.strip():
            raise Misread("amount", f"Give the amount{otherwise}.") from None
    try:
        written = as_written(amount)
    except Unread as unread:
        raise Misread("amount", f"{unread.says} {PLAINLY}") from None
    if written.qualifier not in ("exact", "unknown"):
        raise Misread(
            "amount", f"How sure it is ('{written.qualifier.replace('_', ' ')}') is chosen beside it. {PLAINLY}"
        )
    if len(written.numbers) != 1:
        several = " or ".join(f"{number:,f}" for number in written.numbers)
        raise Misread(
            "amount", f"It can be read as {several}. {PLAINLY}" if several else f"Give the amount{otherwise}."
        )
    named = written.currencies
    if code and named and code not in named:
        raise Misread("currency", f"The amount names {' or '.join(named)}, and here stands {code}. Keep one of them.")
    if not code and len(named) != 1:
        raise Misread("currency", "Name the currency.")
    try:
        return Money.of(f"{written.numbers[0]:f}", code or named[0])
    except MoneyError as error:
        raise Misread(error.pointer or "amount", error.detail) from None


def read_amount(form: forms.Form, given: dict[str, Any], *, otherwise: str = "") -> Money | None:
    """What was typed as `amount` and `currency`, above zero; None where it is wrong, which then stands at its field.

    `otherwise`: what can be done instead of giving an amount, such as ", or choose 'amount unknown'".
    """
    try:
        money = read(given["amount"], given["currency"], otherwise=otherwise)
    except Misread as misread:
        form.add_error(misread.field, misread.says)
        return None
    return money


@site.page("amount/", name="amount")
def how_read(request: HttpRequest) -> HttpResponseBase:
    """How an amount is read, while it is typed (amounts.js)."""
    typed = request.GET.get("amount", "")[:200]
    try:
        money = read(typed, request.GET.get("currency", "")[:3])
    except Misread as misread:
        return JsonResponse({"wrong": misread.says})
    return JsonResponse({"read": f"Read as {figure(money)}"})
