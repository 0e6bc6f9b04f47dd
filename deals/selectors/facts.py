"""Facts of projects: every statement that the asker sees, side by side, and which of them is shown as the present.

A statement is superseded by a later one of its maker about the same thing of the same project. The rule, among those
that are not: the one with the latest `as_of`; of several of one day the more exactly dated; then a registered before a
published one; then the one told last. All of it looks at nothing that the asker does not see.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, JSONObject

from deals.models import KINDS, FactCode, Precision, ProjectFact
from deals.selectors.parts import SOURCE, decimal, money, source, texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

Facts = QuerySet[ProjectFact]

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


def _about_the_same() -> Facts:
    """The statements about what a statement is about, whoever made them."""
    return ProjectFact.objects.alias(of=_of("mineral_id")).filter(
        project=OuterRef("project_id"), code=OuterRef("code"), category=OuterRef("category"),
        of=_of(OuterRef("mineral_id")),
    )  # fmt: skip


def _about(*more: str) -> list[F]:
    return [F(name) for name in (*more, "project_id", "code", "category", "mineral_id")]


def is_current() -> Q:
    """Whether the asker sees no later statement of the same maker about the same (sql/projects.sql)."""
    return Q(pk=Func(*_about("owner_id"), function="deals.present_fact", output_field=UUIDField()))


def current_facts() -> Facts:
    """Each maker's present statements, as the asker sees them."""
    return ProjectFact.objects.filter(is_current())


def superseded_id() -> Subquery:
    """Of the same maker's earlier statements about the same that the asker sees, the last."""
    earlier = _about_the_same().filter(
        Q(as_of__lt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), created_at__lt=OuterRef("created_at")),
        owner=OuterRef("owner_id"),
    )
    return Subquery(earlier.order_by("-as_of", "-created_at", "pk").values("pk")[:1])


def shown_id() -> Func:
    """The statement that is shown about what a statement is about (sql/projects.sql)."""
    return Func(*_about(), function="deals.shown_fact", output_field=UUIDField())


def shown_stage() -> Func:
    """The development stage that is shown of a project (sql/matching.sql)."""
    return Func(F("pk"), function="deals.shown_stage", output_field=CharField())


def shown_capex() -> QuerySet[ProjectFact, Any]:
    """The capital cost that is shown of a project; its amount as a text, so that none becomes a float on its way."""
    costs = current_facts().filter(project=OuterRef("pk"), code=FactCode.CAPEX)
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


_FACT = ("id", "code", "category", "form", "reporting_code", "competent_person", "as_of", "precision", "basis",
         "origin", "level", "demo")  # fmt: skip


def _facts() -> Rows:
    # A statement about a project that the asker does not see falls out of the join.
    found: Rows = ProjectFact.objects.filter(project__name__isnull=False).values(
        *_FACT,
        *SOURCE,
        "project_id", "owner_id", "mineral_id", "text", "day", "amount", "currency", "quantity", "unit", "grade",
        "grade_unit", "told_at", "updated_at",
        current=ExpressionWrapper(is_current(), output_field=BooleanField()),
        before_id=superseded_id(),
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
            **texts(row, "form", "reporting_code", "competent_person", "as_of", "precision", "basis"),
            "current": row["current"],
            "shown": row["current"] and row["shown_id"] == row["id"],
            "supersedes": row["before_id"],
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


class Line(NamedTuple):
    """A statement; whether it is its maker's present one, and the one shown."""

    fact: ProjectFact
    current: bool
    shown: bool


def facts_of(projects: Iterable[UUID]) -> list[Line]:
    """Every statement about these projects; current ones first. The one shown is shown of them all."""
    found = (
        ProjectFact.objects.filter(project__in=list(projects))
        .select_related("owner", "mineral", "source")
        .annotate(current=ExpressionWrapper(is_current(), output_field=BooleanField()))
        .order_by("code", "mineral__name", "category", "-current", *SHOWN_FIRST)
    )
    taken: set[tuple[str, UUID | None, str]] = set()
    lines = []
    for fact in found:
        about = (fact.code, fact.mineral_id, fact.category)
        shown = fact.current and about not in taken
        taken |= {about} if shown else set()
        lines.append(Line(fact, fact.current, shown))
    return lines
