"""Teasers: what an owner tells a chosen institution of a deal under its code name; nothing in one leads to the deal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from deals.models.commitment import Instrument
from deals.models.deal import Deal, Purpose
from deals.models.project import DevelopmentStage
from institutions.isolation.levels import Level
from institutions.isolation.walls import ALWAYS, Parent
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Confidential, Institution, Prepared


class Teaser(Prepared):
    """Chosen facts of a deal under its code name, addressed to one institution until a day.

    It names neither the deal nor the project: of which deal it is, another row of its owner says (TeaserOrigin).
    """

    wall = Walled(
        two_persons=ALWAYS,
        addressed="to_id",
        until="until",
        # Other facts are another teaser.
        fixed=("code_name", "minerals", "place", "stage", "words", "target", "currency", "instruments", "purposes",
               "reply_to"),
    )  # fmt: skip

    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code_name = models.CharField(max_length=60)
    until = models.DateTimeField(help_text="From this moment on nobody but its owner sees it")
    minerals = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    place = models.CharField(max_length=80, blank=True, help_text="A country or a region")
    stage = models.CharField(max_length=30, blank=True, choices=DevelopmentStage)
    words = models.CharField(max_length=1000, blank=True)
    target = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    instruments = ArrayField(models.CharField(max_length=30, choices=Instrument), default=list, blank=True)
    purposes = ArrayField(models.CharField(max_length=20, choices=Purpose), default=list, blank=True)
    reply_to = models.CharField(max_length=200, help_text="Whom to answer: name, address or telephone")

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="teaser_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="teaser_goes_to_another", condition=~Q(to=F("owner"))),
            models.CheckConstraint(name="teaser_has_a_code_name", condition=~Q(code_name="")),
            models.CheckConstraint(name="teaser_stage_is_known", condition=Q(stage__in=["", *DevelopmentStage.values])),
            models.CheckConstraint(
                name="teaser_instruments_are_known", condition=Q(instruments__contained_by=Instrument.values)
            ),
            models.CheckConstraint(
                name="teaser_purposes_are_known", condition=Q(purposes__contained_by=Purpose.values)
            ),
            models.CheckConstraint(
                name="teaser_target_has_currency",
                condition=Q(target__isnull=True, currency="") | (Q(target__gt=0) & ~Q(currency="")),
            ),
            # Let a reply hold 'to its owner' and 'by whom it is addressed to' as foreign keys.
            models.UniqueConstraint(name="teaser_and_owner", fields=["id", "owner"]),
            models.UniqueConstraint(name="teaser_and_addressee", fields=["id", "to"]),
        ]

    def __str__(self) -> str:
        return self.code_name


class TeaserOrigin(Confidential):
    """Of which deal a teaser is: its owner's alone, and within the deal, so that a deal team's wall holds for it."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True), Parent("teaser_id", mine=True)),
        fixed=("teaser_id",),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="teaser_origins")
    teaser = models.OneToOneField(Teaser, on_delete=models.PROTECT, related_name="of_deal")

    class Meta:
        constraints = [models.CheckConstraint(name="teaser_origin_stays_own", condition=Q(level=Level.OWN.value))]


class Interest(models.TextChoices):
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"


class TeaserReply(Confidential):
    """What the institution that was told answers, a row of its own addressed to the teaser's owner; the last holds."""

    wall = Walled(
        parents=(Parent("teaser_id", once=True),),
        addressed="to_id",
        fixed=("teaser_id", "answer", "note"),
    )

    teaser = models.ForeignKey(Teaser, on_delete=models.PROTECT, related_name="replies")
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=20, choices=Interest)
    note = models.CharField(max_length=600, blank=True)

    class Meta:
        verbose_name_plural = "teaser replies"
        ordering = ["-told_at", "id"]
        constraints = [
            models.CheckConstraint(name="teaser_reply_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="teaser_reply_is_known", condition=Q(answer__in=Interest.values)),
        ]

    def __str__(self) -> str:
        return self.answer
