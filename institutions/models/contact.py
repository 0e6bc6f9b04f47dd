"""Whom to call at an institution: what the secretariat and the institution itself know."""

from django.db import models
from django.db.models import Q

from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.models.confidential import Confidential
from institutions.models.institution import Institution


class ContactKind(models.TextChoices):
    TECHNICAL = "technical"
    LEGAL = "legal"
    DUTY = "duty"


class Contact(Confidential):
    """A person or desk of an institution, for one purpose; told to the secretariat, and to no other institution."""

    wall = Walled(addressed="secretariat_id", fixed=("kind",))

    secretariat = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ContactKind)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="contact_once_per_kind", fields=["owner", "kind"]),
            models.CheckConstraint(name="contact_kind_is_known", condition=Q(kind__in=ContactKind.values)),
            models.CheckConstraint(name="contact_stays_between_two", condition=Q(level=Level.OWN.value)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"
