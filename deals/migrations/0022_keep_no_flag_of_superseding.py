"""What supersedes a statement is found at reading, among what the reader sees (decision 0024).

Nothing is lost: a statement's chain was in the order of its days, and within a day in that of its transactions.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0021_keep_desks"),
        ("institutions", "0008_language_is_known"),
    ]

    operations = [
        # With the trigger that reads the flag.
        migrations.RunSQL("DROP FUNCTION IF EXISTS deals.stays_superseded() CASCADE", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="projectfact", name="fact_current_once_per_owner"),
        migrations.RemoveConstraint(model_name="projectfact", name="fact_superseded_once"),
        migrations.RemoveConstraint(model_name="projectfact", name="fact_supersedes_another"),
        migrations.RemoveField(model_name="projectfact", name="current"),
        migrations.RemoveField(model_name="projectfact", name="supersedes"),
        migrations.AddConstraint(
            model_name="projectfact",
            constraint=models.UniqueConstraint(
                fields=("owner", "project", "code", "mineral", "category", "as_of", "created_at"),
                name="fact_stated_once_at_a_time",
                nulls_distinct=False,
            ),
        ),
    ]
