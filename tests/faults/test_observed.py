"""Nothing that anybody typed leaves for Sentry or a collector of traces: errors are forced, and all that arrives is
read."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.faults.observed import AMOUNT, NOTE, PERSON
from tests.faults.telemetry import Sink, listening

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
CANARIES = (NOTE, AMOUNT, PERSON)


COMMAND = [sys.executable, "-m", "tests.faults.observed"]


def environment(sink: Sink) -> dict[str, str]:
    return dict(os.environ) | sink.variables | {"ORE_HOSTS": "testserver"}


def observed(sink: Sink, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=90,
        env=environment(sink),
    )  # fmt: skip


@pytest.fixture
def sink(committed_cast: Cast) -> Iterator[Sink]:
    with listening() as found:
        yield found


def test_what_anybody_typed_arrives_nowhere(sink: Sink) -> None:
    ran = observed(sink)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout).count(500) >= 2, ran.stdout
    assert [canary for canary in CANARIES if canary in sink.whole] == []
    # And what is of use arrived.
    types = {one["type"] for event in sink.errors for one in event.get("exception", {"values": []})["values"]}
    assert {"RuntimeError", "DataError", "ValueError", "LookupError"} <= types
    routes = {event["tags"]["route"] for event in sink.errors}
    assert any("commitments" in route for route in routes), routes
    assert any(frame["function"] == "breaks" for event in sink.errors for one in
               event.get("exception", {"values": []})["values"] for frame in one["stacktrace"]["frames"])  # fmt: skip
    names = {span.name for span in sink.spans}
    assert {"SELECT", "network.tasks.breaks"} <= names
    assert any(name.startswith("POST ") and "commitments" in name for name in names), names
    assert {event["release"] for event in sink.errors} == {"0.1.0"}


def test_an_error_and_its_trace_have_the_id_of_their_request(sink: Sink) -> None:
    ran = observed(sink)
    assert ran.returncode == 0, ran.stderr
    failed = {event["tags"]["request"] for event in sink.errors if event["tags"]["request"]}
    traced = {a.value.string_value for span in sink.spans for a in span.attributes if a.key == "orebook.request"}
    assert failed
    assert failed <= traced


def test_without_the_list_of_what_may_leave_all_of_it_would(sink: Sink) -> None:
    """So that the test above is one: what is forced there would be seen."""
    ran = observed(sink, "everything")
    assert ran.returncode == 0, ran.stderr
    envelopes = "".join(str(body) for path, _, body in sink.sent if "envelope" in path)
    traces = "".join(str(body) for path, _, body in sink.sent if path == "/v1/traces")
    assert [canary for canary in CANARIES if canary not in envelopes] == []
    assert [canary for canary in CANARIES if canary not in traces] == []


def test_a_server_that_takes_and_never_answers_changes_no_answer(committed_cast: Cast) -> None:
    with listening() as well:
        usual = observed(well)
    # It holds whoever asks until the process has ended.
    with listening(answers=False) as hanging:
        ran = observed(hanging)
        assert hanging.sent
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == usual.stdout


def test_nobody_is_answered_later_for_a_server_that_does_not_answer(committed_cast: Cast) -> None:
    """The senders never give up here: a request that waited for one would not be answered before it is let go."""
    with listening(answers=False) as hanging:
        command = [*COMMAND, "patient"]
        with subprocess.Popen(
            command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, env=environment(hanging)
        ) as process:
            try:
                assert process.stdout
                assert json.loads(process.stdout.readline()).count(500) >= 2
                assert hanging.sent
                hanging.over.set()
                assert process.wait(60) == 0
            finally:
                process.kill()


def test_nothing_is_loaded_where_nobody_asked() -> None:
    code = (
        "import django, sys; django.setup(); import config.urls;"
        "print({'sentry_sdk', 'config.observing.errors', 'config.observing.traces'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
