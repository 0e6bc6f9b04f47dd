"""What is sent to register and change projects, to state facts, to link, merge and confirm."""

import re
from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.bodies import MoneyField
from deals.api.project_shapes import CATEGORY_CODES, UNIT_CODES
from deals.concentration.forms import FORMS
from deals.models import GRADE_UNITS, WITHOUT_DEAL, ChainStage, FactCode, Precision, ReportingCode
from deals.plain import is_plain
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


class Line(Text):
    """A text on one line, without signs that can't be seen."""

    def to_internal_value(self, data: Any) -> str:
        found = super().to_internal_value(data)
        if not is_plain(found):
            raise ValidationError("Use letters, digits and signs on one line.", code="invalid_text")
        return found


@extend_schema_field({"type": "string", "example": "-22.5874"})
class Number(serializers.Field[Decimal, Any, Any, Any]):
    """An exact decimal as a string; a JSON number is not taken for one."""

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not _NUMBER.fullmatch(data):
            raise ValidationError('Write the number as a string of digits, such as "29300.5".', code="not_a_number")
        return Decimal(data)


class Degrees(Number):
    """WGS 84, at most five decimals."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def to_internal_value(self, data: Any) -> Decimal:
        found = super().to_internal_value(data)
        if abs(found) > self.most or found != round(found, 5):
            raise ValidationError(
                f"Between -{self.most} and {self.most} degrees, at most five decimals.", code="no_place"
            )
        return found


class YieldBody(Body):
    mineral = Key()
    by_product = serializers.BooleanField(required=False, default=False)


class AboutProject(Body):
    aliases = serializers.ListField(child=Line(max_length=200), required=False, max_length=20)
    region = Line(required=False, allow_blank=True, max_length=120)
    latitude = Degrees(90, required=False, allow_null=True)
    longitude = Degrees(180, required=False, allow_null=True)
    chain_stages = serializers.ListField(child=Code(ChainStage.choices), required=False)
    minerals = YieldBody(many=True, required=False)
    level = Code(WITHOUT_DEAL, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("latitude") is None) is not (attrs.get("longitude") is None):
            says = "Give latitude and longitude together, or neither."
            raise ValidationError({"latitude": [ErrorDetail(says, "required")]})
        return attrs


COUNTRY = RegexValidator("^[A-Z]{2}$", "Two capital letters of ISO 3166-1, such as AU.", "no_country")


class RegisterProjectBody(AboutProject):
    name = Line(max_length=200)
    country = Text(validators=[COUNTRY])
    slug = Text(
        required=False,
        max_length=80,
        validators=[RegexValidator("^[a-z0-9]+(-[a-z0-9]+)*$", "Small letters, digits and hyphens.", "no_slug")],
    )
    network = Key(required=False, help_text="Where several are possible")


class ChangeProjectBody(AboutProject):
    name = Line(max_length=200, required=False)
    country = Text(validators=[COUNTRY], required=False)


class QuantityBody(Body):
    number = Number()
    unit = Code([*UNIT_CODES, *GRADE_UNITS])


class StateFactBody(Body):
    project = Key()
    code = Code(FactCode.choices)
    as_of = Day()
    precision = Code(Precision.choices, required=False, default=Precision.DAY.value)
    mineral = Key(required=False, allow_null=True, default=None)
    category = Code(["", *CATEGORY_CODES], required=False, default="")
    text = Line(required=False, max_length=200, default="")
    date = Day(required=False, allow_null=True, default=None)
    money = MoneyField(required=False, allow_null=True, default=None)
    quantity = QuantityBody(required=False, allow_null=True, default=None)
    form = Code(["", *FORMS], required=False, default="", help_text="Of a planned output: what it is counted as")
    reporting_code = Code(["", *ReportingCode.values], required=False, default="")
    grade = QuantityBody(required=False, allow_null=True, default=None)
    competent_person = Line(required=False, allow_blank=True, max_length=120, default="")
    basis = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(WITHOUT_DEAL, required=False, default="own")


class LevelBody(Body):
    level = Code(WITHOUT_DEAL)


class LinkBody(Body):
    project = Key(help_text="Your own")
    other = Key()
    level = Code(WITHOUT_DEAL, required=False, default="own")


class ChangeLinkBody(Body):
    level = Code(WITHOUT_DEAL, required=False)
    ended = serializers.BooleanField(required=False, default=False)


class MergeBody(Body):
    project = Key(help_text="Whose id becomes an alias")
    survivor = Key()
    level = Code(WITHOUT_DEAL, required=False, default="own", help_text="Where both are yours")


class ChangeMergeBody(Body):
    level = Code(WITHOUT_DEAL, required=False)
    withdrawn = serializers.BooleanField(required=False, default=False)


class ConfirmationBody(Body):
    as_of = Day(required=False, allow_null=True, default=None, help_text="Today where none is given")
    note = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(CHOICES, required=False, default="own")


class ChangeConfirmationBody(Body):
    level = Code(CHOICES)
