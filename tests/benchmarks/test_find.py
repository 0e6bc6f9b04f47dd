"""How long a search by name takes among 100,000 deals: for who sees a tenth, and for who sees one in five hundred.

The partner is the same search as part of a text (ILIKE) over the deals' own table under the same policy.
"""

import json
import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from deals.found import name_all
from deals.selectors.by_name import by_name
from institutions.isolation.session import acting_as
from institutions.models import Audience, Staff
from tests.benchmarks.noted import Note, note
from tests.cast import Cast

pytestmark = pytest.mark.timeout(900)

DEALS = 100_000
# A rare word, one that a tenth of the names share, one that all share, the first letters of many, and two words.
ASKED = ("zirkelite", "lithium", "financing", "pro", "lithium fin")
MINERALS = ["Lithium", "Graphite", "Cobalt", "Nickel", "Copper", "Terbium", "Gallium", "Tungsten", "Niobium", "Zinc"]
_MADE = """
    INSERT INTO deals_deal (id, owner_id, level, audience_id, network_id, slug, name, code_name, status, origin, demo,
        source_word, target_currency, announced_precision, told_at)
    SELECT gen_random_uuid(), d.owner_id, d.level, CASE WHEN n %% 10 = 0 THEN %(seen)s::uuid
           WHEN n %% 500 = 1 THEN %(rare)s::uuid ELSE d.audience_id END,
           d.network_id, 'made-' || n,
           (%(minerals)s::text[])[1 + n / 10 %% 10] || ' project ' || n
           || CASE WHEN n %% 50000 = 10 THEN ' zirkelite' ELSE '' END
           || ' financing', '', 'in_market', 'registered', false, '', '', '', now()
    FROM generate_series(1, %(deals)s) AS n, deals_deal d WHERE d.id = %(like)s
"""


def filled(cast: Cast) -> None:
    """Deals of which Rolf sees a tenth and Cora one in five hundred; the others' owner alone sees the rest."""
    seen, rare = own_audience(cast, cast.rolf), own_audience(cast, cast.cora)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"]) as owner:
        owner.execute("ALTER TABLE deals_deal DISABLE TRIGGER USER")
        owner.execute("ALTER TABLE deals_deal DROP CONSTRAINT deals_deal_audience_of_owner")
        owner.execute(_MADE, {"seen": seen, "rare": rare, "deals": DEALS, "like": cast.deal.pk, "minerals": MINERALS})
        owner.execute("DELETE FROM deals_nameword")
        owner.execute(name_all())
    with psycopg.connect(
        os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"], autocommit=True
    ) as owner:
        owner.execute("ALTER TABLE deals_deal ENABLE TRIGGER USER")
        owner.execute("VACUUM ANALYZE deals_nameword")
        owner.execute("VACUUM ANALYZE deals_deal")


def own_audience(cast: Cast, who: Staff) -> UUID:
    """The audience of rows that its bank alone sees."""
    with acting_as(who), connection.cursor() as cursor:
        cursor.execute("SELECT wall.prepare(NULL, %s, 'own', NULL, NULL, false, NULL)", [cast.network.pk])
        return Audience.objects.filter(owner=who.institution, deal_id=None, level="own").values_list("id", flat=True)[0]


def milliseconds(act: Callable[[], object]) -> float:
    act()
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def part_of_text(asked: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM deals_deal WHERE " + " AND ".join(["name ILIKE %s"] * len(asked.split()))
            + " ORDER BY name, id LIMIT 9",
            [f"%{word}%" for word in asked.split()],
        )  # fmt: skip
        found: list[object] = cursor.fetchall()
        return found


def test_find(committed_cast: Cast) -> None:
    cast = committed_cast
    filled(cast)
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for who in ("rolf", "cora"):
        with acting_as(cast.people[who]):
            figures[who] = {
                asked: {
                    "ms": round(milliseconds(partial(by_name, asked)), 1),
                    "ilike_ms": round(milliseconds(partial(part_of_text, asked)), 1),
                }
                for asked in ASKED
            }
    print(json.dumps({"find": figures}))
    note(
        "find",
        *(
            Note(
                f"search over {DEALS:,} deals, the slowest of {len(ASKED)} questions of a bank that sees {sees}",
                max(each["ms"] for each in figures[who].values()), "ms", 300,
            )
            for who, sees in (("rolf", "a tenth"), ("cora", "one in 500"))
        ),
    )  # fmt: skip
    assert all(each["ms"] < 300 for of in figures.values() for each in of.values()), figures
