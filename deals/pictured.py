"""What the network's picture is counted from, and the triggers that note each change of it (sql/picture.sql)."""

_WIDE = "{}.level IN ('network', 'public')"

# Rows with an audience: of a deal or of its project.
COUNTED = (
    "deals_deal",
    "deals_dealrole",
    "deals_tranche",
    "deals_commitment",
    "deals_size",
    "deals_jointamount",
    "deals_coverlink",
    "deals_participation",
    "deals_project",
    "deals_projectmineral",
)
# Rows that everybody reads, on which every line depends.
OF_ALL = ("deals_fxrate", "deals_mineral")


def _marks(table: str) -> tuple[str, ...]:
    new, old = _WIDE.format("NEW"), _WIDE.format("OLD")
    call = "FOR EACH ROW WHEN ({}) EXECUTE FUNCTION deals.marks_picture()"
    return (
        f"CREATE TRIGGER wall_96_pictured AFTER INSERT ON {table} {call.format(new)}",
        f"CREATE TRIGGER wall_96_pictured_anew AFTER UPDATE ON {table} {call.format(f'{new} OR {old}')}",
    )


TRIGGERS: dict[str, tuple[str, ...]] = {
    **{table: _marks(table) for table in COUNTED},
    **{
        # Rates are offered anew every day: what was there already is no change.
        table: tuple(
            f"CREATE TRIGGER wall_96_pictured_{when.lower()} AFTER {when} ON {table} REFERENCING NEW TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION deals.marks_whole_picture()"
            for when in ("INSERT", "UPDATE")
        )
        for table in OF_ALL
    },
    "deals_pictureline": tuple(
        f"CREATE TRIGGER wall_50_total_{when.lower()} AFTER {when} ON deals_pictureline"
        f" REFERENCING {row} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION deals.total_lines()"
        for when, row in (("INSERT", "NEW"), ("DELETE", "OLD"))
    ),
}
