"""Amounts of the fiction, in millions."""

from decimal import Decimal

from deals.money import Money


def usd(millions: int) -> Money:
    return Money(Decimal(millions) * 1_000_000, "USD")


def eur(millions: int) -> Money:
    return Money(Decimal(millions) * 1_000_000, "EUR")


def aud(millions: int) -> Money:
    return Money(Decimal(millions) * 1_000_000, "AUD")
