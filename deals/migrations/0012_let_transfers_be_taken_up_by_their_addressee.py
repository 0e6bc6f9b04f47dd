from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0011_open_the_deal_room")]

    operations = [
        # Per institution, so that nobody else's row stands in the way of whom a transfer is offered to.
        migrations.RemoveConstraint(model_name="movement", name="movement_transfer_once"),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "rejected"), _negated=True),
                fields=("transfer", "kind", "owner"),
                name="movement_transfer_once",
            ),
        ),
    ]
