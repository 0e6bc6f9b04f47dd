import django.db.models.functions.datetime
from django.db import migrations, models

# Rates of before came with the first load that tells of their day.
FILL = """
    UPDATE deals_fxrate r SET recorded_at = l.at
    FROM (SELECT x.date, min(l.at) AS at FROM (SELECT DISTINCT date FROM deals_fxrate) x
          JOIN deals_rateload l ON x.date BETWEEN l.first_on AND l.last_on GROUP BY 1) l
    WHERE l.date = r.date
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0029_keep_the_picture"),
    ]

    operations = [
        migrations.AddField(
            model_name="fxrate",
            name="recorded_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
