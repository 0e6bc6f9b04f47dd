"""The shapes of projects, facts, links, merges and confirmations, as the schema tells them."""

from rest_framework import serializers

from deals.api.shapes import (
    PRECISIONS,
    CompanyRoleShape,
    MoneyShape,
    PendingShape,
    SourceShape,
    Told,
    YieldShape,
)
from deals.concentration.forms import FORMS
from deals.models import CATEGORIES, GRADE_UNITS, UNITS, DevelopmentStage, FactCode, FactKind, Precision, ReportingCode
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.levels import CHOICES

CATEGORY_CODES = sorted({category for allowed in CATEGORIES.values() for category in allowed})
FACT_KINDS = FactKind.values
MERGE_STATES = ["proposed", "in_effect", "withdrawn"]
UNIT_CODES = sorted({unit for allowed in UNITS.values() for unit in allowed})


class ProjectShape(Told):
    slug = serializers.CharField(help_text="Unique per owner")
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    country = serializers.CharField()
    region = serializers.CharField()
    latitude = serializers.CharField(allow_null=True)
    longitude = serializers.CharField(allow_null=True)
    network = serializers.UUIDField()
    institution = serializers.UUIDField(help_text="Who keeps it")
    chain_stages = serializers.ListField(child=serializers.CharField())
    development_stage = serializers.ChoiceField(
        ["", *DevelopmentStage.values], help_text="As the shown fact has it; see project-facts for all of them"
    )
    output_text = serializers.CharField()
    capex = MoneyShape(allow_null=True, help_text="As the shown fact has it")
    capex_as_of = serializers.DateField(allow_null=True)
    capex_precision = serializers.ChoiceField(PRECISIONS)
    minerals = YieldShape(many=True)
    companies = CompanyRoleShape(many=True)
    same_as = serializers.ListField(child=serializers.UUIDField(), help_text="Projects that are linked as the same")
    merged_into = serializers.UUIDField(allow_null=True, help_text="The project that this one is now")
    absorbed = serializers.ListField(child=serializers.UUIDField(), help_text="Old ids that lead to this project")
    source_ = SourceShape(allow_null=True)


class DuplicateShape(Documented):
    """A project that the asker sees and that could be the same."""

    project = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    institution = serializers.UUIDField()
    reasons = serializers.ListField(child=serializers.CharField())


class DuplicatesShape(Documented):
    results = DuplicateShape(many=True)


class KeptProjectShape(ProjectShape):
    pending_approval = PendingShape(allow_null=True)
    duplicates = DuplicateShape(many=True)


class QuantityShape(Documented):
    """Exact: a string of digits, and its unit."""

    number = serializers.CharField(help_text='Such as "29300"')
    unit = serializers.ChoiceField([*UNIT_CODES, *GRADE_UNITS])


class FactShape(Told):
    project = serializers.UUIDField()
    institution = serializers.UUIDField(help_text="Who states it")
    code = serializers.ChoiceField(FactCode.choices)
    mineral = serializers.UUIDField(allow_null=True)
    category = serializers.ChoiceField(["", *CATEGORY_CODES])
    kind = serializers.ChoiceField(FACT_KINDS, help_text="Which of text, date, money and quantity is the value")
    text = serializers.CharField(allow_null=True)
    date = serializers.DateField(allow_null=True)
    money = MoneyShape(allow_null=True)
    quantity = QuantityShape(allow_null=True)
    grade = QuantityShape(allow_null=True)
    form = serializers.ChoiceField(["", *FORMS], help_text="Of a planned output: what it is counted as")
    reporting_code = serializers.ChoiceField(["", *ReportingCode.values])
    competent_person = serializers.CharField()
    as_of = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices)
    basis = serializers.CharField(help_text="Where its institution has it from, in its words")
    current = serializers.BooleanField(help_text="The asker sees no later one of the same maker")
    shown = serializers.BooleanField(help_text="Of the current ones that the asker sees, the one to show")
    supersedes = serializers.UUIDField(allow_null=True)
    source_ = SourceShape(allow_null=True)


class KeptFactShape(FactShape):
    pending_approval = PendingShape(allow_null=True)


class Said(Versioned):
    """An institution's own word; never published."""

    institution = serializers.UUIDField()
    level = serializers.ChoiceField(CHOICES)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class LinkShape(Said):
    project = serializers.UUIDField(help_text="The institution's own")
    other = serializers.UUIDField()
    ended = serializers.BooleanField()


class KeptLinkShape(LinkShape):
    pending_approval = PendingShape(allow_null=True)


class MergeShape(Said):
    project = serializers.UUIDField(help_text="Whose id becomes an alias")
    survivor = serializers.UUIDField()
    state = serializers.ChoiceField(MERGE_STATES)


class KeptMergeShape(MergeShape):
    pending_approval = PendingShape(allow_null=True)


class ConfirmationShape(Said):
    commitment = serializers.UUIDField()
    as_of = serializers.DateField()
    note = serializers.CharField()


class KeptConfirmationShape(ConfirmationShape):
    pending_approval = PendingShape(allow_null=True)
