"""What verifies Standard Webhooks in JavaScript, for the tests (`python -m config.embedded.standard_webhooks`)."""

import os
import shutil
import sys
from pathlib import Path

from config.embedded.node import ROOT, NoNode, packages

FOLDER = ROOT / ".venv" / "standard-webhooks"
# The exact versions, with the sums of their contents.
PINS = Path(__file__).resolve().parent / "webhooks"
CACHED = FOLDER / "node"


def library() -> tuple[str, Path]:
    """Node, and the folder in which it finds the library. Raises NoNode; fetches nothing."""
    node = CACHED.read_text().strip() if CACHED.exists() else ""
    same = (FOLDER / "package-lock.json").is_file() and (FOLDER / "package-lock.json").read_bytes() == (
        PINS / "package-lock.json"
    ).read_bytes()
    if not (same and (FOLDER / "node_modules" / "standardwebhooks").is_dir() and shutil.which(node)):
        raise NoNode("The library is not here. Fetch it: .venv/bin/python -m config.embedded.standard_webhooks")
    return node, FOLDER


def provide() -> None:
    """Fetches the library where it is not here. Raises NoNode."""
    try:
        library()
    except NoNode:
        CACHED.unlink(missing_ok=True)
        CACHED.write_text(packages(PINS, FOLDER))


def main() -> int:
    """0 when the library is here; without it 1 where CI is set, else 0 with a plain word of warning."""
    try:
        provide()
    except NoNode as reason:
        print(
            f"Signatures cannot be verified in JavaScript, so a test of webhooks cannot run:\n{reason}", file=sys.stderr
        )
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
