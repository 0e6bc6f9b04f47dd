"""Facts of a project: dated statements that stand side by side, each its maker's own row."""

from django.db import models
from django.db.models import Q

from deals.concentration.forms import FORMS
from deals.models.mineral import Mineral
from deals.models.origin import Precision, Stated
from deals.models.project import WITHOUT_DEAL, DevelopmentStage, Project
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Network


class FactCode(models.TextChoices):
    DEVELOPMENT_STAGE = "development_stage"
    STUDY_TYPE = "study_type"
    PERMITTING = "permitting"
    FID_DATE = "fid_date"
    FIRST_PRODUCTION = "first_production"
    CAPEX = "capex"
    PLANNED_OUTPUT = "planned_output"
    MINE_LIFE = "mine_life"
    RESOURCE = "resource"
    RESERVE = "reserve"


class FactKind(models.TextChoices):
    """What a statement's value is."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    QUANTITY = "quantity"


KINDS: dict[FactCode, FactKind] = {
    FactCode.DEVELOPMENT_STAGE: FactKind.TEXT,
    FactCode.STUDY_TYPE: FactKind.TEXT,
    FactCode.PERMITTING: FactKind.TEXT,
    FactCode.FID_DATE: FactKind.DATE,
    FactCode.FIRST_PRODUCTION: FactKind.DATE,
    FactCode.CAPEX: FactKind.MONEY,
    FactCode.PLANNED_OUTPUT: FactKind.QUANTITY,
    FactCode.MINE_LIFE: FactKind.QUANTITY,
    FactCode.RESOURCE: FactKind.QUANTITY,
    FactCode.RESERVE: FactKind.QUANTITY,
}
# Statements that are made under a reporting code, by a competent person.
ESTIMATES = (FactCode.RESOURCE, FactCode.RESERVE)


class StudyType(models.TextChoices):
    SCOPING_STUDY = "scoping_study"
    PREFEASIBILITY_STUDY = "prefeasibility_study"
    FEASIBILITY_STUDY = "feasibility_study"
    BANKABLE_FEASIBILITY_STUDY = "bankable_feasibility_study"


class ReportingCode(models.TextChoices):
    JORC = "jorc"
    NI_43_101 = "ni_43_101"
    SAMREC = "samrec"
    PERC = "perc"
    S_K_1300 = "s_k_1300"
    UNFC = "unfc"


CATEGORIES: dict[FactCode, tuple[str, ...]] = {
    FactCode.RESOURCE: ("measured", "indicated", "inferred", "measured_and_indicated", "total"),
    FactCode.RESERVE: ("proved", "probable", "total"),
}
UNITS: dict[FactCode, tuple[str, ...]] = {
    FactCode.PLANNED_OUTPUT: (
        "kg_per_year", "t_per_year", "kt_per_year", "mt_per_year", "lb_per_year", "oz_per_year", "gwh_per_year",
    ),
    FactCode.MINE_LIFE: ("years",),
    FactCode.RESOURCE: ("t", "kt", "mt"),
    FactCode.RESERVE: ("t", "kt", "mt"),
}  # fmt: skip
# In which form a planned output is stated, where it is told (concentration/forms.py).
OUTPUT_FORMS: dict[FactCode, tuple[str, ...]] = {FactCode.PLANNED_OUTPUT: ("", *FORMS)}
GRADE_UNITS = ("percent", "g_per_t", "ppm")

_NO_TEXT, _NO_DAY = Q(text=""), Q(day__isnull=True)
_NO_MONEY = Q(amount__isnull=True, currency="")
_NO_QUANTITY = Q(quantity__isnull=True, unit="")
# Exactly one value, of the code's kind. A check that is neither true nor false would pass: nulls are named.
_SAYS = {
    FactKind.TEXT: ~_NO_TEXT & _NO_DAY & _NO_MONEY & _NO_QUANTITY,
    FactKind.DATE: _NO_TEXT & ~_NO_DAY & _NO_MONEY & _NO_QUANTITY,
    FactKind.MONEY: _NO_TEXT & _NO_DAY & Q(amount__isnull=False, amount__gt=0) & ~Q(currency="") & _NO_QUANTITY,
    FactKind.QUANTITY: _NO_TEXT & _NO_DAY & _NO_MONEY & Q(quantity__isnull=False, quantity__gt=0) & ~Q(unit=""),
}
_ESTIMATE = Q(code__in=[code.value for code in ESTIMATES])


def _of_kind(kind: FactKind) -> Q:
    return Q(code__in=[code.value for code, its in KINDS.items() if its is kind]) & _SAYS[kind]


def _fitting(column: str, allowed: dict[FactCode, tuple[str, ...]]) -> Q:
    """The column holds one of the code's own words, and nothing for other codes."""
    found = ~Q(code__in=[code.value for code in allowed]) & Q(**{column: ""})
    for code, words in allowed.items():
        found |= Q(code=code.value, **{f"{column}__in": list(words)})
    return found


