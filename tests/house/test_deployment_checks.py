"""Django's own checks of a deployment: all of them, as docker-compose.yml sets it up, and none switched off quietly."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
COMPOSED = {"ORE_PROXIED": "1", "ORE_PROXIES": "1", "ORE_HTTPS": "1", "ORE_HOSTS": "127.0.0.1,registry.example"}


def checked(**variables: str) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "INFO"]
    return subprocess.run(
        asked, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ) | {"ORE_DEMO": ""} | COMPOSED | variables
    )


def test_a_deployment_passes_every_check_and_none_is_silenced(db: None) -> None:
    done = checked()
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"ORE_HTTPS": "0"}, "security.W008"), ({"ORE_SECRET_DJANGO": "short"}, "security.W009")],
    ids=["no HTTPS", "a short secret"],
)
def test_one_that_is_set_up_wrong_is_told_so(db: None, wrong: dict[str, str], named: str) -> None:
    done = checked(**wrong)
    assert done.returncode == 1
    assert named in done.stderr


def test_what_is_silenced_has_its_reason_beside_it() -> None:
    without = []
    for file in sorted((ROOT / "config" / "settings").glob("*.py")):
        lines = file.read_text().splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SILENCED_SYSTEM_CHECKS":
                assert isinstance(node.value, ast.List), "one check a line, each with its reason"
                without += [one for one in node.value.elts if "#" not in lines[one.lineno - 1]]
    assert without == []


def test_the_suite_lets_no_warning_pass() -> None:
    """What the next release of Django takes away warns in this one."""
    import tomllib

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["filterwarnings"]
    assert asked[0] == "error"
    assert [one for one in asked[1:] if "Deprecation" in one or "RemovedIn" in one] == []
