"""What an institution may finance, in words that the registry matches with deals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from deals.models.commitment import Instrument
from deals.models.project import WITHOUT_DEAL, ChainStage, DevelopmentStage
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Confidential, Network

# Whoever names more means all but a few: `countries_out` says which.
MOST_COUNTRIES = 60


class LinkKind(models.TextChoices):
    """What ties a project to the country whose interest an institution serves: a company of it in that role."""

    OFFTAKER = "offtaker"
    SPONSOR = "sponsor"
    EXPORTER = "exporter"
    CONTRACTOR = "contractor"


class Mandate(Confidential):
    """One version of what an institution may finance. An empty list, or no limit, asks for nothing.

    A later version of the same name supersedes it, for whoever sees both (selectors/mandates.py, decision 0025).
    """

    wall = Walled(
        network="network_id",
        four_eyes=True,
        # What was told of a mandate is not rewritten: another reading of it is another version.
        fixed=(
            "name", "since", "minerals", "chain_stages", "earliest_stage", "countries", "countries_out", "instruments",
            "ticket_from", "ticket_to", "currency", "longest_tenor_months", "link_country", "links", "basis",
            "inferred",
        ),
    )  # fmt: skip

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="The last day on which it stood")
    # Ids of minerals; `mandate_is_sound` sees to it that each is one.
    minerals = ArrayField(models.UUIDField(), default=list, blank=True)
    chain_stages = ArrayField(models.CharField(max_length=30, choices=ChainStage), default=list, blank=True)
    earliest_stage = models.CharField(max_length=30, choices=DevelopmentStage, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    countries_out = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    instruments = ArrayField(models.CharField(max_length=40, choices=Instrument), default=list, blank=True)
    ticket_from = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    ticket_to = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    longest_tenor_months = models.PositiveIntegerField(null=True, blank=True)
    link_country = models.CharField(max_length=2, blank=True)
    links = ArrayField(models.CharField(max_length=20, choices=LinkKind), default=list, blank=True)
    basis = models.CharField(max_length=300, blank=True, help_text="Where it is written down, in the owner's words")
    inferred = models.BooleanField(default=False, help_text="Read from public facts, not stated by the institution")

    class Meta:
        ordering = ["name", "-since", "id"]
        constraints = [
            # So that of two versions of one day one is the later. Among one institution's own rows alone.
            models.UniqueConstraint(
                name="mandate_version_once_at_a_time", fields=["owner", "name", "since", "created_at"]
            ),
            models.CheckConstraint(name="mandate_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="mandate_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
            models.CheckConstraint(
                name="mandate_ends_after_it_began", condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since"))
            ),
            models.CheckConstraint(
                name="mandate_chain_stages_are_known", condition=Q(chain_stages__contained_by=ChainStage.values)
            ),
            models.CheckConstraint(
                name="mandate_earliest_stage_is_known", condition=Q(earliest_stage__in=["", *DevelopmentStage.values])
            ),
            models.CheckConstraint(
                name="mandate_instruments_are_known", condition=Q(instruments__contained_by=Instrument.values)
            ),
            models.CheckConstraint(
                name="mandate_countries_are_in_or_out", condition=~Q(countries__overlap=F("countries_out"))
            ),
            models.CheckConstraint(
                name="mandate_names_few_countries",
                condition=Q(countries__len__lte=MOST_COUNTRIES) & Q(countries_out__len__lte=MOST_COUNTRIES),
            ),
            models.CheckConstraint(
                name="mandate_ticket_is_a_range",
                condition=(Q(ticket_from__isnull=True) | Q(ticket_from__gt=0))
                & (Q(ticket_to__isnull=True) | Q(ticket_to__gt=0))
                & (Q(ticket_from__isnull=True) | Q(ticket_to__isnull=True) | Q(ticket_to__gte=F("ticket_from"))),
            ),
            models.CheckConstraint(
                name="mandate_ticket_has_currency",
                condition=Q(ticket_from__isnull=True, ticket_to__isnull=True, currency="")
                | (~Q(ticket_from__isnull=True, ticket_to__isnull=True) & ~Q(currency="")),
            ),
            models.CheckConstraint(
                name="mandate_tenor_is_a_time",
                condition=Q(longest_tenor_months__isnull=True) | Q(longest_tenor_months__gt=0),
            ),
            models.CheckConstraint(
                name="mandate_link_has_country_and_kind",
                condition=Q(link_country="", links=[])
                | (~Q(link_country="") & ~Q(links=[]) & Q(links__contained_by=LinkKind.values)),
            ),
        ]
        indexes = [models.Index(name="mandate_of_owner", fields=["owner", "name"])]

    def __str__(self) -> str:
        return self.name
