"""Who takes a project's output, as the asker is told of it: every statement, and what is contracted year by year."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, UUIDField

from deals.models import FactCode, Offtake, Origin, ProjectFact
from deals.offtaking import MASS, Contract, Contracted, contracted
from deals.selectors.facts import SHOWN_FIRST, current_facts, quantity
from deals.selectors.parts import SOURCE, decimal, source, texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

Offtakes = QuerySet[Offtake]


def _of_seen(rows: Offtakes) -> Offtakes:
    """Those of which the asker sees all that they name."""
    return rows.filter(project__name__isnull=False, buyer__name__isnull=False)


def is_current() -> Q:
    """Whether the asker sees no later statement of the same maker about the same contract (sql/ownership.sql)."""
    about = [F(name) for name in ("owner_id", "project_id", "buyer_id", "mineral_id", "contract")]
    return Q(pk=Func(*about, function="deals.present_offtake", output_field=UUIDField()))


_OFFTAKE = ("id", "contract", "first_year", "last_year", "binding", "as_of", "precision", "basis", "origin", "level",
            "demo")  # fmt: skip


def _offtakes() -> Rows:
    found: Rows = _of_seen(Offtake.objects.all()).values(
        *_OFFTAKE,
        *SOURCE,
        "owner_id", "project_id", "buyer_id", "mineral_id", "share", "quantity", "unit", "told_at", "updated_at",
        current=ExpressionWrapper(is_current(), output_field=BooleanField()),
    )  # fmt: skip
    return found


def _offtake(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "project": row["project_id"],
            "buyer": row["buyer_id"],
            "mineral": row["mineral_id"],
            "institution": row["owner_id"],
            "share": decimal(row["share"]),
            "quantity": quantity(row["quantity"], row["unit"]),
            **texts(row, "contract", "first_year", "last_year", "binding", "as_of", "precision", "basis"),
            "current": row["current"],
            **texts(row, "origin", "level"),
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


OFFTAKES = Reading("offtake", _offtakes, _offtake)


def offtakes_of(projects: Sequence[UUID]) -> list[Offtake]:
    """The contracts of a project that stand, as they are shown.

    Of several makers' statements about one it is that of whoever keeps the project, else a published one, else the
    latest; that it is no more takes away its maker's alone.
    """
    rows = (
        _of_seen(Offtake.objects.filter(project__in=list(projects)))
        .filter(is_current())
        .select_related("owner", "buyer", "mineral", "source")
        # A share of 0 says that it is no more.
        .exclude(share=0)
        .alias(kept_by_owner=Q(owner=F("project__owner")), published=Q(origin=Origin.PUBLISHED))
        .order_by("-kept_by_owner", "-published", *SHOWN_FIRST)
    )
    shown: dict[tuple[UUID, str, str], Offtake] = {}
    for row in rows:
        # One buyer as several institutions registered it is one where its LEI is.
        shown.setdefault((row.mineral_id, row.buyer.lei or str(row.buyer_id), row.contract), row)
    return sorted(shown.values(), key=lambda row: (row.mineral.name, row.buyer.name, row.contract, str(row.pk)))


def contracted_of(projects: Sequence[UUID], rows: Sequence[Offtake]) -> list[Contracted]:
    """What is contracted of each mineral, year by year and by the buyer's country. One query."""
    facts = current_facts().filter(project__in=list(projects), code=FactCode.PLANNED_OUTPUT, unit__in=MASS)
    planned: dict[UUID, Decimal] = {}
    for fact in facts.order_by(*SHOWN_FIRST):
        planned.setdefault(_mineral(fact), (fact.quantity or Decimal(0)) * MASS[fact.unit])
    return contracted([_contract(row) for row in rows], {str(key): tonnes for key, tonnes in planned.items()})


def _mineral(fact: ProjectFact) -> UUID:
    assert fact.mineral_id is not None  # noqa: S101  # a planned output names one, by a constraint
    return fact.mineral_id


def _contract(row: Offtake) -> Contract:
    tonnes = None if row.quantity is None else row.quantity * MASS[row.unit]
    return Contract(
        str(row.mineral_id), row.buyer.country, row.first_year, row.last_year, row.binding, row.share, tonnes
    )
