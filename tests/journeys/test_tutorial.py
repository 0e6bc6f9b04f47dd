"""The tutorial, done as it says: its commands in a shell, its clicks in a browser, and what it promises in between."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deals.demo.people import PASSWORD
from tests.journeys.people import Office
from tests.journeys.running import COMMAND, Run
from tests.services import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

TUTORIAL = ROOT / "docs" / "tutorial.md"
END = "-- end of a block --"
# What a bare machine may lack, for the options that the tutorial uses.
CURL = Path(__file__).with_name("curl.py")


@dataclass(frozen=True)
class Block:
    """Commands of the tutorial, and the lines that it shows as their answer."""

    commands: str
    promised: list[str]


def section(number: int) -> str:
    """The text of a numbered step."""
    return re.split(r"^## \d+\. .*$", TUTORIAL.read_text(), flags=re.MULTILINE)[number]


def blocks(number: int) -> list[Block]:
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", section(number), re.MULTILINE | re.DOTALL)
    found: list[Block] = []
    for kind, text in fences:
        assert kind in ("sh", "text"), kind
        if kind == "sh":
            found.append(Block(text, []))
        else:
            found[-1].promised.extend(text.splitlines())
    return found


class Reader:
    """The second terminal: one shell, which keeps its variables and stops at the first command that fails."""

    def __init__(self, run: Run, folder: Path) -> None:
        path = run.environment["PATH"]
        if shutil.which("curl") is None:
            stand_in = folder / "curl"
            stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{CURL}" "$@"\n')
            stand_in.chmod(0o755)
            path = f"{folder}:{path}"
        self.shell = subprocess.Popen(
            ["sh", "-eu"],
            cwd=ROOT,
            env=run.environment | {"PATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def types(self, block: Block) -> None:
        """What comes holds what the tutorial shows."""
        assert self.shell.stdin is not None
        assert self.shell.stdout is not None
        self.shell.stdin.write(f"{{\n{block.commands}\n}} </dev/null\necho; echo '{END}'\n")
        self.shell.stdin.flush()
        said = ""
        for line in self.shell.stdout:
            if line.rstrip() == END:
                break
            said += line
        else:
            pytest.fail(f"{block.commands}\nends the shell:\n{said}")
        missing = [line for line in block.promised if line not in said]
        assert missing == [], f"{block.commands}\nsays:\n{said}"


@pytest.fixture
def reader(run: Run, tmp_path: Path) -> Iterator[Reader]:
    made = Reader(run, tmp_path)
    with made.shell:
        yield made
        made.shell.kill()


def test_what_the_tutorial_promises_comes_true(run: Run, office: Office, reader: Reader) -> None:
    start, *first = blocks(1)
    recipe = subprocess.run(["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert start.commands == "make run\n"
    assert " ".join(COMMAND[1:]) in recipe, "the tests start something else than the tutorial"
    assert PASSWORD in section(1)
    for block in first:
        reader.types(block)

    told = section(2)
    for words in ("officer@kexim.example", "approver@kexim.example", "**Nolans financing package**", "**Deals**",
                  "`120000000`", "`K-2026-7`", "`network`", "USD 855,000,000"):  # fmt: skip
        assert words in told
    officer = office.log_in("officer@kexim.example").open_nolans()
    for words in re.findall(r"\*\*(.+?)\*\*", re.findall(r"^3\. (.*)$", told, re.MULTILINE)[0]):
        assert words in officer.seen
    officer.record_letter("120000000", "network", reference="K-2026-7")
    assert "once an approver of your institution confirms it" in officer.seen
    office.log_in("approver@kexim.example").confirm("network")

    for number in (3, 4):
        for block in blocks(number):
            reader.types(block)
    mail = office.log_in("officer@jbic.example").newest_mail()
    assert "KEXIM disclosed a letter of interest: USD 120,000,000" in mail
    assert "recorded" not in mail
    assert not list(run.data.glob("mail/*@secretariat.example/*"))
    team = (run.data / "mail" / "officer@kexim.example").glob("*.eml")
    assert any("KEXIM recorded an enquiry: USD 120,000,000" in file.read_text() for file in team)
