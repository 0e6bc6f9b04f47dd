"""How long it takes to match 10,000 deals with 100 mandates, all of which their reader sees; and one changed deal.

The partner is one plain SQL join of the same tables under the same policies, with the same eight conditions as far as
single columns say them: no reasons, no unknowns, no shown stage, no rates.
"""

import json
import os
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from deals.models import Deal, Mandate
from deals.selectors.matching import deals_for, institutions_for
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.benchmarks.noted import Note, note
from tests.benchmarks.test_find import milliseconds, own_audience
from tests.cast import Cast
from tests.project_acts import mandate, mineral, project

pytestmark = pytest.mark.timeout(900)
DEALS, MANDATES = 10_000, 100
COUNTRIES = ["AU", "CA", "CL", "BR", "ZM", "NA", "MZ", "ID", "US", "KZ"]
MINERALS = ["lithium", "graphite", "cobalt", "nickel", "copper", "terbium", "gallium", "tungsten", "niobium", "zinc"]
_PROJECTS = """
    INSERT INTO deals_project (id, owner_id, level, audience_id, network_id, slug, name, aliases, country, region,
        chain_stages, development_stage, capex_currency, capex_precision, output_text, origin, demo, told_at)
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, p.owner_id, p.level, %(seen)s, p.network_id,
           'made-' || n, 'Made ' || n, '{}', (%(countries)s::text[])[1 + n %% 10], '',
           ARRAY[(ARRAY['extraction', 'processing', 'refining'])[1 + n %% 3]],
           (ARRAY['scoping', 'feasibility', 'construction', 'operating'])[1 + n / 3 %% 4], '', '', '', 'registered',
           false, now()
    FROM generate_series(1, %(deals)s) n, deals_project p WHERE p.id = %(project)s
"""
_MINERALS = """
    INSERT INTO deals_projectmineral (id, owner_id, level, audience_id, network_id, project_id, mineral_id, by_product,
        origin, demo, told_at)
    SELECT gen_random_uuid(), p.owner_id, p.level, p.audience_id, p.network_id, p.id,
           (%(minerals)s::uuid[])[1 + row_number() OVER (ORDER BY p.id) %% 10], false, 'registered', false, now()
    FROM deals_project p WHERE p.slug LIKE 'made-%%'
"""
_DEALS = """
    INSERT INTO deals_deal (id, owner_id, level, audience_id, network_id, slug, name, code_name, status, origin, demo,
        source_word, target_amount, target_currency, announced_precision, told_at, project_id)
    SELECT ('00000000-0000-4000-9000-' || lpad(n::text, 12, '0'))::uuid, d.owner_id, d.level, %(seen)s, d.network_id,
           'made-' || n, 'Made ' || n, '', 'in_market', 'registered', false, '', 1000000 * (1 + n %% 900), 'USD', '',
           now(), ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
    FROM generate_series(1, %(deals)s) n, deals_deal d WHERE d.id = %(like)s
"""
_TRANCHES = """
    INSERT INTO deals_tranche (id, owner_id, level, audience_id, deal_id, name, currency, seniority, purpose,
        tenor_months, repayment, pricing_note, origin, demo, told_at)
    SELECT gen_random_uuid(), d.owner_id, d.level, d.audience_id, d.id, 'Senior', 'USD', 'senior', 'base',
           60 + 12 * (length(d.slug) %% 8), '', '', 'registered', false, now()
    FROM deals_deal d WHERE d.slug LIKE 'made-%%'
"""
_MANDATES = """
    INSERT INTO deals_mandate (id, owner_id, level, audience_id, network_id, name, since, minerals, chain_stages,
        earliest_stage, countries, countries_out, instruments, ticket_from, ticket_to, currency, longest_tenor_months,
        link_country, links, basis, inferred, demo, created_at, told_at)
    SELECT gen_random_uuid(), %(other)s, m.level, %(seen)s, m.network_id, 'Made ' || n, m.since,
           ARRAY[(%(minerals)s::uuid[])[1 + n %% 10], (%(minerals)s::uuid[])[1 + (n + 3) %% 10]],
           ARRAY['extraction', 'refining'], 'feasibility', (%(countries)s::text[])[1 + n %% 5 : 6 + n %% 5], '{}',
           ARRAY['senior_loan'], 10000000 * (1 + n %% 10), 500000000, 'USD', 180, '', '{}', '', false, false, now(),
           now()
    FROM generate_series(1, %(mandates)s) n, deals_mandate m WHERE m.id = %(mandate)s
"""
_PLAIN = """
    SELECT count(*) FROM deals_deal d
    JOIN deals_project p ON p.id = d.project_id
    JOIN deals_projectmineral x ON x.project_id = p.id
    JOIN deals_tranche t ON t.deal_id = d.id AND t.purpose = 'base'
    JOIN deals_mandate m ON (m.minerals = '{}' OR x.mineral_id = ANY (m.minerals))
        AND (m.chain_stages = '{}' OR p.chain_stages && m.chain_stages)
        AND (m.countries = '{}' OR p.country = ANY (m.countries)) AND p.country <> ALL (m.countries_out)
        AND p.development_stage IN ('feasibility', 'permitting', 'construction', 'commissioning', 'operating')
        AND (m.ticket_from IS NULL OR d.target_amount >= m.ticket_from)
        AND (m.longest_tenor_months IS NULL OR t.tenor_months <= m.longest_tenor_months)
        AND (m.instruments = '{}' OR t.seniority = 'senior')
    WHERE d.slug LIKE 'made-%' AND m.name LIKE 'Made %'
"""
_MATCHED = "SELECT count(*) FROM deals.match(%s::uuid[], %s::uuid[], %s, true)"


