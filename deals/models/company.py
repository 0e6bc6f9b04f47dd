from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deals.models.origin import Stated
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Network


class Company(Stated):
    """A borrower, sponsor, obligor, offtaker, exporter, contractor or adviser; it has no log-in."""

    wall = Walled(network="network_id", published=True, four_eyes=True)

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    lei = models.CharField("LEI", max_length=20, blank=True)
    register_number = models.CharField(max_length=60, blank=True)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    is_state = models.BooleanField(default=False, help_text="A state, or a body of one that holds for it")

    class Meta(Stated.Meta):
        ordering = ["name"]
        verbose_name_plural = "companies"
        constraints = [
            *Stated.Meta.constraints,
            models.UniqueConstraint(name="company_once_per_owner", fields=["owner", "name", "country"]),
            models.CheckConstraint(name="company_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="company_level_is_known", condition=Q(level__in=["own", "network", "public"])),
            models.CheckConstraint(
                name="company_lei_is_iso17442", condition=Q(lei="") | Q(lei__regex="^[A-Z0-9]{18}[0-9]{2}$")
            ),
            models.CheckConstraint(
                name="company_country_is_a_code", condition=Q(country="") | Q(country__regex="^[A-Z]{2}$")
            ),
            # A state that might be any is of no use to whoever looks for one.
            models.CheckConstraint(name="company_state_has_its_country", condition=Q(is_state=False) | ~Q(country="")),
        ]
        # The same company as several institutions registered it.
        indexes = [
            models.Index(name="company_lei", fields=["lei"], condition=~Q(lei="")),
            # The order of its list: a page is read from the index, however many there are.
            models.Index(name="company_by_name", fields=["name"]),
        ]

    def __str__(self) -> str:
        return self.name
