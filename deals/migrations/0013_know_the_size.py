"""A size without an amount is `unknown`: what compares with nothing passed every check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0012_let_transfers_be_taken_up_by_their_addressee")]

    operations = [
        migrations.RemoveConstraint(model_name="size", name="size_is_known_or_unknown"),
        migrations.AddConstraint(
            model_name="size",
            constraint=models.CheckConstraint(
                name="size_is_known_or_unknown",
                condition=models.Q(qualifier="unknown", amount__isnull=True)
                | (
                    models.Q(amount__isnull=False, amount__gte=0)
                    & ~models.Q(qualifier="unknown")
                    & ~models.Q(currency="")
                ),
            ),
        ),
    ]
