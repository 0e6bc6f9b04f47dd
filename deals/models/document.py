"""Documents of a deal room: where they were learnt, to whom they may be shown for that, and who took them."""

from datetime import UTC, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q

from deals.models.company import Company
from deals.models.deal import Deal, Party
from deals.models.room import InDeal
from institutions.isolation.levels import CHOICES, Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Client, Confidential, Institution, Staff


class Basis(models.TextChoices):
    """By what right an institution shows what it shows."""

    OWN = "own"
    SPONSOR_CONSENT = "sponsor_consent"
    PUBLIC_SOURCE = "public_source"


class DocumentKind(models.TextChoices):
    TEASER = "teaser"
    INFORMATION_MEMORANDUM = "information_memorandum"
    NDA = "nda"
    TERM_SHEET = "term_sheet"
    FINANCIAL_MODEL = "financial_model"
    REPORT = "report"
    PERMIT = "permit"
    AGREEMENT = "agreement"
    LEGAL_OPINION = "legal_opinion"
    CORRESPONDENCE = "correspondence"
    OTHER = "other"


class SponsorConsent(InDeal):
    """A company's consent that an institution shows what it learnt from it: what, to whom at most, until when.

    `widest` is the furthest level, `institutions` are those named beside it. The database shows what rests on it to
    nobody beyond (sql/room.sql). It is not changed but ended; another consent is another row.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("company_id")),
        fixed=("company_id", "covers", "widest", "institutions", "until", "evidence"),
    )

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    covers = models.CharField(max_length=400)
    widest = models.CharField(max_length=10, choices=CHOICES)
    institutions = ArrayField(models.UUIDField(), default=list, blank=True)
    until = models.DateField(null=True, blank=True, help_text="The last day")
    evidence = models.CharField(max_length=400, help_text="Where the consent is written")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken back")

    class Meta(InDeal.Meta):
        constraints = [
            models.UniqueConstraint(name="sponsor_consent_and_owner", fields=["id", "owner", "deal"]),
            models.CheckConstraint(
                name="sponsor_consent_goes_to_the_lead_at_most",
                condition=Q(level__in=[Level.OWN.value, Level.LEAD.value]),
            ),
        ]

    def __str__(self) -> str:
        return self.covers

    @property
    def ends_at(self) -> datetime | None:
        """From when on it covers nothing more; the database says the same (deals.consent_ends)."""
        last = datetime.combine(self.until + timedelta(days=1), time(), UTC) if self.until else None
        return min((moment for moment in (last, self.ended_at) if moment), default=None)


class Document(InDeal):
    """A file that an institution put into a deal room. Another version is another row, which replaces it.

    `stored_as` is the file's random name in the storage (STORAGES["documents"]); nobody is told it.
    """

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("party_id"),
            Parent("consent_id", mine=True),
            Parent("replaces_id", mine=True),
        ),
        four_eyes=True,
        until="shown_until",
        # What was told stands; `shown_until` follows the consent.
        fixed=("title", "kind", "file_name", "media_type", "size", "sha256", "stored_as", "basis", "consent_id",
               "public_source", "shown_until", "replaces_id", "party_id"),
    )  # fmt: skip

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=DocumentKind, default=DocumentKind.OTHER)
    file_name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    basis = models.CharField(max_length=20, choices=Basis, default=Basis.OWN)
    consent = models.ForeignKey(
        SponsorConsent, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    public_source = models.CharField(max_length=400, blank=True)
    shown_until = models.DateTimeField(null=True, editable=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="documents", help_text="Whose NDA it is"
    )

    class Meta(InDeal.Meta):
        constraints = [
            # Let a report, a receipt or a newer version hold 'a document of this owner, in this deal'.
            models.UniqueConstraint(name="document_and_owner", fields=["id", "owner"]),
            models.UniqueConstraint(name="document_and_owner_and_deal", fields=["id", "owner", "deal"]),
            models.CheckConstraint(name="document_kind_is_known", condition=Q(kind__in=DocumentKind.values)),
            models.CheckConstraint(name="document_has_a_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="document_basis_is_stated",
                condition=Q(basis="own", consent__isnull=True, public_source="")
                | Q(basis="sponsor_consent", consent__isnull=False, public_source="")
                | (Q(basis="public_source", consent__isnull=True) & ~Q(public_source="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Download(Confidential):
    """That somebody took a document's file: told to its own institution and to the document's owner, whom it is
    addressed to. Of the document's deal, so that the owner's deal team alone sees it; the database fills it in."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("document_id"),),
        addressed="to_id",
        fixed=("document_id", "to_id", "person_id", "client_id", "who"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="downloads")
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="+")
    # The name as it was: people of other institutions are not looked up.
    who = models.CharField(max_length=200)

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [models.CheckConstraint(name="download_stays_own", condition=Q(level=Level.OWN.value))]

    def __str__(self) -> str:
        return self.who

    def prepare(self, level: Level) -> None:
        """Has the audiences made that this receipt takes; its reader needn't see the deal."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT deals.prepare_receipt(%s)", [self.document_id])
