"""Runs the tests against the next Django: `python -m config.embedded.next_django [pytest arguments]`.

Django 6 needs Python 3.12, which is more than the project asks for; so it gets an environment of its own, with all that
is pinned and the newest Django in place of the pinned one. `NEXT_DJANGO='Django~=6.0.0'` takes another one.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ROOT / "requirements-dev.txt"
FOLDER = ROOT / ".venv" / "next"
PYTHON = FOLDER / "bin" / "python"
STAMP = FOLDER / "installed"
WANTED = "Django>=6"
OLDEST = (3, 12)


class Missing(RuntimeError):
    """No such Python is here, or something could not be installed; the message names the next step."""


def newer_python() -> str:
    """A Python that the next Django runs on. Raises Missing."""
    for found in _candidates():
        if (version := _version_of(found)) and version >= OLDEST:
            return found
    least = ".".join(map(str, OLDEST))
    raise Missing(
        f"The next Django needs Python {least}, and none is here. Name one: NEXT_PYTHON=/path/to/python{least}"
    )


def _candidates() -> Iterator[str]:
    if chosen := os.environ.get("NEXT_PYTHON"):
        yield chosen
        return
    yield sys.executable
    for minor in (14, 13, 12):
        if on_path := shutil.which(f"python3.{minor}"):
            yield on_path
        yield from map(str, sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"), reverse=True))


def _version_of(python: str) -> tuple[int, ...] | None:
    try:
        said = subprocess.run([python, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return None
    found = re.search(r"Python (\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def provide() -> None:
    """Makes the environment, unless exactly that is there. Raises Missing."""
    python, asked = newer_python(), os.environ.get("NEXT_DJANGO", WANTED)
    made_of = f"{python} {asked} {hashlib.sha256(PINS.read_bytes()).hexdigest()}"
    if STAMP.is_file() and STAMP.read_text() == made_of:
        return
    print(f"Making {FOLDER.relative_to(ROOT)} with {python} ...", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([python, "-m", "venv", str(FOLDER)])
    _run([str(PYTHON), "-m", "pip", "install", "-q", "--no-input", "--require-hashes", "-r", str(PINS)])
    # Whatever Django it is: that is what is being asked.
    _run([str(PYTHON), "-m", "pip", "install", "-q", "--no-input", "--upgrade", asked])
    STAMP.write_text(made_of)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(f"{' '.join(command[:4])} failed: {' '.join((done.stderr or done.stdout).split())[-400:]}")


def main(arguments: list[str]) -> int:
    """The tests' exit code; 1 where they could not be begun."""
    try:
        provide()
    except Missing as reason:
        print(reason, file=sys.stderr)
        return 1
    said = "import django, sys; print(f'Django {django.__version__} on Python {sys.version.split()[0]}', flush=True)"
    subprocess.run([str(PYTHON), "-c", said], cwd=ROOT, check=True)
    # What a later one takes away is listed at the end; here it is asked what is gone already.
    later = ["-W", "default::DeprecationWarning", "-W", "default::PendingDeprecationWarning"]
    # A schema of its own: another Django may make another one of the same migrations.
    environment = os.environ | {"ORE_TEST_DATA": str(ROOT / "var" / "next-test")}
    return subprocess.run([str(PYTHON), "-m", "pytest", *later, *arguments], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
