from django.db import models

from institutions.models.confidential import Confidential


class State(models.TextChoices):
    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Prepared(Confidential):
    """A row that one person prepares and another confirms; until then it is its institution's alone and has no effect.

    The database lets it become `confirmed` only in the transaction in which an approval that names it is confirmed
    (isolation/sql/3_four_eyes.sql); its declaration says `two_persons`.
    """

    state = models.CharField(max_length=10, choices=State, default=State.PREPARED.value)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_state_is_known", condition=models.Q(state__in=State.values)),
        ]
