"""Makes .venv and installs the hashed requirements: `python3 config/bootstrap.py run|dev`. Standard library only."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)
# Development needs everything that running does, and more.
COVERS = {"run": ["requirements-run.txt"], "dev": ["requirements-dev.txt", "requirements-run.txt"]}


class Obstacle(RuntimeError):
    """Something is missing on this machine; the message names the next step."""


def main(arguments: list[str]) -> int:
    """0 when .venv has what is wanted, else 1 with a message."""
    if len(arguments) != 1 or arguments[0] not in COVERS:
        print("Usage: python3 config/bootstrap.py run|dev", file=sys.stderr)
        return 2
    try:
        ensure(arguments[0])
    except Obstacle as obstacle:
        print(f"\n{obstacle}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def ensure(kind: str) -> None:
    """Make .venv and install what `kind` names, unless exactly that is there. Raises Obstacle."""
    if up_to_date(kind):
        return
    started = time.monotonic()
    if not _usable():
        _make_venv()
    _install(ROOT / COVERS[kind][0])
    STAMP.write_text(json.dumps(_wanted(kind)))
    print(f"Environment ready ({time.monotonic() - started:.0f} s).", flush=True)


def up_to_date(kind: str) -> bool:
    """Whether .venv works and has exactly what `kind` names."""
    return _usable() and _wanted(kind).items() <= _installed().items()


def _wanted(kind: str) -> dict[str, str]:
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in COVERS[kind]}


def _installed() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
        return found
    except (OSError, ValueError):
        return {}


def _usable() -> bool:
    """Whether .venv has a Python that starts: one that was moved, or half made, has not."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0


def _make_venv() -> None:
    if sys.version_info < OLDEST:
        raise Obstacle(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed and {sys.executable} is {sys.version.split()[0]}. "
            "Name a newer one: make run PYTHON=python3.12"
        )
    uv = shutil.which("uv")
    if uv is None and (importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None):
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise Obstacle(
            "This Python cannot make a virtual environment: Debian and Ubuntu ship that part in a package of its own. "
            f"Install it, then run the same command again:\n\n    {sudo}apt-get install -y python3-venv\n"
        )
    print(f"Making {VENV} with Python {sys.version.split()[0]} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    # uv installs from outside, and a pip nobody uses takes seconds to unpack.
    options = ["--without-pip"] if uv else []
    made = subprocess.run([sys.executable, "-m", "venv", *options, VENV], capture_output=True, text=True)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Obstacle(f"The virtual environment could not be made:\n{made.stdout}{made.stderr}{_disk_hint()}")


def _install(requirements: Path) -> None:
    uv = shutil.which("uv")
    if uv:
        print(f"Installing {requirements.name} with uv ...", flush=True)
        command = [uv, "pip", "install", "--python", str(PYTHON), "--require-hashes", "--compile-bytecode"]
        if subprocess.run([*command, "-r", str(requirements)]).returncode == 0:
            return
        # uv does not read pip's configuration, where a mirror or a certificate may stand.
        print("uv could not; trying pip ...", flush=True)
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode != 0:
        if importlib.util.find_spec("ensurepip") is None:
            raise Obstacle("Neither uv nor pip can install here. Then run again: apt-get install -y python3-venv")
        subprocess.run([PYTHON, "-m", "ensurepip"], check=True, capture_output=True)
    _install_with_pip(requirements)


def _install_with_pip(requirements: Path) -> None:
    total = sum("==" in line for line in requirements.read_text().splitlines())
    print(f"Installing {total} packages of {requirements.name} with pip ...", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "-r", str(requirements)]
    seen, said = 0, list[str]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already")):
                seen += 1
                if seen % 10 == 0:
                    print(f"  {seen} of {total} fetched", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking ...", flush=True)
    if pip.returncode != 0:
        raise Obstacle(
            f"pip could not install {requirements.name}:\n{''.join(said[-12:])}\n"
            f"If the network was away, run the same command again. {_disk_hint()}"
        )


def _disk_hint() -> str:
    free = shutil.disk_usage(ROOT).free // 2**20
    return f"Only {free} MB are free on the disk of {ROOT}." if free < 1000 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
