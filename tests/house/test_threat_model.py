"""The threat model claims nothing without a test: each line names one that there is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def lines() -> list[str]:
    text = (ROOT / "docs" / "threat-model.md").read_text()
    table = text.split("| shown by |\n")[1].split("\n\n")[0]
    return table.splitlines()[1:]


def test_each_line_of_what_is_defended_names_a_test_that_there_is() -> None:
    assert len(lines()) > 20
    for line in lines():
        named = NAMED.findall(line)
        assert named, f"no test shows: {line}"
        for file, test in named:
            assert f"def {test}(" in (ROOT / file).read_text(), f"{file} has no {test}"
