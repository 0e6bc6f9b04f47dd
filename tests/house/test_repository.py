"""The repository itself: small files, no registry hosts, no paths of one machine, requirements that fit each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from config import bootstrap

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_BYTES = 1_000_000
# Written apart, so that this file does not hold what it looks for.
REGISTRY_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org"]
MACHINE_PATHS = re.compile("/ro" + r"ot/|/ho" + r"me/\w|/Us" + r"ers/\w|/wo" + "rk/")
PINS = (
    "requirements.txt", "requirements-run.txt", "requirements-dev.txt", "requirements-browser.txt",
    "requirements-observe.txt", "requirements-audit.txt",
)  # fmt: skip


def tracked() -> list[Path]:
    """The files of the repository; those of the folder where it was exported without git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    """The text, empty for pictures and the like."""
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_no_file_is_large() -> None:
    assert [file for file in tracked() if file.stat().st_size > MOST_BYTES] == []


def test_no_file_names_the_host_of_a_registry() -> None:
    named = [(str(file), host) for file in tracked() for host in REGISTRY_HOSTS if host in text_of(file)]
    assert named == []


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [(str(file), found[0]) for file in tracked() if (found := MACHINE_PATHS.search(text_of(file)))]
    assert named == []


def test_state_and_environments_are_not_in_the_repository() -> None:
    first = {file.relative_to(ROOT).parts[0] for file in tracked()}
    assert not first & {"var", ".venv", ".env", "staticfiles", "node_modules"}


@pytest.mark.parametrize("name", PINS)
def test_every_requirement_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert blocks
    assert [block.split()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []


def test_the_three_sets_of_requirements_agree() -> None:
    application, run, dev = (pinned(name) for name in PINS[:3])
    assert application.items() <= run.items()
    # `make test` installs this one alone, and then `make run` has nothing to do.
    assert run.items() <= dev.items()
    assert {"run": [PINS[1]], "dev": [PINS[2], PINS[1]]} == bootstrap.COVERS


def test_what_an_installation_may_tell_is_tested_as_it_is_installed() -> None:
    observe, application, dev = (pinned(name) for name in (PINS[4], PINS[0], PINS[2]))
    assert observe.items() <= dev.items()
    # It is installed after the application, and changes nothing of it.
    assert {name: version for name, version in observe.items() if name in application}.items() <= application.items()


def test_what_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(asked: list[str]) -> set[str]:
        return {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in asked}

    for name, asked in (
        (PINS[0], project["project"]["dependencies"]),
        (PINS[1], project["dependency-groups"]["embedded"]),
        (PINS[2], project["dependency-groups"]["dev"]),
        (PINS[3], project["dependency-groups"]["browser"]),
        (PINS[4], project["dependency-groups"]["observe"]),
        (PINS[5], project["dependency-groups"]["audit"]),
    ):
        assert names(asked) <= {found.lower() for found in pinned(name)}


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lists = [
        text.split("dependencies = [")[1],
        *text.split("[dependency-groups]")[1].split("[tool.")[0].split(" = [\n"),
    ]
    lines = [line for one in lists for line in one.split("\n]")[0].strip().splitlines()]
    assert [line for line in lines if line.strip().startswith('"') and "#" not in line] == []


def test_make_lists_its_commands() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in (
        "run",
        "test",
        "test-fast",
        "check",
        "fix",
        "demo",
        "bench",
        "doctor",
        "shell",
        "lock",
        "sbom",
        "next-django",
    ):
        assert re.search(rf"^  make {command} +\S", listed, re.MULTILINE), command


def test_a_decision_has_the_number_of_its_file() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    headed = [int(found[1]) if (found := re.match(r"# (\d+)\. \w", file.read_text())) else None for file in files]
    assert headed == [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
