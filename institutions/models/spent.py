from django.db import models
from django.utils import timezone

from institutions.isolation.walls import Credentials
from institutions.models.client import Client


class SpentAssertion(models.Model):
    """A signed assertion that a client has shown: none is taken twice. Kept until it would have ended by itself."""

    wall = Credentials("SELECT, INSERT, DELETE")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    jti = models.CharField(max_length=200)
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="spent_assertion_once", fields=["client", "jti"])]
        indexes = [models.Index(name="spent_assertion_until", fields=["until"])]