class ProjectFact(Stated):
    """What one institution, or one public source, says of a project as of a day.

    A later statement of the same maker supersedes it, for whoever sees both (selectors/facts.py, decision 0024).

    Whoever sees a project may state something of it: the statements stand side by side.
    """

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"),),
        published=True,
        four_eyes=True,
        # A statement is not rewritten: another one is another row.
        fixed=(
            "project_id", "code", "mineral_id", "category", "text", "day", "amount", "currency", "quantity", "unit",
            "form", "reporting_code", "grade", "grade_unit", "competent_person", "as_of", "precision", "basis",
            "source_id",
        ),
    )  # fmt: skip

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="facts")
    code = models.CharField(max_length=30, choices=FactCode)
    # What of the project it is about, where the code alone does not say.
    mineral = models.ForeignKey(Mineral, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(max_length=30, blank=True, help_text="Of a resource or reserve")
    text = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    form = models.CharField(max_length=40, blank=True, help_text="Of a planned output: what it is counted as")
    reporting_code = models.CharField(max_length=20, choices=ReportingCode, blank=True)
    grade = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    grade_unit = models.CharField(max_length=20, blank=True)
    competent_person = models.CharField(max_length=120, blank=True)
    as_of = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    basis = models.CharField(max_length=300, blank=True, help_text="Where its institution has it from, in its words")

    class Meta(Stated.Meta):
        ordering = ["code", "-as_of", "id"]
        constraints = [
            *Stated.Meta.constraints,
            # So that of two of one day one is the later. Among one institution's own rows alone: it tells of nobody
            # else's.
            models.UniqueConstraint(
                name="fact_stated_once_at_a_time",
                fields=["owner", "project", "code", "mineral", "category", "as_of", "created_at"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="fact_says_one_thing_of_its_kind",
                condition=_of_kind(FactKind.TEXT)
                | _of_kind(FactKind.DATE)
                | _of_kind(FactKind.MONEY)
                | _of_kind(FactKind.QUANTITY),
            ),
            models.CheckConstraint(
                name="fact_stage_and_study_are_known",
                condition=(~Q(code="development_stage") | Q(text__in=DevelopmentStage.values))
                & (~Q(code="study_type") | Q(text__in=StudyType.values)),
            ),
            models.CheckConstraint(name="fact_unit_fits", condition=_fitting("unit", UNITS)),
            models.CheckConstraint(name="fact_form_fits", condition=_fitting("form", OUTPUT_FORMS)),
            models.CheckConstraint(name="fact_category_fits", condition=_fitting("category", CATEGORIES)),
            models.CheckConstraint(
                name="fact_names_its_mineral",
                condition=Q(code="planned_output", mineral__isnull=False)
                | _ESTIMATE
                | (~Q(code="planned_output") & Q(mineral__isnull=True)),
            ),
            models.CheckConstraint(
                name="fact_estimate_has_its_code",
                condition=(_ESTIMATE & Q(reporting_code__in=ReportingCode.values))
                | (~_ESTIMATE & Q(reporting_code="", competent_person="", grade__isnull=True)),
            ),
            models.CheckConstraint(
                name="fact_grade_has_its_unit",
                condition=Q(grade__isnull=True, grade_unit="")
                | Q(grade__isnull=False, grade__gt=0, grade_unit__in=GRADE_UNITS),
            ),
            models.CheckConstraint(name="fact_precision_is_known", condition=Q(precision__in=Precision.values)),
            models.CheckConstraint(name="fact_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]
        indexes = [models.Index(name="fact_of_project", fields=["project", "code"])]

    def __str__(self) -> str:
        return f"{self.code.replace('_', ' ')} of {self.project}"

    @property
    def kind(self) -> FactKind:
        return KINDS[FactCode(self.code)]