def filled(cast: Cast) -> None:
    """All that Rolf sees; the owner of the rows is whose the models are."""
    seen = own_audience(cast, cast.rolf)
    like = project(cast, "Like", by="ada")
    asks = mandate(cast, by="rolf", level=Level.OWN, countries=("AU", "CA"), minerals=(mineral(cast, "lithium"),))
    minerals = [mineral(cast, slug).pk for slug in MINERALS]
    named = {
        "seen": seen, "deals": DEALS, "mandates": MANDATES, "like": cast.deal.pk, "project": like.pk,
        "mandate": asks.pk, "other": like.owner_id, "countries": COUNTRIES, "minerals": minerals,
    }  # fmt: skip
    tables = ("deals_project", "deals_projectmineral", "deals_deal", "deals_tranche", "deals_mandate")
    address = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(address, dbname=connection.settings_dict["NAME"]) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_audience_of_owner")
        for made in (_PROJECTS, _MINERALS, _DEALS, _TRANCHES, _MANDATES):
            owner.execute(made, named)
    with psycopg.connect(address, dbname=connection.settings_dict["NAME"], autocommit=True) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            owner.execute(f"VACUUM ANALYZE {table}")


def asked(query: str, given: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return int(cursor.fetchone()[0])


def test_matching(committed_cast: Cast) -> None:
    cast = committed_cast
    filled(cast)
    with acting_as(cast.rolf):
        deals = list(Deal.objects.filter(slug__startswith="made-").values_list("pk", flat=True))
        mandates = list(Mandate.objects.filter(name__startswith="Made").values_list("pk", flat=True))
        assert (len(deals), len(mandates)) == (DEALS, MANDATES)
        today = timezone.now().date()
        found = asked(_MATCHED, [deals, mandates, today])
        assert found == asked(_PLAIN)
        one = Deal.objects.get(pk=UUID("00000000-0000-4000-9000-000000000007"))
        figures = {
            "fitting": found,
            "all_ms": round(milliseconds(partial(asked, _MATCHED, [deals, mandates, today]))),
            "join_ms": round(milliseconds(partial(asked, _PLAIN))),
            "one_deal_ms": round(milliseconds(partial(institutions_for, one)), 1),
            "one_institution_ms": round(milliseconds(partial(deals_for, cast.rolf.institution_id))),
        }
    print(json.dumps({"matching": figures}))
    ratio = round(figures["all_ms"] / figures["join_ms"], 2)
    note(
        "matching",
        Note(f"matching {DEALS:,} deals × {MANDATES} mandates", ratio, "times", 3, "one plain SQL join"),
        Note("one changed deal matched anew", figures["one_deal_ms"], "ms", 50),
    )
    assert figures["all_ms"] <= 3 * figures["join_ms"], figures
    assert figures["one_deal_ms"] < 50, figures
