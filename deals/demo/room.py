"""The fictional deal room of Nolans: a document of each basis, a question answered, a report, a conflict."""

from collections.abc import Mapping
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from deals.demo import papers
from deals.demo.letters import confirm_all
from deals.demo.people import Bank
from deals.demo.published import company_id
from deals.models import (
    Basis,
    Company,
    ConflictOfInterest,
    Deal,
    Document,
    DocumentKind,
    Party,
    PartyReply,
    Question,
    Reply,
    SponsorConsent,
    Workstream,
)
from deals.services import documents, parties, questions, reports
from deals.services.files import keeping, receive
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as

KEEPER, ASKER, DECLARES = "export-finance-australia", "edc", "cba"
MODEL, NEWS, REPORT = "Base case of the lenders' model", "Project update: debt funding", "Technical report"
# The published update, from which the published deal was compiled.
NEWS_AT = "https://arultd.com/projects/nolans/project-update"
ASKED = "Which price of NdPr does the base case assume, and until which year?"
ACTS = 6
ANSWERED = "A flat price from the consultant's low case, until the last maturity. The sheet 'Prices' has both years."


def furnish(deal: Deal, banks: Mapping[str, Bank]) -> int:
    """Puts into the room what is not there yet; how many acts that took."""
    keeper, asker = banks[KEEPER], banks[ASKER]
    made = [
        _accept(deal, asker),
        _put_model(deal, keeper),
        _put_news(deal, keeper),
        _ask(deal, asker, keeper),
        _report(deal, keeper, (asker, banks["kexim"])),
        _declare(deal, banks[DECLARES]),
    ]
    return sum(made)


def _accept(deal: Deal, bank: Bank) -> bool:
    with acting_as(bank.officer):
        if PartyReply.objects.filter(owner=bank.institution, deal=deal).exists():
            return False
        invitation = Party.objects.get(deal=deal, institution=bank.institution)
        parties.reply(by=bank.officer, party=invitation, answer=Reply.ACCEPTED, note="Credit committee is informed")
    return True


@transaction.atomic
def _put_model(deal: Deal, bank: Bank) -> bool:
    """What the borrower told, as far as it consents: to the parties, for a year."""
    with acting_as(bank.officer):
        if Document.objects.filter(deal=deal, title=MODEL).exists():
            return False
        consent = documents.register_consent(
            by=bank.officer,
            deal=Deal.objects.get(pk=deal.pk),
            company=Company.objects.get(pk=company_id("Arafura Rare Earths")),
            covers="The lenders' base case and its assumptions",
            widest=Level.PARTIES,
            evidence="Letter of the borrower's treasurer, file N-12 (fictional)",
            until=timezone.now().date() + timedelta(days=365),
            level=Level.LEAD,
        )
        paper = papers.pdf(MODEL, "Target: USD 855,000,000 of senior debt.", "Minimum debt service cover: 1.35.")
        _put(deal, bank, "base-case.pdf", paper, MODEL, DocumentKind.FINANCIAL_MODEL, consent=consent)
    confirm_all(bank)
    return True


@transaction.atomic
def _put_news(deal: Deal, bank: Bank) -> bool:
    with acting_as(bank.officer):
        if Document.objects.filter(deal=deal, title=NEWS).exists():
            return False
        paper = papers.text("Conditional approvals for USD 855,000,000 of senior debt, as the borrower announced.")
        _put(deal, bank, "project-update.txt", paper, NEWS, DocumentKind.OTHER, public_source=NEWS_AT)
    confirm_all(bank)
    return True


@transaction.atomic
def _ask(deal: Deal, asker: Bank, keeper: Bank) -> bool:
    with acting_as(asker.officer):
        if Question.objects.filter(deal=deal, text=ASKED).exists():
            return False
        model = Document.objects.get(deal=deal, title=MODEL)
        questions.ask_question(
            by=asker.officer, deal=Deal.objects.get(pk=deal.pk), text=ASKED, level=Level.PARTIES, document=model
        )
    confirm_all(asker)
    with acting_as(keeper.officer):
        question = Question.objects.get(deal=deal, text=ASKED)
        questions.answer_question(by=keeper.officer, question=question, text=ANSWERED, level=Level.PARTIES)
    confirm_all(keeper)
    return True


@transaction.atomic
def _report(deal: Deal, keeper: Bank, relying: tuple[Bank, ...]) -> bool:
    """Delivered, with the report itself in the room; two parties may rely on it."""
    today = timezone.now().date()
    with acting_as(keeper.officer):
        if Document.objects.filter(deal=deal, title=REPORT).exists():
            return False
        paper = papers.pdf(REPORT, "The plant is feasible as designed.", "Ramp-up: 30 months.")
        _put(deal, keeper, "technical-report.pdf", paper, REPORT, DocumentKind.REPORT)
    confirm_all(keeper)
    with acting_as(keeper.officer):
        report = reports.commission_report(
            by=keeper.officer,
            deal=Deal.objects.get(pk=deal.pk),
            workstream=Workstream.TECHNICAL,
            on=today - timedelta(days=40),
            scope="Design, schedule and ramp-up of the plant",
            reliances=[reports.RelianceDraft(bank.institution, today + timedelta(days=720)) for bank in relying],
            level=Level.PARTIES,
        )
    confirm_all(keeper)
    with acting_as(keeper.officer):
        report.refresh_from_db()
        paper_of = Document.objects.get(deal=deal, title=REPORT)
        reports.deliver_report(by=keeper.officer, report=report, on=today - timedelta(days=5), document=paper_of)
    return True


@transaction.atomic
def _declare(deal: Deal, bank: Bank) -> bool:
    with acting_as(bank.officer):
        if ConflictOfInterest.objects.filter(deal=deal, owner=bank.institution).exists():
            return False
        parties.declare_conflict(
            by=bank.officer,
            deal=Deal.objects.get(pk=deal.pk),
            description="Another department of ours advises the borrower on its equity",
            company=Company.objects.get(pk=company_id("Arafura Rare Earths")),
            role="adviser",
            since=timezone.now().date() - timedelta(days=200),
        )
    confirm_all(bank)
    return True


def _put(
    deal: Deal,
    bank: Bank,
    name: str,
    paper: bytes,
    title: str,
    kind: DocumentKind,
    *,
    consent: SponsorConsent | None = None,
    public_source: str = "",
) -> None:
    """Call it as the bank's officer."""
    basis = Basis.SPONSOR_CONSENT if consent else Basis.PUBLIC_SOURCE if public_source else Basis.OWN
    with keeping() as keep:
        file = receive(SimpleUploadedFile(name, paper))
        documents.add_document(
            by=bank.officer,
            deal=Deal.objects.get(pk=deal.pk),
            file=file,
            stored_as=keep(file),
            title=title,
            kind=kind,
            level=Level.PARTIES,
            basis=basis,
            consent=consent,
            public_source=public_source,
        )
