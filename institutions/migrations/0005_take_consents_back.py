from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0004_end_audiences"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="consent", name="consent_once"),
        migrations.AddField(model_name="consent", name="ended_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("owner", "deal_id", "institution"),
                name="consent_once",
            ),
        ),
    ]
