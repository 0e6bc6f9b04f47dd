"""What is said of a project, its minerals, its companies and its statements, as sentences."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from deals.sentences import Detail, Names, sentence
from institutions.models import Event

MAPLE, GRAPHITE, SYRAH = uuid4(), uuid4(), uuid4()
NAMES = Names(institutions={MAPLE: "Maple"}, minerals={GRAPHITE: "graphite"}, companies={SYRAH: "Syrah"})
FACT = {"owner_id": str(MAPLE), "as_of": "2026-03-31", "text": "", "day": None, "quantity": None, "category": ""}


def event(table: str, after: dict[str, Any], before: dict[str, Any] | None = None, action: str = "") -> Event:
    done = action or ("updated" if before else "created")
    return Event(table=f"deals_{table}", action=done, before=before, after=after, xact=1, row_id=uuid4())


SAID = [
    (event("project", {"owner_id": str(MAPLE), "country": "MZ"}), "Maple registered the project: country MZ."),
    (event("project", {"name": "New"}, {"name": "Old"}), "The project was changed: name."),
    (
        event("projectmineral", {"owner_id": str(MAPLE), "mineral_id": str(GRAPHITE), "by_product": True}),
        "Maple says that the project yields graphite: as a by-product.",
    ),
    (
        event("companyrole", {"company_id": str(SYRAH), "role": "sponsor", "since": "2024-01-01"}),
        "Syrah is sponsor of the project: since 2024-01-01.",
    ),
    (
        event("companyrole", {"company_id": str(SYRAH), "role": "sponsor", "until": "2026-01-01"}, {"until": None}),
        "The role of Syrah as sponsor of the project ended: until 2026-01-01.",
    ),
    (
        event("projectfact", FACT | {"code": "capex", "amount": Decimal("1200000000.0000"), "currency": "USD"}),
        "Maple states the project's capex: USD 1,200,000,000, as of 2026-03-31.",
    ),
    (
        event(
            "projectfact",
            FACT
            | {"code": "planned_output", "mineral_id": str(GRAPHITE), "quantity": Decimal("51.500000"),
               "unit": "kt_per_year"},
        ),
        "Maple states the project's planned output: graphite, 51.5 kt per year, as of 2026-03-31.",
    ),
    (
        event("projectfact", FACT | {"code": "first_production", "day": "2028-06-01"}, action="revealed"),
        "Maple disclosed the project's first production: 2028-06-01, as of 2026-03-31.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "said"), SAID, ids=lambda each: each.table if isinstance(each, Event) else "")
def test_it_is_said_in_one_line(happened: Event, said: str) -> None:
    assert sentence(happened, NAMES) == said
    # By name alone: no figure and no date.
    assert not any(sign.isdigit() for sign in sentence(happened, NAMES, Detail.NAMES))


def test_it_is_said_in_its_readers_language() -> None:
    with translation.override("ko"):
        assert sentence(SAID[5][0], NAMES) == "Maple: 프로젝트의 자본적 지출 기재: USD 1,200,000,000, 2026-03-31 기준."
