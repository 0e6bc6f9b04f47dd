from django.db import migrations

# (table, columns, table named, its columns): whoever writes a part must be the owner of the whole.
KEYS = [
    ("deals_party", "deal_id, owner_id", "deals_deal", "id, owner_id"),
    ("deals_tranche", "deal_id, owner_id", "deals_deal", "id, owner_id"),
    ("deals_dealrole", "deal_id, owner_id", "deals_deal", "id, owner_id"),
    ("deals_size", "commitment_id, owner_id", "deals_commitment", "id, owner_id"),
    ("deals_price", "commitment_id, owner_id", "deals_commitment", "id, owner_id"),
    ("deals_step", "commitment_id, owner_id", "deals_commitment", "id, owner_id"),
    ("deals_commitment", "tranche_id, deal_id", "deals_tranche", "id, deal_id"),
]


def name(table: str, columns: str) -> str:
    return f"{table}_{columns.split(',')[0]}_of_one_owner"


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_first")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name(table, columns)} FOREIGN KEY ({columns})"
            f" REFERENCES {named} ({keys}) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {name(table, columns)}",
        )
        for table, columns, named, keys in KEYS
    ]
