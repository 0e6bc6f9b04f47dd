"""docs/security/asvs-5.0.csv: each requirement of OWASP ASVS 5.0 at levels 1 and 2, what is answered to it, and which
tests show it. The words of the subjects are ours; the standard's own are read there, by the ids."""

import ast
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MATRIX = ROOT / "docs" / "security" / "asvs-5.0.csv"
CHAPTERS = (
    "Encoding and sanitization", "Validation and business logic", "Web frontend", "API and web service",
    "File handling", "Authentication", "Session management", "Authorization", "Self-contained tokens",
    "OAuth and OIDC", "Cryptography", "Secure communication", "Configuration", "Data protection",
    "Secure coding and architecture", "Logging and error handling", "WebRTC",
)  # fmt: skip
MET, NOT_APPLICABLE, OPEN = "met", "not_applicable", "open"


@dataclass(frozen=True)
class Requirement:
    """`evidence` names a file where no test can see it; `because` says how it is met, why it does not apply, or what is
    missing and what comes next."""

    id: str
    level: str
    subject: str
    answer: str
    tests: tuple[str, ...]
    evidence: str
    because: str

    @property
    def chapter(self) -> int:
        return int(self.id.removeprefix("V").split(".")[0])


def read() -> list[Requirement]:
    """All of them, in the standard's order."""
    with MATRIX.open(newline="") as file:
        return [Requirement(**row | {"tests": tuple(row["tests"].split())}) for row in csv.DictReader(file)]


def is_there(test: str) -> bool:
    """Whether pytest would find it: a function of that name at the top of the file, or in the class that is named."""
    file, *inner, name = test.split("::")
    return name in _names(file, tuple(inner))


@cache
def _names(file: str, inner: tuple[str, ...]) -> frozenset[str]:
    path = ROOT / file
    if not (path.is_file() and path.name.startswith("test_") and path.suffix == ".py"):
        return frozenset()
    body = ast.parse(path.read_text()).body
    for outer in inner:
        body = next((node.body for node in body if isinstance(node, ast.ClassDef) and node.name == outer), [])
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
