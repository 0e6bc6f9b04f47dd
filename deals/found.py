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
    rows = " UNION ALL ".join(
        f"SELECT '{kind}', to_jsonb(r), ARRAY{list(columns)} FROM {table} r"  # noqa: S608  # names that stand above alone
        for table, (kind, columns) in NAMES.items()
    )
    return f"""
        SELECT deals.enter_names(kind, entered, columns) FROM ({rows}) AS r (kind, entered, columns)
        WHERE NOT EXISTS (SELECT FROM deals_nameword)
    """  # noqa: S608
