"""The shapes of this application's resources, as the schema tells them."""

from rest_framework import serializers

from deals.lifecycle import STAGES, Class
from deals.models import DealStatus, Instrument, Origin, Precision, Purpose, Qualifier, RoleKind
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.levels import CHOICES
from institutions.models import State

PRECISIONS = ["", *Precision.values]
STAGE_CODES = list(STAGES)


class MoneyShape(Documented):
    """Exact: a string with the currency's own decimals."""

    amount = serializers.RegexField(r"^-?[0-9]{1,20}(\.[0-9]{1,6})?$", help_text='Such as "150000000.00"')
    currency = serializers.CharField(help_text="ISO 4217")


class SourceShape(Documented):
    title = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    date = serializers.CharField(allow_null=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD")
    confidence = serializers.CharField()


class Told(Versioned):
    """What every row of an institution says of itself; `demo` marks what is fictional."""

    origin = serializers.ChoiceField(Origin.choices)
    level = serializers.ChoiceField(CHOICES)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class ListingShape(Documented):
    list = serializers.CharField()
    version = serializers.CharField()
    place = serializers.CharField()


class MineralShape(Versioned):
    slug = serializers.CharField()
    name = serializers.CharField()
    symbol = serializers.CharField()
    hs_hint = serializers.CharField()
    listings = ListingShape(many=True)


class CompanyShape(Told):
    name = serializers.CharField()
    country = serializers.CharField()
    lei = serializers.CharField()
    register_number = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    is_state = serializers.BooleanField(help_text="A state, or a body of one that holds for it")
    network = serializers.UUIDField()
    source_ = SourceShape(allow_null=True)


class YieldShape(Documented):
    mineral = serializers.UUIDField()
    slug = serializers.CharField()
    by_product = serializers.BooleanField()


class CompanyRoleShape(Documented):
    id = serializers.UUIDField()
    company = serializers.UUIDField()
    role = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class RoleShape(Documented):
    """Others' roles take effect once confirmed; a `prepared` one is told to its registrar alone."""

    id = serializers.UUIDField()
    institution = serializers.UUIDField()
    role = serializers.ChoiceField(RoleKind.choices)
    tranche = serializers.UUIDField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(State.choices)


class DealShape(Told):
    slug = serializers.CharField(help_text="Unique per registrar")
    name = serializers.CharField()
    code_name = serializers.CharField()
    network = serializers.UUIDField()
    project = serializers.UUIDField(allow_null=True)
    registrar = serializers.UUIDField()
    borrower = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(DealStatus.choices)
    source_word = serializers.CharField()
    target = MoneyShape(allow_null=True)
    announced_on = serializers.DateField(allow_null=True)
    announced_precision = serializers.ChoiceField(PRECISIONS)
    roles = RoleShape(many=True)
    supersedes = serializers.UUIDField(allow_null=True)
    source_ = SourceShape(allow_null=True)


class TrancheShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    currency = serializers.CharField()
    amount = MoneyShape(allow_null=True)
    seniority = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices)
    tenor_months = serializers.IntegerField(allow_null=True)
    grace_months = serializers.IntegerField(allow_null=True)
    repayment = serializers.CharField()
    availability_ends_on = serializers.DateField(allow_null=True)
    pricing_note = serializers.CharField()


class NdaShape(Documented):
    company = serializers.CharField()
    version = serializers.CharField()
    signed_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)


class PartyShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    invited_on = serializers.DateField()
    nda = NdaShape(allow_null=True)
    left_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(State.choices, help_text="`prepared` until an approver confirms the invitation")


class JointShape(Documented):
    """One figure for several commitments: count it once, by its id."""

    id = serializers.UUIDField()
    money = MoneyShape()
    qualifier = serializers.ChoiceField(Qualifier.choices)


class SizeShape(Documented):
    money = MoneyShape(allow_null=True)
    qualifier = serializers.ChoiceField(Qualifier.choices)
    level = serializers.ChoiceField(CHOICES)
    joint = JointShape(allow_null=True)


class PriceShape(Documented):
    margin_bps = serializers.CharField(allow_null=True)
    fees = serializers.CharField()
    premium = serializers.CharField()
    level = serializers.ChoiceField(CHOICES)


class CommitmentShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    tranche = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    stage = serializers.ChoiceField(STAGE_CODES)
    stage_word = serializers.CharField(help_text="The stage as the source words it")
    instrument = serializers.ChoiceField(Instrument.choices)
    account = serializers.CharField()
    on_behalf_of = serializers.CharField()
    borrower_level = serializers.ChoiceField(["project", "sponsor"])
    via = serializers.CharField()
    reference = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
    agreement_reference = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    announced_on = serializers.DateField(allow_null=True)
    announced_precision = serializers.ChoiceField(PRECISIONS)
    note = serializers.CharField()
    supersedes = serializers.UUIDField(allow_null=True)
    renews = serializers.UUIDField(allow_null=True, help_text="A lapsed commitment that this one takes up")
    confirmed_on = serializers.DateField(allow_null=True, help_text="Its institution confirmed what is published")
    size = SizeShape(allow_null=True, help_text="null where there is none that the asker may see")
    price = PriceShape(allow_null=True, help_text="null where there is none that the asker may see")
    source_ = SourceShape(allow_null=True)
    class_ = serializers.ChoiceField([cls.value for cls in Class])


class PendingShape(Documented):
    """What an approver of the same institution must confirm first."""

    id = serializers.UUIDField()
    summary = serializers.CharField()


class WrongShape(Documented):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class NextShape(Documented):
    """A stage that may come next, and what it lacks."""

    to = serializers.ChoiceField(STAGE_CODES)
    four_eyes = serializers.BooleanField(help_text="An approver must confirm it")
    lacks = WrongShape(many=True)
    class_ = serializers.ChoiceField([cls.value for cls in Class])


class StatedShape(CommitmentShape):
    pending_approval = PendingShape(allow_null=True)


class MovedShape(StatedShape):
    allowed_next = NextShape(many=True)


class StatedDealShape(DealShape):
    pending_approval = PendingShape(allow_null=True)


class StatedPartyShape(PartyShape):
    pending_approval = PendingShape(allow_null=True)


class NextStatusShape(Documented):
    """A status that may come next, and what it lacks."""

    to = serializers.ChoiceField(DealStatus.choices)
    four_eyes = serializers.BooleanField(help_text="An approver must confirm it")
    lacks = WrongShape(many=True)


class MovedDealShape(StatedDealShape):
    allowed_next = NextStatusShape(many=True)


class DealNextShape(Documented):
    deal = serializers.UUIDField()
    status = serializers.ChoiceField(DealStatus.choices)
    allowed_next = NextStatusShape(many=True)


class AllowedNextShape(Documented):
    commitment = serializers.UUIDField()
    stage = serializers.ChoiceField(STAGE_CODES)
    allowed_next = NextShape(many=True)
    class_ = serializers.ChoiceField([cls.value for cls in Class])
