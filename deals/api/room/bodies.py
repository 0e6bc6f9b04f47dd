"""What is sent into a deal room."""

from rest_framework import serializers

from deals.api.room.uploads import FileField
from deals.models import COMPANY_ROLES, Basis, DocumentKind, Reply, Workstream
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES, Level

CONFLICT_ROLES = ["", *COMPANY_ROLES]
CONFLICT_LEVELS = [Level.OWN.value, Level.LEAD.value, Level.PARTIES.value]


class RoomLevelBody(Body):
    level = Code(CHOICES)


class ReplyBody(Body):
    party = Key()
    answer = Code(Reply.choices)
    note = Text(required=False, allow_blank=True, max_length=400, default="")


class NdaBody(Body):
    signed_on = Day()
    expires_on = Day(required=False, allow_null=True, default=None)
    company = Text(required=False, allow_blank=True, max_length=200, default="")
    version = Text(required=False, allow_blank=True, max_length=40, default="")


class EndBody(Body):
    on = Day(required=False, allow_null=True, default=None, help_text="Today where none is given")


class ConflictBody(Body):
    deal = Key()
    description = Text(max_length=600)
    company = Key(required=False, allow_null=True, default=None)
    role = Code(CONFLICT_ROLES, required=False, default="", help_text="What the institution or its own is to it")
    since = Day(required=False, allow_null=True, default=None)
    until = Day(required=False, allow_null=True, default=None)
    level = Code(CONFLICT_LEVELS, required=False, default=Level.PARTIES.value)


class ConflictChangeBody(Body):
    until = Day(required=False)
    level = Code(CONFLICT_LEVELS, required=False)


class ConsentBody(Body):
    deal = Key()
    company = Key()
    covers = Text(max_length=400)
    widest = Code(CHOICES, help_text="The furthest level that it allows")
    institutions = serializers.ListField(
        child=Key(), required=False, default=list, max_length=100, help_text="Named beside that level"
    )
    until = Day(required=False, allow_null=True, default=None, help_text="The last day")
    evidence = Text(max_length=400)
    level = Code([Level.OWN.value, Level.LEAD.value], required=False, default=Level.OWN.value)


class DocumentBody(Body):
    """multipart/form-data."""

    deal = Key()
    title = Text(max_length=200)
    kind = Code(DocumentKind.choices, required=False, default=DocumentKind.OTHER.value)
    level = Code(CHOICES, required=False, default=Level.OWN.value)
    basis = Code(Basis.choices)
    consent = Key(required=False)
    public_source = Text(required=False, max_length=400, default="")
    replaces = Key(required=False)
    party = Key(required=False, help_text="Whose NDA it is")
    file = FileField()


class QuestionBody(Body):
    deal = Key()
    text = Text(max_length=4000)
    to = Key(required=False, allow_null=True, default=None, help_text="The lead where nobody is named")
    document = Key(required=False, allow_null=True, default=None)
    level = Code(CHOICES, required=False, default=Level.LEAD.value)


class AnswerBody(Body):
    text = Text(max_length=8000)
    document = Key(required=False, allow_null=True, default=None)
    level = Code(CHOICES, required=False, default=Level.LEAD.value, help_text="Whoever asked sees it in any case")


class RelianceBody(Body):
    institution = Key()
    until = Day(required=False, allow_null=True, default=None, help_text="The last day")


class ReportBody(Body):
    deal = Key()
    workstream = Code(Workstream.choices)
    scope = Text(required=False, allow_blank=True, max_length=300, default="")
    adviser = Key(required=False, allow_null=True, default=None)
    commissioned_on = Day(required=False, allow_null=True, default=None)
    reliances = serializers.ListField(child=RelianceBody(), required=False, default=list, max_length=100)
    level = Code(CHOICES, required=False, default=Level.LEAD.value)


class ReportChangeBody(Body):
    """`delivered_on` records the delivery; a document comes with it."""

    delivered_on = Day(required=False)
    document = Key(required=False)
    level = Code(CHOICES, required=False)
