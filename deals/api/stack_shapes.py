"""The shape of a capital stack, as the schema tells it, and how a stack is put into it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from deals.api.shapes import MoneyShape
from deals.lifecycle import Class
from deals.models import Purpose, Qualifier
from deals.money import Money
from deals.selectors.figures import RISKS, SPONSOR, Block, Figure, Gap, Parts, Rate, Row
from deals.selectors.stack import Stack
from institutions.api.shapes import Documented

BOUNDS = ("unknown", "exact", "at_most", "at_least", "between", "about")
SIDES = ("money", "cover", "reinsurance", "risk", "within")


class GapShape(Documented):
    """What is missing to the target. `low` and `high` hold what it can be where amounts are not exact."""

    money = MoneyShape(allow_null=True, help_text="What is 'up to' an amount counts in full; null without a target")
    bound = serializers.ChoiceField(BOUNDS)
    low = MoneyShape(allow_null=True)
    high = MoneyShape(allow_null=True)
    unknown = serializers.IntegerField(help_text="How many amounts are not known")
    up_to = MoneyShape(allow_null=True, help_text="How much of what is counted is 'up to' an amount")
    not_converted = MoneyShape(many=True)
    says = serializers.CharField(help_text="The same in words")


class GapsShape(Documented):
    to_firm = GapShape()
    to_signed = GapShape()


class ByRiskShape(Documented):
    political = MoneyShape()
    commercial = MoneyShape()


class PartsShape(Documented):
    """Per risk, covered, uncovered and unclear add up to the money that has cover; `direct` has none."""

    covered = ByRiskShape()
    uncovered = ByRiskShape()
    unclear = ByRiskShape(help_text="Has cover whose extent is not told")
    direct = MoneyShape()


class MemberShape(Documented):
    commitment = serializers.UUIDField()
    institution = serializers.UUIDField()


class OpenedShape(Documented):
    """One commitment, or one amount of several; `converted` is null where it is unknown or no rate converts it."""

    commitments = MemberShape(many=True)
    joint = serializers.UUIDField(allow_null=True)
    money = MoneyShape(allow_null=True, help_text="As it was stated")
    qualifier = serializers.ChoiceField(Qualifier.choices)
    signed = serializers.BooleanField()
    converted = MoneyShape(allow_null=True)
    rate = serializers.CharField(allow_null=True)
    rate_date = serializers.DateField(allow_null=True)
    within = serializers.UUIDField(allow_null=True, help_text="The commitment in whose loan it is counted already")
    covered = ByRiskShape(allow_null=True)


class FigureShape(Documented):
    seniority = serializers.CharField(allow_null=True)
    instrument = serializers.CharField(help_text="`several` where one amount is of several instruments")
    currency = serializers.CharField(allow_null=True)
    money = MoneyShape(allow_null=True)
    converted = MoneyShape(allow_null=True)
    rows = serializers.IntegerField()
    unknown = serializers.IntegerField()
    opens = OpenedShape(many=True)


class BlockShape(Documented):
    side = serializers.ChoiceField(SIDES)
    purpose = serializers.ChoiceField([*Purpose.values, SPONSOR], allow_null=True)
    closes_gap = serializers.BooleanField()
    total = MoneyShape(help_text="Of the amounts that are known and converted")
    signed = MoneyShape()
    rows = serializers.IntegerField()
    unknown = serializers.IntegerField()
    not_converted = MoneyShape(many=True)
    parts = PartsShape(allow_null=True, help_text="Of money only")
    figures = FigureShape(many=True)


class StackClassShape(Documented):
    class_ = serializers.ChoiceField([cls.value for cls in Class])
    blocks = BlockShape(many=True)


class UsedRateShape(Documented):
    """How much of `target` one of `currency` is; amounts are converted with the two legs."""

    currency = serializers.CharField()
    target = serializers.CharField()
    rate = serializers.CharField(help_text="To twelve digits")
    currency_per_euro = serializers.CharField()
    target_per_euro = serializers.CharField()
    date = serializers.DateField(help_text="The last day on or before `on` on which they were published")
    source_ = serializers.CharField()


class WarningShape(Documented):
    code = serializers.CharField()
    detail = serializers.CharField()
    commitments = serializers.ListField(child=serializers.UUIDField())


class SubjectShape(Documented):
    type = serializers.ChoiceField(["deal", "tranche", "project"])
    id = serializers.UUIDField()


class StackShape(Documented):
    """From what the asker may see. Classes are never added to each other, nor cover to money."""

    subject = SubjectShape()
    label_ = serializers.CharField()
    currency = serializers.CharField(help_text="The reporting currency")
    on = serializers.DateField(allow_null=True, help_text="Whose rates were asked for; null where there are none")
    target = MoneyShape(allow_null=True)
    gaps = GapsShape()
    classes = StackClassShape(many=True)
    rates = UsedRateShape(many=True)
    warnings = WarningShape(many=True)
    version = serializers.CharField()


def shape(kind: str, key: UUID, stack: Stack) -> dict[str, Any]:
    """The stack in its shape, but for its version."""
    return {
        "subject": {"type": kind, "id": key},
        "label": stack.label,
        "currency": stack.currency,
        "on": stack.day,
        "target": _money(stack.target),
        "gaps": {"to_firm": _gap(stack.to_firm), "to_signed": _gap(stack.to_signed)},
        "classes": [
            {"class": cls.value, "blocks": [_block(block, stack.closes) for block in stack.blocks if block.cls is cls]}
            for cls in (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE)
        ],
        "rates": [_rate(rate) for rate in stack.rates],
        "warnings": [
            {
                "code": "over_covered",
                "detail": f"The covers that you see protect {percent:.2f} % of it against the {risk} risk.",
                "commitments": [member.commitment for member in row.members],
            }
            for row, risk, percent in stack.over_covered
        ],
    }


def _money(money: Money | None) -> dict[str, Any] | None:
    return money.as_json() if money else None


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "money": _money(gap.short),
        "bound": gap.bound,
        "low": _money(gap.low),
        "high": _money(gap.high),
        "unknown": gap.unknown,
        "up_to": _money(gap.up_to),
        "not_converted": [money.as_json() for money in gap.others],
        "says": str(gap),
    }


def _block(block: Block, closes: str) -> dict[str, Any]:
    money = block.side == "money"
    return {
        "side": block.side,
        "purpose": block.purpose or None,
        "closes_gap": money and block.purpose == closes,
        "total": block.total.as_json(),
        "signed": block.signed.as_json(),
        "rows": block.all.rows,
        "unknown": block.all.unknown,
        "not_converted": [money.as_json() for money in block.others],
        "parts": _parts(block.parts) if money else None,
        "figures": [_figure(figure) for figure in block.figures],
    }


def _parts(parts: Parts) -> dict[str, Any]:
    told: dict[str, Any] = {"direct": parts.direct.as_json()}
    for name in ("covered", "uncovered", "unclear"):
        told[name] = {risk: getattr(parts, name)[risk].as_json() for risk in RISKS}
    return told


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "seniority": figure.seniority or None,
        "instrument": figure.instrument,
        "currency": figure.currency or None,
        "money": _money(figure.money),
        "converted": _money(figure.converted),
        "rows": figure.all.rows,
        "unknown": figure.all.unknown,
        "opens": [_row(row) for row in figure.opens],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "commitments": [{"commitment": m.commitment, "institution": m.institution} for m in row.members],
        "joint": row.joint,
        "money": _money(row.money),
        "qualifier": row.qualifier,
        "signed": row.signed,
        "converted": _money(row.converted),
        "rate": f"{row.rate.rate:f}" if row.rate else None,
        "rate_date": row.rate.on if row.rate else None,
        "within": row.within,
        "covered": {risk: row.protected[risk].as_json() for risk in RISKS} if row.protected else None,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "currency": rate.source,
        "target": rate.target,
        "rate": f"{rate.rate:f}",
        "currency_per_euro": _plain(rate.source_leg),
        "target_per_euro": _plain(rate.target_leg),
        "date": rate.on,
        "source": "ecb",
    }


def _plain(number: Any) -> str:
    return f"{number.normalize():f}"
