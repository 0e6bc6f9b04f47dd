"""Heads of the sealed log that are kept outside the database: a JSON object a line, only ever appended."""

import json
from pathlib import Path

from django.conf import settings


def heads_file() -> Path:
    """Where this installation keeps them."""
    return Path(settings.ORE_DATA) / "heads.jsonl"


def read_heads(file: str | Path) -> dict[int, str]:
    """Roots by numbers; none where this installation kept none yet. Raises OSError, ValueError."""
    path = Path(file)
    if path == heads_file() and not path.exists():
        return {}
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    return {int(head["number"]): str(head["root"]) for head in read}


def keep_head(number: int, root: str, sealed_at: str) -> None:
    """Appends one; whoever reads the file finds whole lines."""
    heads_file().parent.mkdir(parents=True, exist_ok=True)
    with heads_file().open("a", encoding="utf-8") as file:
        file.write(json.dumps({"number": number, "sealed_at": sealed_at, "root": root}) + "\n")
