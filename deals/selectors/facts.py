"""Facts of projects: every statement that the asker sees, side by side, and which of them is shown as the present.

The rule, among the statements that their makers hold for current, about the same thing of the same project: the one
with the latest `as_of`; of several of one day the more exactly dated; then a registered before a published one; then
the one told last. It looks at nothing that the asker does not see.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, IntegerField, OuterRef, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, JSONObject

from deals.models import KINDS, FactCode, Precision, ProjectFact
from deals.selectors.parts import SOURCE, decimal, money, source, texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_NONE = UUID(int=0)
_EXACT = Case(
    When(precision=Precision.DAY, then=Value(0)),
    When(precision=Precision.MONTH, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
# `registered` comes after `published` in the alphabet.
SHOWN_FIRST: tuple[Any, ...] = ("-as_of", _EXACT, "-origin", "-told_at", "id")


def _of(mineral: str | OuterRef) -> Combinable:
    """The mineral, as something that is equal to itself also where there is none."""
    return Coalesce(mineral, Value(_NONE, output_field=UUIDField()), output_field=UUIDField())


def shown_id() -> Subquery:
    """The statement that is shown about what a statement is about."""
    same = ProjectFact.objects.alias(of=_of("mineral_id")).filter(
        project=OuterRef("project_id"),
        code=OuterRef("code"),
        category=OuterRef("category"),
        of=_of(OuterRef("mineral_id")),
        current=True,
    )
    return Subquery(same.order_by(*SHOWN_FIRST).values("pk")[:1])


def shown_stage() -> Subquery:
    """The development stage that is shown of a project."""
    stages = ProjectFact.objects.filter(project=OuterRef("pk"), code=FactCode.DEVELOPMENT_STAGE, current=True)
    return Subquery(stages.order_by(*SHOWN_FIRST).values("text")[:1])


def shown_capex() -> QuerySet[ProjectFact, Any]:
    """The capital cost that is shown of a project; its amount as a text, so that none becomes a float on its way."""
    costs = ProjectFact.objects.filter(project=OuterRef("pk"), code=FactCode.CAPEX, current=True)
    exact = Cast("amount", CharField())
    stated = JSONObject(amount=exact, currency="currency", as_of="as_of", precision="precision")
    return costs.order_by(*SHOWN_FIRST).values(json=stated)[:1]


def capex_of(row: Row) -> Shape:
    """A project's capital cost: as the shown statement has it, else as the project's own row does."""
    for shown in row["capex_shown"]:
        return {
            "capex": money(Decimal(shown["amount"]), shown["currency"]),
            "capex_as_of": date.fromisoformat(shown["as_of"]),
            "capex_precision": shown["precision"],
        }
    return {
        "capex": money(row["capex_amount"], row["capex_currency"]),
        **texts(row, "capex_as_of", "capex_precision"),
    }


_FACT = ("id", "code", "category", "reporting_code", "competent_person", "as_of", "precision", "basis", "current",
         "origin", "level", "demo")  # fmt: skip


def _facts() -> Rows:
    # A statement about a project that the asker does not see falls out of the join.
    found: Rows = ProjectFact.objects.filter(project__name__isnull=False).values(
        *_FACT,
        *SOURCE,
        "project_id", "owner_id", "mineral_id", "text", "day", "amount", "currency", "quantity", "unit", "grade",
        "grade_unit", "supersedes_id", "told_at", "updated_at",
        shown_id=shown_id(),
    )  # fmt: skip
    return found


def _fact(row: Row) -> Shape:
    kind = KINDS[FactCode(row["code"])]
    return versioned(
        {
            "id": row["id"],
            "project": row["project_id"],
            "institution": row["owner_id"],
            "code": row["code"],
            "mineral": row["mineral_id"],
            "category": row["category"],
            "kind": kind.value,
            "text": row["text"] or None,
            "date": row["day"],
            "money": money(row["amount"], row["currency"]),
            "quantity": quantity(row["quantity"], row["unit"]),
            "grade": quantity(row["grade"], row["grade_unit"]),
            **texts(row, "reporting_code", "competent_person", "as_of", "precision", "basis"),
            "current": row["current"],
            "shown": row["current"] and row["shown_id"] == row["id"],
            "supersedes": row["supersedes_id"],
            **texts(row, "origin", "level"),
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


def quantity(number: Any, unit: str) -> Shape | None:
    """{"number": "29300", "unit": "t_per_year"}; exact, as a text."""
    return None if number is None else {"number": decimal(number), "unit": unit}


FACTS = Reading("project_fact", _facts, _fact)


def facts_of(projects: Iterable[UUID]) -> list[tuple[ProjectFact, bool]]:
    """Every statement about these projects, and whether it is the one shown of them all; current ones first."""
    found = (
        ProjectFact.objects.filter(project__in=list(projects))
        .select_related("owner", "mineral", "source")
        .order_by("code", "mineral__name", "category", "-current", *SHOWN_FIRST)
    )
    taken: set[tuple[str, UUID | None, str]] = set()
    lines = []
    for fact in found:
        about = (fact.code, fact.mineral_id, fact.category)
        shown = fact.current and about not in taken
        taken |= {about} if shown else set()
        lines.append((fact, shown))
    return lines
