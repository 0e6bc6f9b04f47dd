"""Packages of npm that tests run (`python -m config.embedded.npm` fetches them): pinned, in the virtual environment."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded.node import ROOT, NoNode, packages

PINS = Path(__file__).resolve().parent / "npm_pins"


@dataclass(frozen=True)
class Packages:
    """A set of packages: `name` of its folder of pins, with exact versions and the sums of their contents."""

    name: str
    # One of them, by which is seen that they are there.
    has: str
    what_cannot_run: str

    @property
    def folder(self) -> Path:
        return ROOT / ".venv" / "npm" / self.name

    def there(self) -> str:
        """Node, where the very packages that are pinned are here. Raises NoNode; fetches nothing."""
        cached, locked = self.folder / "node", self.folder / "package-lock.json"
        node = cached.read_text().strip() if cached.exists() else ""
        same = locked.is_file() and locked.read_bytes() == (PINS / self.name / "package-lock.json").read_bytes()
        if not (same and (self.folder / "node_modules" / self.has).is_dir() and shutil.which(node)):
            raise NoNode(f"{self.has} is not here. Fetch it: .venv/bin/python -m config.embedded.npm")
        return node

    def provide(self) -> None:
        """Fetches them where they are not here. Raises NoNode."""
        try:
            self.there()
        except NoNode:
            (self.folder / "node").unlink(missing_ok=True)
            node = packages(PINS / self.name, self.folder)
            (self.folder / "node").write_text(node)


STANDARD_WEBHOOKS = Packages("webhooks", "standardwebhooks", "Signatures cannot be verified in JavaScript")
TYPESCRIPT = Packages("typescript", "openapi-fetch", "No TypeScript client can be made of the schema")


def main() -> int:
    """0 when all are here; without one 1 where CI is set, else 0 with a plain word of warning."""
    missing = 0
    for each in (STANDARD_WEBHOOKS, TYPESCRIPT):
        try:
            each.provide()
        except NoNode as reason:
            missing = 1
            print(f"{each.what_cannot_run}, so a test cannot run:\n{reason}", file=sys.stderr)
    return missing if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
