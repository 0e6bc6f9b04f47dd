"""The matrix of ASVS answers every requirement, claims nothing without a test or a file, and names what is missing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.asvs import CHAPTERS, MET, NOT_APPLICABLE, OPEN, ROOT, Requirement, is_there, read
from tests.asvs_report import FAILED, lines, results, verdict

# Of each chapter: how many of level 1 and of level 2 the standard has. All of its ids with their levels are these.
COUNTS = (
    (8, 19), (4, 7), (8, 11), (2, 8), (4, 5), (13, 22), (6, 12), (4, 3), (4, 3), (5, 24), (3, 11), (3, 6), (1, 12),
    (2, 7), (3, 10), (0, 16), (0, 7),
)  # fmt: skip
IDS = "3765ed9541ee1523694f731f53d3201978aa23cf9cac70481d40476d8a2d1e27"
LEAST_TESTED = 150
MOST_FOR_ONE_TEST = 6


def problems(matrix: list[Requirement]) -> Iterator[str]:
    """What is wrong with it, a sentence each."""
    levels = Counter((each.chapter, each.level) for each in matrix)
    counts = tuple((levels[number, "1"], levels[number, "2"]) for number in range(1, len(CHAPTERS) + 1))
    if counts != COUNTS:
        yield "a chapter has too many or too few"
    said = "\n".join(f"{each.id} {each.level}" for each in matrix)
    if hashlib.sha256(said.encode()).hexdigest() != IDS:
        yield "an id or a level is another than the standard's"
    for each in matrix:
        yield from (f"{each.id}: {wrong}" for wrong in _wrong(each))
    named = Counter(test for each in matrix for test in each.tests)
    yield from (f"{test} is named for {times}" for test, times in named.items() if times > MOST_FOR_ONE_TEST)
    if sum(bool(each.tests) for each in matrix if each.answer == MET) < LEAST_TESTED:
        yield "too few are shown by a test"


def _wrong(each: Requirement) -> Iterator[str]:
    if each.answer not in (MET, NOT_APPLICABLE, OPEN):
        yield "no such answer"
    if not each.subject:
        yield "no subject"
    yield from (f"there is no {test}" for test in each.tests if not is_there(test))
    if each.evidence and not (ROOT / each.evidence).is_file():
        yield f"there is no file {each.evidence}"
    if each.answer == MET and not (each.tests or each.evidence):
        yield "met, and nothing shows it"
    if each.answer != MET and len(each.because) < 10:
        yield "no reason"
    if each.answer == OPEN and "Next: " not in each.because and "next: " not in each.because:
        yield "open, and nothing comes next"


def test_every_requirement_is_answered_and_every_answer_can_be_looked_up() -> None:
    assert list(problems(read())) == []


def _one(first: str, **change: Any) -> list[Requirement]:
    """The matrix with the first of these answers changed."""
    matrix = read()
    place = next(at for at, each in enumerate(matrix) if each.answer == first and (each.tests or first != MET))
    matrix[place] = replace(matrix[place], **change)
    return matrix


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (lambda: read()[1:], "too many or too few"),
        (lambda: [*read(), read()[-1]], "too many or too few"),
        (lambda: read()[::-1], "an id or a level"),
        (lambda: _one(MET, level="3"), "an id or a level"),
        (lambda: _one(MET, answer="perhaps"), "no such answer"),
        (lambda: _one(MET, subject=""), "no subject"),
        (lambda: _one(MET, tests=("tests/house/test_asvs.py::test_nothing",)), "there is no tests/house"),
        (lambda: _one(MET, tests=("tests/house/nothing.py::test_x",)), "there is no tests/house"),
        (lambda: _one(MET, tests=("tests/asvs.py::read",)), "there is no tests/asvs"),
        (lambda: _one(MET, tests=(), evidence=""), "nothing shows it"),
        (lambda: _one(MET, tests=(), evidence="docs/nothing.md"), "there is no file"),
        (lambda: _one(NOT_APPLICABLE, because=""), "no reason"),
        (lambda: _one(OPEN, because="It is missing."), "nothing comes next"),
        (lambda: [replace(each, tests=read()[0].tests) for each in read()], "is named for"),
        (lambda: [replace(each, tests=each.tests if at < 100 else ()) for at, each in enumerate(read())], "too few"),
    ],
)  # fmt: skip
def test_a_matrix_that_is_wrong_is_found_wrong(matrix: Callable[[], list[Requirement]], says: str) -> None:
    assert [wrong for wrong in problems(matrix()) if says in wrong]


JUNIT = """<testsuites><testsuite>
<testcase classname="tests.a.test_b" name="test_c[x]"/>
<testcase classname="tests.a.test_b" name="test_c[y]">{}</testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("came_of_it", "holds"), [("", True), ("<failure/>", False), ("<error/>", False), ("<skipped/>", False)]
)
def test_the_report_says_met_where_all_passed_and_failed_where_one_did_not(
    tmp_path: Path, came_of_it: str, holds: bool
) -> None:
    written = tmp_path / "ran.xml"
    written.write_text(JUNIT.format(came_of_it))
    ran = results(written)
    assert ran == {"tests/a/test_b.py::test_c": holds}
    each = replace(next(each for each in read() if each.answer == MET), tests=("tests/a/test_b.py::test_c",))
    assert verdict(each, ran) == (MET if holds else FAILED)
    assert verdict(each, {}) == FAILED
    assert f"| {each.id} | {each.level} | {each.subject} | {MET if holds else FAILED}" in "\n".join(lines([each], ran))
