"""An NDA expires no earlier than it was signed."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("deals", "0014_state_an_amount_once")]

    operations = [
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                name="nda_expires_after_it_was_signed",
                condition=Q(nda_expires_on=None) | Q(nda_expires_on__gte=F("nda_signed_on")),
            ),
        ),
    ]
