"""The first step on a bare machine: what it says when something is missing, and when it has nothing to do."""

import importlib.util
import json
import shutil
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from config import bootstrap


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without an environment and without uv."""
    for name, value in (("VENV", "venv"), ("PYTHON", "venv/bin/python"), ("STAMP", "venv/installed.json")):
        monkeypatch.setattr(bootstrap, name, tmp_path / value)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    return tmp_path


def test_a_missing_python3_venv_is_named_with_the_line_that_installs_it(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec

    def without_ensurepip(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ensurepip" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_ensurepip)

    assert bootstrap.main(["run"]) == 1

    assert "apt-get install -y python3-venv" in capsys.readouterr().err
    assert not bootstrap.VENV.exists()


def test_an_old_python_is_named(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))

    assert bootstrap.main(["run"]) == 1

    assert "Python 9.0 or newer is needed" in capsys.readouterr().err


def test_nothing_is_installed_twice(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    installed: list[Path] = []
    monkeypatch.setattr(bootstrap, "_install", installed.append)

    bootstrap.ensure("dev")
    bootstrap.ensure("dev")
    bootstrap.ensure("run")

    assert [file.name for file in installed] == ["requirements-dev.txt"]
    bootstrap.STAMP.write_text(json.dumps({"requirements-run.txt": "changed"}))
    bootstrap.ensure("run")
    assert [file.name for file in installed] == ["requirements-dev.txt", "requirements-run.txt"]


def test_an_environment_that_no_longer_starts_is_not_taken_for_one(bare: Path) -> None:
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(bare / "gone")

    assert not bootstrap.up_to_date("run")


def test_the_first_step_needs_the_standard_library_only() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(bootstrap.ROOT / "config" / "bootstrap.py")], capture_output=True, text=True
    )

    assert done.returncode == 2
    assert done.stderr.startswith("Usage:")
