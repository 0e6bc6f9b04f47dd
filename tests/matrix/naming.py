"""One row of every table named to three banks: now, until a moment ago, and from tomorrow on.

Past four eyes, and of any table: what is asked is who sees a row that is named, not which rows may be.
"""

from tests.cast import Cast
from tests.matrix.database import TABLES, administrator, run
from tests.matrix.seeing import alone

_NAME = """
    INSERT INTO institutions_grant (id, owner_id, level, demo, deal_id, row_id, institution_id, starts, ends)
    SELECT gen_random_uuid(), t.owner_id, 'own', false, {deal}, t.id, '{bank}', {starts}, {ends} FROM {table} t
    WHERE t.level <> 'public' ORDER BY array_position(ARRAY['own', 'lead'], t.level::text), t.id LIMIT 1
"""
TIMES = {
    "wren": ("now()", "'infinity'"),
    "quail": ("now()", "now() + interval '1 hour'"),
    "swift": ("now() + interval '1 day'", "'infinity'"),
}


def name(cast: Cast) -> None:
    with administrator() as connection:
        for table in TABLES:
            alone(connection, table, "wall_20_place", "journal_50_record", "wall_90_grant")
        for table, (_, wall) in TABLES.items():
            deal = f"t.{wall.deal}" if wall.deal else "NULL"
            for slug, (starts, ends) in TIMES.items():
                run(connection, _NAME.format(table=table, deal=deal, bank=cast.bank(slug).pk, starts=starts, ends=ends))
        run(connection, f"UPDATE institutions_grant SET ends = now() WHERE institution_id = '{cast.bank('quail').pk}'")
        for table in TABLES:
            run(connection, f"ALTER TABLE {table} ENABLE TRIGGER USER")
