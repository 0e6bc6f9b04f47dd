"""What parties tell each other of themselves in a deal: their answer to an invitation, and conflicts of interest."""

from django.db import models

from deals.models.company import Company
from deals.models.deal import Deal, Party
from deals.models.project import COMPANY_ROLES
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential


class InDeal(Confidential):
    """A row that any institution in a deal may make of its own."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="%(class)s_set")

    class Meta:
        abstract = True


class Reply(models.TextChoices):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"


# Who replies so is out of the deal at once, whatever the registrar's row says.
GONE = (Reply.DECLINED, Reply.LEFT)


class PartyReply(InDeal):
    """What an invited institution answers to its invitation, and that it leaves: its own rows about the registrar's."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("party_id")),
        fixed=("party_id", "answer", "note", "level"),
    )

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="replies")
    answer = models.CharField(max_length=10, choices=Reply)
    note = models.CharField(max_length=400, blank=True)

    class Meta(InDeal.Meta):
        verbose_name_plural = "party replies"
        constraints = [
            models.CheckConstraint(name="party_reply_is_known", condition=models.Q(answer__in=Reply.values)),
            # The coordinators learn of it, and nobody else: a reply is no news for rivals.
            models.CheckConstraint(name="party_reply_goes_to_the_lead", condition=models.Q(level=Level.LEAD.value)),
            models.UniqueConstraint(name="party_reply_once", fields=["party", "answer"]),
        ]

    def __str__(self) -> str:
        return self.answer


class ConflictOfInterest(InDeal):
    """An interest of an institution that others in the deal should know of: what it is to which company, since when."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("company_id")),
        four_eyes=True,
        # Another interest is another row; this one can end.
        fixed=("company_id", "role", "description", "since"),
    )

    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, blank=True, choices=[(code, code) for code in COMPANY_ROLES])
    description = models.CharField(max_length=600)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(InDeal.Meta):
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.CheckConstraint(name="conflict_role_is_known", condition=models.Q(role__in=["", *COMPANY_ROLES])),
            models.CheckConstraint(
                name="conflict_goes_to_parties_at_most",
                condition=models.Q(level__in=[Level.OWN.value, Level.LEAD.value, Level.PARTIES.value]),
            ),
            models.CheckConstraint(
                name="conflict_ends_after_it_began",
                condition=models.Q(since__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return "conflict of interest"
