"""A commitment has an amount of its own, or one that it shares with others, never both."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0013_know_the_size")]

    operations = [
        migrations.AddConstraint(
            model_name="size",
            constraint=models.CheckConstraint(
                name="size_is_stated_once", condition=models.Q(joint__isnull=True) | models.Q(amount__isnull=True)
            ),
        ),
    ]
