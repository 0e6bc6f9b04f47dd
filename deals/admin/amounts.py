"""Amounts as they are typed or pasted: read exactly, and what is wrong is said at its field."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.models import Qualifier
from deals.money import Money, MoneyError, figure
from deals.sentences.joining import either, following
from deals.sentences.words import word
from deals.written.amounts import read_amount as as_written
from deals.written.reading import Unread
from institutions.admin.site import site
from institutions.languages import in_words

KNOWN = [
    (Qualifier.EXACT, later("exactly this amount")),
    (Qualifier.UP_TO, later("up to this amount")),
    (Qualifier.APPROXIMATE, later("about this amount")),
    (Qualifier.AT_LEAST, later("at least this amount")),
]
QUALIFIED = [*KNOWN, (Qualifier.UNKNOWN, later("amount unknown"))]
_THOUSANDS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
PLAINLY = later("Write it with digits and a point, such as 150000000.00.")


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
        raise Misread("amount", _("Give an amount above zero%(otherwise)s.") % {"otherwise": otherwise})
    return money


def _read(amount: str, currency: str, otherwise: str) -> Money:
    code = currency.strip().upper()
    try:
        # Three digits after one point are thousands to half of the partners, and money of hardly anybody has them.
        if not _THOUSANDS.fullmatch(amount.strip()):
            return Money.of(amount, code)
    except MoneyError:
        if not amount.strip():
            raise Misread("amount", _not_given(otherwise)) from None
    try:
        written = as_written(amount)
    except Unread as unread:
        raise Misread("amount", following(in_words(unread), str(PLAINLY))) from None
    if written.qualifier not in ("exact", "unknown"):
        says = _("How sure it is ('%(qualifier)s') is chosen beside it.") % {"qualifier": word(written.qualifier)}
        raise Misread("amount", following(says, str(PLAINLY)))
    if len(written.numbers) != 1:
        several = either(f"{number:,f}" for number in written.numbers)
        says = _("It can be read as %(several)s.") % {"several": several}
        raise Misread("amount", following(says, str(PLAINLY)) if several else _not_given(otherwise))
    named = written.currencies
    if code and named and code not in named:
        says = _("The amount names %(named)s, and here stands %(code)s. Keep one of them.")
        raise Misread("currency", says % {"named": either(named), "code": code})
    if not code and len(named) != 1:
        raise Misread("currency", _("Name the currency."))
    try:
        return Money.of(f"{written.numbers[0]:f}", code or named[0])
    except MoneyError as error:
        raise Misread(error.pointer or "amount", in_words(error)) from None


def _not_given(otherwise: str) -> str:
    return _("Give the amount%(otherwise)s.") % {"otherwise": otherwise}


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
    return JsonResponse({"read": _("Read as %(amount)s") % {"amount": figure(money)}})
