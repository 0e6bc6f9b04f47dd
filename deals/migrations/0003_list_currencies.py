from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from iso4217 import Currency


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    # The policies, where they stand already, let only the owner write here; migrations run as the owner.
    apps.get_model("deals", "Currency").objects.bulk_create(
        [
            apps.get_model("deals", "Currency")(code=c.code, digits=c.exponent)
            for c in Currency
            if c.exponent is not None
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_hold_parts_to_their_owners")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
