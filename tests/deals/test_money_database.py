"""Money that reaches the database past every door is exact, or refused there too."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from deals.models import Size
from deals.walls import TRIGGERS
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.cast import Cast


def money_columns() -> list[tuple[str, str, str]]:
    """(table, amount, currency) of every amount of the deals' tables."""
    found = []
    for model in apps.get_app_config("deals").get_models():
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            currency = field.name.replace("amount", "currency")
            if isinstance(field, models.DecimalField) and field.name != currency and currency in names:
                found.append((model._meta.db_table, field.name, currency))
    return found


def test_every_amount_is_held_to_its_currencys_minor_units() -> None:
    columns = money_columns()
    assert len(columns) >= 7
    for table, amount, currency in columns:
        held = "".join(TRIGGERS.get(table, ()))
        assert re.search(rf"exact_money\([^)]*'{amount}', '{currency}'[^)]*\)", held), table
        assert "30_money BEFORE INSERT OR UPDATE ON" in held, table


def test_no_amount_is_a_float() -> None:
    for model in apps.get_models():
        if "wall" in vars(model):
            floats = [f.name for f in model._meta.concrete_fields if isinstance(f, models.FloatField)]
            assert floats == [], model


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("10.5", "JPY"), ("1.2345", "KWD"), ("0.001", "USD"), ("'NaN'", "USD"), ("'Infinity'", "USD"), ("1e30", "USD"),
        ("'١٠٠'", "USD"), ("-1", "USD"), ("-0", "USD"), ("1", "XXX"), ("1", "usd"), ("1", ""),
    ],
)  # fmt: skip
def test_what_is_not_exact_is_refused_and_nothing_is_rounded(cast: Cast, amount: str, currency: str) -> None:
    made = letter(cast, Level.OWN, money="100", stage="enquiry")
    with acting_as(cast.mina):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE deals_size SET amount = ({amount})::numeric, currency = %s WHERE commitment_id = %s",
                [currency, made.pk],
            )
        assert Size.objects.get(commitment=made).amount == Decimal(100)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [("1e5", "USD", "100000"), ("10.0", "JPY", "10"), ("1.234", "KWD", "1.234"), ("0.1::float8", "USD", "0.1")],
)
def test_what_is_exact_is_kept_as_it_is(cast: Cast, amount: str, currency: str, kept: str) -> None:
    made = letter(cast, Level.OWN, money="100", stage="enquiry")
    with acting_as(cast.mina):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE deals_size SET amount = ({amount})::numeric, currency = %s WHERE commitment_id = %s",
                [currency, made.pk],
            )
        assert Size.objects.get(commitment=made).amount == Decimal(kept)
