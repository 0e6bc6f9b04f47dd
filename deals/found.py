"""What can be found by its name: the tables, and the columns that hold the names, what a thing is called first.

From this follow the triggers that keep the words (sql/names.sql).
"""

# Table: its kind (models/name.py), and where its names are.
NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "deals_deal": ("deal", ("name", "code_name")),
    "deals_project": ("project", ("name", "aliases")),
    "institutions_institution": ("institution", ("name", "short_name", "native_name", "aliases")),
    "deals_company": ("company", ("name", "aliases")),
    "deals_document": ("document", ("title", "file_name")),
    "deals_mineral": ("mineral", ("name", "symbol")),
}


def _trigger(table: str, kind: str, columns: tuple[str, ...]) -> str:
    arguments = ", ".join(f"'{argument}'" for argument in (kind, *columns))
    return (
        f"CREATE TRIGGER wall_95_found AFTER INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION deals.is_found({arguments})"
    )


TRIGGERS: dict[str, tuple[str, ...]] = {
    table: (_trigger(table, kind, columns),) for table, (kind, columns) in NAMES.items()
}


def name_all() -> str:
    """SQL that names what stood there before there were words; does nothing where there are some."""
    of_each = (
        f"SELECT id, '{kind}', deals.names_in(to_jsonb(r), ARRAY{list(columns)}), to_jsonb(r) ->> 'audience_id' FROM {table} r"  # noqa: S608, E501
        for table, (kind, columns) in NAMES.items()
    )
    return f"""
        INSERT INTO deals_nameword (row_id, number, word, name, words, kind, audience_id)
        SELECT r.id, n.place, word, left(n.name, 200), deals.spaced(deals.words_of(n.name)), r.kind,
               coalesce(r.audience_id::uuid, '00000000-0000-4000-8000-000000000002')
        FROM ({" UNION ALL ".join(of_each)}) AS r (id, kind, names, audience_id),
             unnest(r.names) WITH ORDINALITY AS n (name, place), deals.found_by(n.name) AS word
        WHERE NOT EXISTS (SELECT FROM deals_nameword)
    """  # noqa: S608  # of names that stand above alone
