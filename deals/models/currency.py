from django.db import models

from institutions.isolation.walls import Machinery


class Currency(models.Model):
    """A currency of ISO 4217 with its minor units; every amount is checked against it in the database."""

    wall = Machinery(read="true")

    code = models.CharField(max_length=3, primary_key=True)
    digits = models.IntegerField()

    class Meta:
        verbose_name_plural = "currencies"

    def __str__(self) -> str:
        return self.code
