"""The house: rows that are alike in what they are ordered by stand in one order all the same.

Otherwise it is the order in which PostgreSQL keeps them, which a change that nobody is told of moves.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ORDERED = re.compile(r"\.order_by\(((?:[^()]|\([^()]*\))+)\)")
LAST = re.compile(r'"-?(?:\w+__)?(\w+)"\s*,?\s*$')
# What two rows of one list never share, or what the list is grouped by.
UNIQUE = {
    "id", "pk", "key", "slug", "code", "short_name", "seq", "line", "place", "date", "at", "quote", "version",
    "owner_id",
    "institution_id", "stage", "seen_shared", "institution", "by_product", "list", "field",
    "number",
    "email", "mineral_id", "other_id", "project_id",
}  # fmt: skip


def test_every_order_ends_in_what_tells_rows_apart() -> None:
    loose = []
    for app in ("institutions", "deals", "network"):
        for file in sorted((ROOT / app).rglob("*.py")):
            for said in ORDERED.findall(file.read_text()):
                last = LAST.search(said)
                if last and last[1] not in UNIQUE:
                    loose.append(f"{file.relative_to(ROOT)}: order_by({' '.join(said.split())})")
    assert not loose, 'add "id" at the end of each:\n' + "\n".join(loose)
