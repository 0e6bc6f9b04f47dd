"""The quick start, as it stands on its page: each block in an empty folder, against the registry on this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.cast import Cast
from tests.clients.issued import issued

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", (ROOT / "docs" / "quick-start.md").read_text(), re.DOTALL)
RUNS = {"sh": ["sh", "-eu", "-c"], "python": [sys.executable, "-c"]}


def test_each_is_of_fifteen_lines_at_most() -> None:
    assert [kind for kind, _ in BLOCKS] == ["sh", "python"]
    assert max(len(block.strip().splitlines()) for _, block in BLOCKS) <= 15


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "block"), BLOCKS, ids=[kind for kind, _ in BLOCKS])
def test_it_does_what_it_says(committed_cast: Cast, address: str, tmp_path: Path, kind: str, block: str) -> None:
    made = letter(committed_cast, Level.PARTIES)
    client = issued("rhein")
    ran = subprocess.run(
        [*RUNS[kind], block], cwd=tmp_path, env=os.environ | client | {"ORE": address},
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    if kind == "sh":
        lines = [json.loads(line) for line in (tmp_path / "copy.ndjson").read_text().splitlines()]
        assert str(made.pk) in {line["data"]["id"] for line in lines[1:-1]}
        assert '"blocks":' in ran.stdout
        assert ran.stdout.rstrip().endswith("}")
    else:
        count, _, events = ran.stdout.split()[:3]
        assert int(count) > 5
        assert events == "0"
