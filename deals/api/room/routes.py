"""Every address of the deal room."""

from django.urls import URLPattern, path

from deals.api.room import resources
from deals.api.room.documents import ConsentEnd, Consents, DocumentFile, Documents, DocumentView
from deals.api.room.parties import Conflicts, ConflictView, PartyEnd, PartyNda, Replies
from deals.api.room.questions import Answers, Questions, QuestionView
from deals.api.room.reports import Reliances, Reports, ReportView
from institutions.api.conventions.resources import detail, listed

ROUTES: list[URLPattern] = [
    path("documents", Documents.as_view(), name="documents"),
    path("documents/<str:key>", DocumentView.as_view(), name="document"),
    path("documents/<str:key>/file", DocumentFile.as_view(), name="document_file"),
    path("downloads", listed(resources.DOWNLOADS), name="downloads"),
    path("downloads/<str:key>", detail(resources.DOWNLOADS), name="download"),
    path("consents", Consents.as_view(), name="consents"),
    path("consents/<str:key>", detail(resources.CONSENTS), name="consent"),
    path("consents/<str:key>/end", ConsentEnd.as_view(), name="consent_end"),
    path("parties/<str:key>/nda", PartyNda.as_view(), name="party_nda"),
    path("parties/<str:key>/end", PartyEnd.as_view(), name="party_end"),
    path("party-replies", Replies.as_view(), name="party_replies"),
    path("party-replies/<str:key>", detail(resources.REPLIES), name="reply"),
    path("conflicts", Conflicts.as_view(), name="conflicts"),
    path("conflicts/<str:key>", ConflictView.as_view(), name="conflict"),
    path("questions", Questions.as_view(), name="questions"),
    path("questions/<str:key>", QuestionView.as_view(), name="question"),
    path("questions/<str:key>/answers", Answers.as_view(), name="answers"),
    path("reports", Reports.as_view(), name="reports"),
    path("reports/<str:key>", ReportView.as_view(), name="report"),
    path("reports/<str:key>/reliances", Reliances.as_view(), name="reliances"),
]
