"""Looks at what the project is made of: `python -m config.embedded.audit sbom` lists it as CycloneDX, `vulnerable` asks
whether any of it is known to be, `provide` installs what both need, in an environment of its own inside the other."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ROOT / "requirements-audit.txt"
FOLDER = ROOT / ".venv" / "audit"
STAMP = FOLDER / "installed"
APPLICATION = ROOT / "requirements.txt"
# All that an installation may have.
ASKED = (ROOT / "requirements-run.txt", ROOT / "requirements-observe.txt")
SBOM = ROOT / "var" / "sbom.cdx.json"
USAGE = "Usage: python -m config.embedded.audit provide|sbom|vulnerable"


class NoTools(RuntimeError):
    """The programs are not here and could not be installed; the message says what was tried."""


def provide() -> Path:
    """The folder of the programs, at the very versions that are pinned. Raises NoTools."""
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    with open(FOLDER.with_suffix(".lock"), "w") as lock:
        # Of several who come at once one installs.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.is_file() or STAMP.read_text() != wanted:
            _install()
            STAMP.write_text(wanted)
    return FOLDER / "bin"


def _install() -> None:
    print(f"Installing {PINS.name} ...", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    python, uv = str(FOLDER / "bin" / "python"), shutil.which("uv")
    hashed = ["--require-hashes", "-q", "-r", str(PINS)]
    if uv and _with_uv(uv, python, hashed):
        return
    # uv does not read pip's configuration, where a mirror or a certificate may stand.
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(FOLDER)])
    _run([python, "-m", "pip", "install", "--no-input", *hashed])


def _with_uv(uv: str, python: str, hashed: Sequence[str]) -> bool:
    try:
        _run([uv, "venv", "-q", "--python", sys.executable, str(FOLDER)])
        _run([uv, "pip", "install", "--python", python, *hashed])
    except NoTools:
        return False
    return True


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise NoTools(f"{PINS.name} could not be installed: {' '.join((done.stderr or done.stdout).split())[-300:]}")


def sbom(to: Path = SBOM) -> int:
    """Writes every package that the application is locked to, with version and hashes; asks nobody. 0 when it did."""
    to.parent.mkdir(parents=True, exist_ok=True)
    command = [str(provide() / "cyclonedx-py"), "requirements", str(APPLICATION), "--pyproject", "pyproject.toml"]
    # The same pins make the same file.
    done = subprocess.run([*command, "--output-reproducible", "-o", str(to)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return 1
    print(f"{to.name}: {len(json.loads(to.read_text())['components'])} packages")
    return 0


def vulnerable() -> int:
    """1 where something is known of a pinned package; where nobody can be asked 0, with a line that says so."""
    try:
        program = str(provide() / "pip-audit")
    except NoTools as reason:
        return _unknown(str(reason))
    command = [program, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    # A list of advisories of your own, which speaks OSV's protocol; else the package index is asked.
    if own := os.environ.get("ORE_ADVISORIES"):
        command += ["-s", "osv", "--osv-url", own]
    files = [part for file in ASKED for part in ("-r", str(file))]
    done = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return _unknown(" ".join(done.stderr.split())[-200:])
    return _verdict(told["dependencies"])


def _verdict(packages: Sequence[dict[str, Any]]) -> int:
    unasked = [one["name"] for one in packages if "skip_reason" in one]
    if len(unasked) == len(packages):
        return _unknown(f"its index knows none of {len(packages)} packages")
    found = [(one, what) for one in packages for what in one.get("vulns", [])]
    for one, what in found:
        fixed = ", ".join(what["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {what['id']}, mended in {fixed}", file=sys.stderr)
    if unasked:
        print(f"Not known whether these are vulnerable: {', '.join(unasked)}")
    if not found:
        print(f"Nothing is known against {len(packages) - len(unasked)} packages.")
    return 1 if found else 0


def _unknown(why: str) -> int:
    print(f"Whether a package is known to be vulnerable can't be asked from here ({why}).")
    return 0


def _ready() -> int:
    provide()
    return 0


def main(arguments: list[str]) -> int:
    acts = {"provide": _ready, "sbom": sbom, "vulnerable": vulnerable}
    if len(arguments) != 1 or arguments[0] not in acts:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return acts[arguments[0]]()
    except NoTools as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
