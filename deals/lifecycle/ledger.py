"""Which stages have a running ledger, as the database asks it; made from the stage table."""

from deals.lifecycle.stages import LEDGER_STAGES


def runs_ledger() -> str:
    """`deals.runs_ledger(stage)`: whether movements are recorded at a stage."""
    stages = ", ".join(f"'{code}'" for code in LEDGER_STAGES)
    return (
        "CREATE OR REPLACE FUNCTION deals.runs_ledger(stage text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT stage IN ({stages}) $$"
    )
