from django.contrib.postgres.fields import ArrayField
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Curated


class Kind(models.TextChoices):
    EXPORT_CREDIT_AGENCY = "export_credit_agency"
    DEVELOPMENT_FINANCE_INSTITUTION = "development_finance_institution"
    NATIONAL_DEVELOPMENT_BANK = "national_development_bank"
    MULTILATERAL_DEVELOPMENT_BANK = "multilateral_development_bank"
    PUBLIC_INVESTMENT_FUND = "public_investment_fund"
    RESOURCE_AGENCY = "resource_agency"
    GOVERNMENT_DEPARTMENT = "government_department"
    COMMERCIAL_BANK = "commercial_bank"
    SECRETARIAT = "secretariat"


class Function(models.TextChoices):
    DIRECT_LENDER = "direct_lender"
    INSURER = "insurer"
    GUARANTOR = "guarantor"
    EQUITY_INVESTOR = "equity_investor"
    GRANT_MAKER = "grant_maker"


class Institution(models.Model):
    """A public financier, a bank or the secretariat: whoever owns rows and is told things."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    native_name = models.CharField(max_length=200, blank=True)
    short_name = models.CharField(max_length=40)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    kind = models.CharField(max_length=40, choices=Kind)
    functions = ArrayField(models.CharField(max_length=40, choices=Function), default=list, blank=True)
    country = models.CharField(max_length=2)
    lei = models.CharField("LEI", max_length=20, blank=True)
    lei_basis = models.CharField("LEI's basis", max_length=60, blank=True)
    website = models.URLField(blank=True)
    standards = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    source = models.TextField(blank=True)
    confidence = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["short_name", "slug"]
        constraints = [
            models.CheckConstraint(name="institution_kind_is_known", condition=models.Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="institution_country_is_iso3166", condition=models.Q(country__regex="^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="institution_lei_is_iso17442",
                condition=models.Q(lei="") | models.Q(lei__regex="^[A-Z0-9]{18}[0-9]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_secretariat(self) -> bool:
        return self.kind == Kind.SECRETARIAT


class Predecessor(models.Model):
    """An institution that this one took over from, with the date."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="predecessors")
    name = models.CharField(max_length=200)
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
