"""What the page of a deal room shows, from what the asker may see, in a number of questions that rows don't raise."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from deals.models import (
    Answer,
    ConflictOfInterest,
    Deal,
    Document,
    Download,
    PartyReply,
    Question,
    Reliance,
    Report,
    SponsorConsent,
)
from deals.selectors.deal_page import PartyLine, party_line


@dataclass(frozen=True)
class RoomParty:
    """An institution in the deal, what it replied, and the papers of its NDA."""

    line: PartyLine
    replies: tuple[PartyReply, ...]
    papers: tuple[Document, ...]


@dataclass(frozen=True)
class RoomPage:
    """Everything that the page of a deal room shows."""

    parties: tuple[RoomParty, ...]
    conflicts: tuple[ConflictOfInterest, ...]
    documents: tuple[Document, ...]
    consents: tuple[SponsorConsent, ...]
    questions: tuple[Question, ...]
    reports: tuple[Report, ...]
    # Workstreams for which more than one report is there.
    doubled: frozenset[str]


def room_page(deal: Deal) -> RoomPage:
    """The deal's room; ten questions, however many rows there are."""
    documents = tuple(documents_of(deal))
    replies = list(PartyReply.objects.filter(deal=deal).order_by("told_at", "id"))
    reports = tuple(_reports(deal))
    often = Counter(report.workstream for report in reports)
    return RoomPage(
        parties=tuple(
            RoomParty(
                line=party_line(party),
                replies=tuple(reply for reply in replies if reply.party_id == party.pk),
                papers=tuple(paper for paper in documents if paper.party_id == party.pk),
            )
            for party in deal.party_set.select_related("institution").order_by("left_on", "institution", "id")
        ),
        conflicts=tuple(
            ConflictOfInterest.objects.filter(deal=deal)
            .select_related("owner", "company")
            .order_by("owner", "since", "id")
        ),
        documents=documents,
        # Prefetched, not joined: a join would drop a consent whose company is hidden.
        consents=tuple(SponsorConsent.objects.filter(deal=deal).prefetch_related("company").order_by("told_at", "id")),
        questions=tuple(_questions(deal)),
        reports=reports,
        doubled=frozenset(workstream for workstream, count in often.items() if count > 1),
    )


def documents_of(deal: Deal) -> QuerySet[Document]:
    """The documents that were not replaced by what the asker sees, the latest first."""
    return (
        Document.objects.filter(deal=deal, replaced_by=None)
        .select_related("owner", "consent")
        .order_by("-told_at", "id")
    )


@dataclass(frozen=True)
class RoomGlance:
    """The newest of a deal's room, for the page of the deal; questions have `answered`, open ones come first."""

    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def glance(deal: Deal, newest: int = 3) -> RoomGlance:
    """Two questions."""
    answered = Exists(Answer.objects.filter(question=OuterRef("pk")))
    asked = Question.objects.filter(deal=deal).select_related("owner", "to").annotate(answered=answered)
    return RoomGlance(tuple(documents_of(deal)[:newest]), tuple(asked.order_by("answered", "-told_at", "id")[:newest]))


def find_document(key: UUID) -> Document | None:
    """A document with what its page names; None where it is hidden or missing."""
    named = Document.objects.select_related("owner", "consent", "replaces", "party__institution")
    return named.prefetch_related("deal").filter(pk=key).first()


def receipts_of(document: Document) -> QuerySet[Download]:
    """Who took it, as far as the asker may know: its owner knows all, another its own institution's."""
    return Download.objects.filter(document=document).select_related("owner").order_by("-told_at", "id")


def _questions(deal: Deal) -> QuerySet[Question]:
    answers = Answer.objects.select_related("owner", "document").order_by("told_at", "id")
    return (
        Question.objects.filter(deal=deal)
        .select_related("owner", "to", "document")
        .prefetch_related(Prefetch("answers", answers))
        .order_by("-told_at", "id")
    )


def _reports(deal: Deal) -> QuerySet[Report]:
    relying = Reliance.objects.select_related("institution").order_by("institution", "id")
    return (
        Report.objects.filter(deal=deal)
        .select_related("owner", "adviser", "document")
        .prefetch_related(Prefetch("reliances", relying))
        .order_by("workstream", "commissioned_on", "id")
    )
