"""`make asvs`: runs the tests that the matrix of ASVS names and the cases of the API top ten, and writes what came of
each requirement and each risk into var/asvs-report.md. The exit code is 1 where one of them failed or did not run."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from tests.asvs import CHAPTERS, MET, NOT_APPLICABLE, OPEN, ROOT, Requirement, read

REPORT = ROOT / "var" / "asvs-report.md"
RAN = ROOT / "var" / "asvs-ran.xml"
CASES = ROOT / "tests" / "security" / "api_top_ten"
# OWASP API Security Top 10 (2023), in our own words.
RISKS = (
    "somebody's object by its id", "who asks is not who it says", "a part of an object", "more than one's share",
    "a function beyond one's right", "a flow of business used otherwise", "this server as a messenger",
    "settings that let in", "doors that nobody wrote down", "others' answers believed",
)  # fmt: skip
FAILED, NOT_RUN = "failed", "not run"
ANSWERS = (MET, FAILED, NOT_APPLICABLE, OPEN)
# A test's name without its parameters, and whether all that ran of it passed.
Results = dict[str, bool]


def cases() -> dict[int, list[str]]:
    """The names of the tests of each risk."""
    found: dict[int, list[str]] = {}
    for file in sorted(CASES.glob("test_api[0-9]*.py")):
        body = ast.parse(file.read_text()).body
        names = [node.name for node in body if isinstance(node, ast.FunctionDef) and _is_a_case(node)]
        found[int(file.name[8:10])] = [f"{file.relative_to(ROOT)}::{name}" for name in names]
    return found


def _is_a_case(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).startswith("case(") for each in node.decorator_list)


def run(tests: list[str], more: list[str]) -> Results:
    """Runs them on all cores; what is missing of them is not among the results."""
    RAN.parent.mkdir(exist_ok=True)
    RAN.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "pytest", "-n", "auto", "-q", f"--junitxml={RAN}", *more, *tests], cwd=ROOT)
    return results(RAN)


def results(junit: Path) -> Results:
    """What pytest wrote down."""
    found: Results = {}
    if junit.is_file():
        for each in ElementTree.parse(junit).iter("testcase"):  # pytest's own
            file = each.get("classname", "").replace(".", "/")
            name = f"{file}.py::{each.get('name', '').split('[')[0]}"
            passed = not any(each.find(what) is not None for what in ("failure", "error", "skipped"))
            found[name] = found.get(name, True) and passed
    return found


def verdict(each: Requirement, ran: Results) -> str:
    """What is answered to it once its tests ran."""
    if all(ran.get(test, False) for test in each.tests):
        return each.answer
    return FAILED


def lines(matrix: list[Requirement], ran: Results) -> Iterator[str]:
    """The report."""
    yield "# OWASP ASVS 5.0, levels 1 and 2, and the API top ten: the report of `make asvs`\n"
    made = f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC."
    yield f"{made} {len(ran)} tests ran, each with all its cases; {sum(ran.values())} passed.\n"
    yield _head("chapter", "met", "of them shown by tests", "failed", "not applicable", "open")
    for number, title in enumerate([*CHAPTERS, "all"], 1):
        of_it = [each for each in matrix if number in (each.chapter, len(CHAPTERS) + 1)]
        told = Counter(verdict(each, ran) for each in of_it)
        shown = sum(1 for each in of_it if each.tests and verdict(each, ran) == MET)
        name = f"V{number} {title}" if title != "all" else "**all**"
        yield f"| {name} | {told[MET]} | {shown} | {told[FAILED]} | {told[NOT_APPLICABLE]} | {told[OPEN]} |"
    yield "\n## OWASP API Security Top 10 (2023)\n"
    yield "Each attack is held off, and succeeds once its guard is taken away.\n"
    yield _head("risk", "case", "")
    for risk, of_risk in cases().items():
        for test in of_risk:
            says = test.rpartition("::test_")[2].replace("_", " ")
            yield f"| API{risk} {RISKS[risk - 1]} | {says} | {_word(test, ran)} |"
    yield "\n## Requirement by requirement\n"
    yield _head("id", "level", "what", "", "shown by")
    for each in matrix:
        shown_by = "<br>".join(f"`{test}` {_word(test, ran)}" for test in each.tests) or f"`{each.evidence}`"
        found = verdict(each, ran).replace("_", " ")
        told_of = f"{found}: {each.because}" if each.because else found
        yield f"| {each.id} | {each.level} | {each.subject} | {told_of} | {shown_by} |"


def _head(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n|{' --- |' * len(cells)}"


def _word(test: str, ran: Results) -> str:
    return "holds" if ran.get(test) else f"**{FAILED if test in ran else NOT_RUN}**"


def main(more: list[str]) -> int:
    """`more`: whatever pytest is to be told besides."""
    matrix = read()
    named = sorted({test for each in matrix for test in each.tests})
    of_risks = [test for of_risk in cases().values() for test in of_risk]
    ran = run([*named, *of_risks], more)
    REPORT.write_text("\n".join(lines(matrix, ran)) + "\n")
    told = Counter(verdict(each, ran) for each in matrix)
    missing = [test for test in [*named, *of_risks] if not ran.get(test)]
    counts = ", ".join(f"{told[answer]} {answer.replace('_', ' ')}" for answer in ANSWERS)
    held = sum(bool(ran.get(test)) for test in of_risks)
    sys.stdout.write(f"{counts}; {held} of {len(of_risks)} cases of the API top ten hold\n")
    sys.stdout.writelines(f"{_word(test, ran)}: {test}\n" for test in missing)
    sys.stdout.write(f"{REPORT.name} is in {REPORT.parent.name}/\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
