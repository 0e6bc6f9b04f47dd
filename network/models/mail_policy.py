from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models import Institution, Staff

MINE = "institution_id = (SELECT wall.me())"


class Carries(models.TextChoices):
    """What a mail may say of a confidential row. Public facts are told in full always."""

    LINK_ONLY = "link_only", "That something changed, and a link"
    NAMES = "names", "Who did what, without figures and dates"
    FULL = "full", "All that its reader may see"


class MailPolicy(models.Model):
    """What an institution lets mail carry, since mail is outside the wall; without a row: links only.

    Readable by all, as its cap binds mail to the others' people.
    """

    wall = Machinery(read="true", write=MINE, rights=("SELECT", "INSERT", "UPDATE"))

    institution = models.OneToOneField(Institution, on_delete=models.PROTECT, primary_key=True, related_name="+")
    # In mail to the institution's own people.
    carries = models.CharField(max_length=10, choices=Carries, default=Carries.LINK_ONLY)
    # Of the institution's own rows, in mail to anybody.
    cap = models.CharField(max_length=10, choices=Carries, default=Carries.FULL)
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        verbose_name_plural = "mail policies"
        constraints = [
            models.CheckConstraint(
                name="mail_policy_is_known",
                condition=models.Q(carries__in=Carries.values, cap__in=Carries.values),
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.carries}"
