"""Money: exact, of one currency, never mixed, never a float."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from iso4217 import Currency

# Plain decimal digits; no exponent, no other script's digits, no sign but minus.
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,6})?")
LIMIT = Decimal(10) ** 15
_ZEROS = re.compile(r"\.0+(?!\d)")


class MoneyError(ValueError):
    """`pointer` names the part that is wrong, `code` how; `says` is the sentence, and `facts` fill the names in it."""

    def __init__(self, pointer: str, code: str, says: str, **facts: object) -> None:
        self.pointer, self.code, self.says, self.facts = pointer, code, says, facts
        self.detail = says.format(**facts)
        super().__init__(self.detail)


@cache
def minor_units(currency: str) -> int:
    """Decimals of a currency (JPY 0, USD 2, KWD 3). Raises MoneyError for a code that ISO 4217 does not list."""
    try:
        digits = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:
        raise MoneyError(
            "currency",
            "unknown_currency",
            "'{currency}' is not a currency of ISO 4217. Use a code such as USD.",
            currency=currency,
        )
    return int(digits)


@dataclass(frozen=True, order=False)
class Money:
    """An amount in whole minor units of its currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        digits = minor_units(self.currency)
        if not isinstance(self.amount, Decimal):
            # Whatever the types say: a float's 0.1 is not a tenth.
            raise MoneyError("amount", "not_exact", "An amount is a Decimal, never a float.")
        if not self.amount.is_finite():
            raise MoneyError("amount", "not_a_number", "The amount must be a number.")
        if abs(self.amount) >= LIMIT:
            raise MoneyError("amount", "too_large", "The amount must be below {limit}.", limit=format(LIMIT, "f"))
        if self.amount != round(self.amount, digits):
            raise MoneyError(
                "amount",
                "too_many_decimals",
                "{currency} has {digits} decimals; the amount has more.",
                currency=self.currency,
                digits=digits,
            )
        # `+ 0` makes minus nought nought.
        object.__setattr__(self, "amount", round(self.amount, digits) + 0)

    @classmethod
    def parse(cls, value: object) -> "Money":
        """Reads {"amount": "150000000.00", "currency": "USD"}; a number instead of a string is refused."""
        if not isinstance(value, Mapping):
            raise MoneyError("", "invalid", 'Money is {{"amount": "150000000.00", "currency": "USD"}}.')
        unknown = set(value) - {"amount", "currency"}
        if unknown:
            raise MoneyError(sorted(unknown)[0], "unknown_field", "Money has an amount and a currency, nothing else.")
        amount, currency = value.get("amount"), value.get("currency")
        if not isinstance(amount, str):
            raise MoneyError("amount", "not_a_string", 'The amount must be a string, such as "150000000.00".')
        if not isinstance(currency, str):
            raise MoneyError("currency", "required", "Name the currency, such as USD.")
        return cls.of(amount, currency)

    @classmethod
    def of(cls, amount: str, currency: str) -> "Money":
        """Money from a plain decimal text: no exponent, no separators."""
        if not _PLAIN.fullmatch(amount):
            raise MoneyError(
                "amount", "not_a_number", "Write the amount with digits and a point, such as 150000000.00."
            )
        return cls(Decimal(amount), currency)

    @classmethod
    def total(cls, amount: Decimal, currency: str) -> "Money":
        """A sum or a converted amount: as exact, but it may be larger than what anybody may state."""
        digits = minor_units(currency)
        exact = round(amount, digits) + 0 if amount.is_finite() else None
        if exact is None or exact != amount:
            raise MoneyError(
                "amount",
                "too_many_decimals",
                "{amount} is no exact amount of {currency}.",
                amount=amount,
                currency=currency,
            )
        # Without the checks of what somebody states: a page of figures makes some hundreds.
        made = object.__new__(cls)
        object.__setattr__(made, "amount", exact)
        object.__setattr__(made, "currency", currency)
        return made

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise MoneyError(
                "currency",
                "mixed",
                "{one} and {other} are not added without a rate.",
                one=self.currency,
                other=other.currency,
            )
        return Money.total(self.amount + other.amount, self.currency)

    def as_json(self) -> dict[str, Any]:
        return {"amount": f"{self.amount:f}", "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.{minor_units(self.currency)}f}"


def figure(money: object) -> str:
    """Money without its decimals where they are all zero: 'USD 300,000,000'. Takes a text of several, and None."""
    return _ZEROS.sub("", str(money)) if money is not None else ""
