"""Figures that `make walls` gathers from its tests, one file of var/walls/ each, for its report (walls_report.py)."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "var" / "walls"
# Everything is asked, not the short form of `make test`.
LONG = "ORE_WALLS" in os.environ


def note(name: str, figures: dict[str, Any]) -> None:
    """Keeps the figures of one test, where they are of the long form."""
    if LONG:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=1, sort_keys=True))
