from uuid import UUID

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Institutions are made by a secretariat's people, so the first secretariat can only be made by the tables' owner.
SECRETARIAT = {
    "name": "Network Secretariat",
    "short_name": "Secretariat",
    "kind": "secretariat",
    # It has no home country; ISO 3166 leaves this code to its users.
    "country": "ZZ",
}


def found(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("institutions", "Institution").objects.get_or_create(
        slug="secretariat",
        defaults=SECRETARIAT | {"id": UUID("00000000-0000-4000-8000-000000000003")},
    )


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_first")]

    operations = [migrations.RunPython(found, migrations.RunPython.noop)]
