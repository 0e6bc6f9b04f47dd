"""What is read of a deal room, and how its lists are narrowed."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from deals.api.room import shapes
from deals.models import Answer, Basis, Deal, Document, DocumentKind, Party, Question, Reply, ReportStatus, Workstream
from deals.selectors import documents, questions, reports, room
from institutions.api.conventions.filters import After, Codes, Filters, Related
from institutions.api.conventions.resources import Resource
from institutions.isolation.levels import CHOICES
from institutions.models import Institution
from institutions.selectors.reading import Row


class RoomFilters(Filters):
    """What every list of a deal room can be asked."""

    deal = Related(Deal)
    institution = Related(Institution, field_name="owner")
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()
    updated_after = After()


class ReplyFilters(RoomFilters):
    party = Related(Party, slug=None)
    answer = Codes(choices=Reply.choices)


class DocumentFilters(RoomFilters):
    kind = Codes(choices=DocumentKind.choices)
    basis = Codes(choices=Basis.choices)
    sha256 = django_filters.CharFilter()
    party = Related(Party, slug=None)


class DownloadFilters(Filters):
    deal = Related(Deal)
    document = Related(Document, slug=None)
    institution = Related(Institution, field_name="owner")


class QuestionFilters(RoomFilters):
    to = Related(Institution)
    state = django_filters.ChoiceFilter(choices=[("open", "open"), ("answered", "answered")], method="in_state")
    updated_after = After("changed_at")

    def in_state(self, rows: QuerySet[Question, Row], _name: str, value: str) -> QuerySet[Question, Row]:
        answered = Exists(Answer.objects.filter(question=OuterRef("pk")))
        return rows.filter(answered if value == "answered" else ~answered)


class ReportFilters(RoomFilters):
    workstream = Codes(choices=Workstream.choices)
    status = Codes(choices=ReportStatus.choices)
    updated_after = After("changed_at")


REPLIES = Resource("party-replies", "reply", room.REPLIES, ReplyFilters, shapes.ReplyShape)
CONFLICTS = Resource("conflicts", "conflict", room.CONFLICTS, RoomFilters, shapes.ConflictShape)
CONSENTS = Resource("consents", "consent", documents.CONSENTS, RoomFilters, shapes.ConsentShape)
DOCUMENTS = Resource("documents", "document", documents.DOCUMENTS, DocumentFilters, shapes.DocumentShape)
DOWNLOADS = Resource("downloads", "download", documents.DOWNLOADS, DownloadFilters, shapes.DownloadShape)
QUESTIONS = Resource("questions", "question", questions.QUESTIONS, QuestionFilters, shapes.QuestionShape)
REPORTS = Resource("reports", "report", reports.REPORTS, ReportFilters, shapes.ReportShape)
