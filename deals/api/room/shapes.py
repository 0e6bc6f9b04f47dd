"""The shapes of a deal room's resources, as the schema tells them."""

from rest_framework import serializers

from deals.api.room.bodies import CONFLICT_LEVELS, CONFLICT_ROLES
from deals.api.shapes import PendingShape
from deals.models import Basis, DocumentKind, ReportStatus, Workstream
from deals.models import Reply as ReplyCode
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.levels import CHOICES

QUESTION_STATES = ["open", "answered"]


class Waiting(Documented):
    pending_approval = PendingShape(allow_null=True)


class InRoom(Versioned):
    deal = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField(help_text="Whose row it is")
    level = serializers.ChoiceField(CHOICES)
    demo = serializers.BooleanField()


class ReplyShape(InRoom):
    party = serializers.UUIDField(allow_null=True)
    answer = serializers.ChoiceField(ReplyCode.choices)
    note = serializers.CharField()
    replied_at = serializers.DateTimeField()


class ConflictShape(InRoom):
    company = serializers.UUIDField(allow_null=True)
    role = serializers.ChoiceField(CONFLICT_ROLES)
    description = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    level = serializers.ChoiceField(CONFLICT_LEVELS)
    updated_at = serializers.DateTimeField()


class StatedConflictShape(ConflictShape, Waiting):
    pass


class ConsentShape(InRoom):
    company = serializers.UUIDField(allow_null=True)
    covers = serializers.CharField()
    widest = serializers.ChoiceField(CHOICES)
    institutions = serializers.ListField(child=serializers.UUIDField())
    until = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class DocumentShape(InRoom):
    title = serializers.CharField()
    kind = serializers.ChoiceField(DocumentKind.choices)
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes")
    sha256 = serializers.CharField()
    basis = serializers.ChoiceField(Basis.choices)
    consent = serializers.UUIDField(allow_null=True)
    public_source = serializers.CharField()
    shown_until = serializers.DateTimeField(allow_null=True, help_text="From then on its owner alone sees it")
    replaces = serializers.UUIDField(allow_null=True)
    party = serializers.UUIDField(allow_null=True)
    told_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class StatedDocumentShape(DocumentShape, Waiting):
    pass


class DownloadShape(Versioned):
    deal = serializers.UUIDField(allow_null=True)
    document = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    who = serializers.CharField()
    taken_at = serializers.DateTimeField()
    demo = serializers.BooleanField()


class AnswerShape(Documented):
    id = serializers.UUIDField()
    institution = serializers.UUIDField()
    text = serializers.CharField()
    document = serializers.UUIDField(allow_null=True)
    level = serializers.ChoiceField(CHOICES)
    answered_at = serializers.DateTimeField()


class QuestionShape(InRoom):
    to = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    document = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(QUESTION_STATES, help_text="From the answers that you may see")
    answers = AnswerShape(many=True)
    asked_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class StatedQuestionShape(QuestionShape, Waiting):
    pass


class RelianceShape(Documented):
    id = serializers.UUIDField()
    institution = serializers.UUIDField()
    until = serializers.DateField(allow_null=True)
    level = serializers.ChoiceField(CHOICES)


class ReportShape(InRoom):
    workstream = serializers.ChoiceField(Workstream.choices)
    scope = serializers.CharField()
    adviser = serializers.UUIDField(allow_null=True)
    commissioned_on = serializers.DateField()
    status = serializers.ChoiceField(ReportStatus.choices)
    delivered_on = serializers.DateField(allow_null=True)
    document = serializers.UUIDField(allow_null=True)
    reliances = RelianceShape(many=True)
    updated_at = serializers.DateTimeField()


class ReportWarningShape(Documented):
    code = serializers.CharField()
    detail = serializers.CharField()
    report = serializers.UUIDField()


class StatedReportShape(ReportShape, Waiting):
    warnings = ReportWarningShape(
        many=True, help_text="Reports that you may see for the same workstream; never a refusal"
    )
