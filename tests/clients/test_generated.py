"""Clients that are generated from the committed schema, for Python and TypeScript, go through the tutorial."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.node import NoNode
from config.embedded.npm import TYPESCRIPT
from deals.models import Commitment
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.clients.issued import issued

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
SCHEMA = DOCS / "reference" / "openapi.json"


def done(command: list[str], folder: Path, **extra: str) -> str:
    ran = subprocess.run(command, cwd=folder, env=os.environ | extra, capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return ran.stdout


def says(cast: Cast, told: str) -> None:
    """What the tutorial prints, and that it was carried out once."""
    lines = told.splitlines()
    assert lines[0] == "Wattle senior package in_market"
    assert "registered expression_of_interest once" in lines
    assert "found 1 25000000.00" in lines
    assert "commitment.created" in lines
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(reference="T-1").count() == 1


def test_a_python_client(committed_cast: Cast, address: str, tmp_path: Path) -> None:
    made = done(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", str(SCHEMA), "--meta", "none",
            "--config", str(DOCS / "clients" / "python.yaml"), "--output-path", str(tmp_path / "orebook_client"),
        ],
        tmp_path,
    )  # fmt: skip
    assert "WARNING" not in made
    shutil.copy(DOCS / "clients" / "tutorial.py", tmp_path)
    told = done([sys.executable, "tutorial.py", "wattle"], tmp_path, ORE=address, **issued("rhein"))
    says(committed_cast, told)


def test_a_typescript_client(committed_cast: Cast, address: str, tmp_path: Path) -> None:
    try:
        node = TYPESCRIPT.there()
    except NoNode as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    bin_ = TYPESCRIPT.folder / "node_modules"
    (tmp_path / "node_modules").symlink_to(bin_)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copy(DOCS / "clients" / "tutorial.ts", tmp_path)
    done([node, str(bin_ / "openapi-typescript" / "bin" / "cli.js"), str(SCHEMA), "-o", "schema.d.ts"], tmp_path)
    strict = ["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]
    done([node, str(bin_ / "typescript" / "bin" / "tsc"), *strict, "--lib", "es2022,dom", "tutorial.ts"], tmp_path)
    told = done([node, "tutorial.js", "wattle"], tmp_path, ORE=address, **issued("rhein"))
    says(committed_cast, told)
