"""The house: imports go one way, and migrations form one line whose names say what they do."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("institutions", "deals", "network")


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("label", OURS)
def test_migrations_form_one_line(label: str) -> None:
    assert len(MigrationLoader(None).graph.leaf_nodes(label)) == 1


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_named_for_what_they_do(label: str) -> None:
    names = [name for app, name in MigrationLoader(None).graph.nodes if app == label]
    assert names
    assert not [name for name in names if "auto" in name or name.endswith("_initial")]
