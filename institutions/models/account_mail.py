from django.db import models
from django.db.models.functions import Now

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Credentials
from institutions.models.staff import Staff


class Occasion(models.TextChoices):
    """Why somebody is mailed about their account."""

    INVITED = "invited"
    RESET = "reset"
    CHANGED = "changed"


class AccountMail(models.Model):
    """A mail about somebody's account that is to be sent: the row is the message, and its proof."""

    wall = Credentials("SELECT, INSERT, UPDATE")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=10, choices=Occasion)
    # What happened, in the code of `services/account_mail.py`; empty where the occasion says it.
    what = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_mail_occasion_is_known", condition=models.Q(occasion__in=Occasion.values)
            )
        ]
        indexes = [
            models.Index(name="account_mail_due", fields=["not_before"], condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.occasion
