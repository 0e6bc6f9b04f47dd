"""Nothing that anybody typed stands in the log: errors are forced everywhere, and every line is read."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test import Client

from config.log_lines import JsonLine
from deals.services import commitments
from institutions.isolation.session import acting_as
from tests.api import System, person_of, system_of
from tests.cast import Cast

NOTE, AMOUNT = "canary-of-the-note", "123454321"


class Written(logging.Handler):
    """What would stand on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLine())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Written]:
    written = Written()
    root = logging.getLogger()
    root.addHandler(written)
    yield written
    root.removeHandler(written)


def clean(log: Written, *, at_least: int) -> list[dict[str, Any]]:
    """The lines as they are read, once none of them holds a canary."""
    whole = "\n".join(log.lines)
    assert NOTE not in whole
    assert AMOUNT not in whole
    assert len(log.lines) >= at_least, log.lines
    return [json.loads(line) for line in log.lines]


def body(cast: Cast) -> dict[str, Any]:
    return {
        "deal": str(cast.deal.pk), "instrument": "senior_loan", "stage": "letter_of_interest", "level": "own",
        "valid_until": "2030-01-01", "note": NOTE,
        "size": {"money": {"amount": f"{AMOUNT}.00", "currency": "USD"}, "qualifier": "exact"},
    }  # fmt: skip


def test_what_was_asked_stands_in_no_line_when_a_view_breaks(
    cast: Cast, log: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**given: Any) -> None:
        raise RuntimeError(f"{given} {NOTE} {AMOUNT}")

    monkeypatch.setattr(commitments, "register_commitment", breaks)
    monkeypatch.setattr("deals.api.commitments.register_commitment", breaks, raising=False)
    answer = system_of("rhein").post("commitments", body(cast), Idempotency_Key="k")
    assert answer.status in (500, 422, 400)
    person = person_of("rolf@rhein.example").http
    person.post(f"/admin/deals/deal/{cast.deal.pk}/letter/", {"note": NOTE, "amount": AMOUNT}, secure=True)
    Client().get(f"/admin/find/?q={NOTE}", secure=True)
    System().get(f"commitments?q={NOTE}&amount={AMOUNT}")
    lines = clean(log, at_least=2)
    assert all({"time", "level", "from", "message"} <= line.keys() for line in lines)


def test_a_problem_and_its_lines_have_the_same_id(cast: Cast, log: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError(NOTE)

    monkeypatch.setattr("institutions.api.conventions.resources.whole_page_of", breaks)
    answer = system_of("rhein").get("commitments")
    assert answer.status == 500
    assert answer.headers["X-Request-ID"] == answer.body["request_id"]
    [failed] = [line for line in clean(log, at_least=1) if "failed" in line["message"]]
    assert failed["request"] == answer.body["request_id"]


def test_what_the_database_quotes_stands_in_no_line(cast: Cast, log: Written) -> None:
    with acting_as(cast.rolf), pytest.raises(DataError, match=NOTE) as quoted, transaction.atomic():
        connection.cursor().execute("SELECT %s::text::int", [NOTE])
    logging.getLogger("some.package").error("%s: %s", AMOUNT, quoted.value, exc_info=quoted.value)
    logging.getLogger("another.package").error("it broke", exc_info=quoted.value)
    lines = clean(log, at_least=2)
    assert {line["error"] for line in lines if "error" in line} == {"DataError"}
    assert any("execute" in place for line in lines for place in line.get("places", []))


def test_what_a_task_was_given_and_raised_stands_in_no_line(log: Written, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "celery.app.trace")
    from celery.app.trace import build_tracer

    from config.celery import app

    @app.task(name="breaks")  # type: ignore[untyped-decorator]
    def breaks(note: str) -> str:
        raise ValueError(f"{note} {AMOUNT}")

    tracer = build_tracer("breaks", breaks, app=app, eager=False, propagate=False)
    tracer("an id", (NOTE,), {}, None)

    @app.task(name="returns")  # type: ignore[untyped-decorator]
    def returns(note: str) -> str:
        return f"{note} {AMOUNT}"

    build_tracer("returns", returns, app=app, eager=False, propagate=False)("another id", (NOTE,), {}, None)
    lines = clean(log, at_least=2)
    assert any(line.get("error") == "ValueError" and "Task breaks" in line["message"] for line in lines)
    assert any("returns[another id] succeeded" in line["message"] for line in lines)


def test_the_web_server_and_the_worker_log_lines_of_the_same_kind() -> None:
    code = (
        "import logging.config; from config.gunicorn import logconfig_dict;"
        "logging.config.dictConfig(logconfig_dict);"
        "log = logging.getLogger('gunicorn.error');"
        f"logging.getLogger('gunicorn.access').info('GET /api/v1/deals?q={NOTE}');"
        f"\ntry: raise ValueError('{NOTE}')\nexcept ValueError: log.exception('Error handling request /api/v1/deals')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    [line] = ran.stderr.splitlines()
    assert json.loads(line)["error"] == "ValueError"
    assert NOTE not in line
