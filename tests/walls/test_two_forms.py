"""The rule is asked in two forms, by how much the asker sees; whichever it is, the same rows are seen and written."""

import pytest
from django.db import connection

from deals.models import Commitment
from institutions.isolation.levels import Level
from institutions.isolation.raising import walled_models
from institutions.isolation.session import acting_as
from institutions.isolation.walls import Credentials
from tests.acts import grant, letter
from tests.cast import Cast

pytestmark = pytest.mark.slow

FORCED = "SELECT set_config('orebook.sees_much', %s, true)"
ASKERS = ("ada", "mina", "dami", "rolf", "sora", "marc", "finn", "cora", "dora")


def seen(form: str) -> dict[str, list[str]]:
    """The ids of every walled table that the present identity sees, asked in one form."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(FORCED, [form])
        for model, wall in walled_models():
            if not isinstance(wall, Credentials) and getattr(wall, "read", "true") not in ("false",):
                rows = model._default_manager.order_by().values_list("pk", flat=True)
                found[model._meta.db_table] = sorted(map(str, rows))
    return found


@pytest.mark.parametrize("who", ASKERS)
def test_both_forms_show_the_same_rows(cast: Cast, who: str) -> None:
    for level in (Level.OWN, Level.LEAD, Level.PARTIES, Level.NETWORK):
        letter(cast, level)
    grant(cast, letter(cast, Level.OWN), "maple")
    with acting_as(cast.people[who]):
        one_by_one, hashed = seen("on"), seen("")
    assert one_by_one == hashed
    assert one_by_one["institutions_network"]


def test_what_is_hidden_is_hidden_in_both_forms(cast: Cast) -> None:
    hidden = letter(cast, Level.OWN)
    for form in ("on", ""):
        with acting_as(cast.rolf), connection.cursor() as cursor:
            cursor.execute(FORCED, [form])
            assert not Commitment.objects.filter(pk=hidden.pk).exists()
        with acting_as(cast.mina), connection.cursor() as cursor:
            cursor.execute(FORCED, [form])
            assert Commitment.objects.filter(pk=hidden.pk).exists()
