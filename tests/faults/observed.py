"""An installation that is observed, in which everything goes wrong: `python -m tests.faults.observed [how]`.

With `everything` the list of what may leave is taken away, so that a test sees what it keeps back; with `patient`
whoever sends gives up after an hour.
"""

import json
import logging
import sys
from typing import Any
from unittest import mock

import django

NOTE, AMOUNT, PERSON = "canary-of-the-note", "123454321", "rolf@rhein.example"


def main(arguments: list[str]) -> None:
    """Prints the status of each answer."""
    if arguments == ["everything"]:
        _let_everything_out()
    if arguments == ["patient"]:
        _be_patient()
    django.setup()
    # A real installation has one by now.
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{json.dumps([*_requests(), *_statements(), *_tasks(), *_others()])}\n")
    sys.stdout.flush()


def _let_everything_out() -> None:
    # Before the others, which take it over when they are imported.
    mock.patch("config.observing.allowed.exception", dict).start()
    mock.patch("config.observing.errors.told", lambda event, _hint: event).start()
    mock.patch("config.observing.traces.only_allowed", lambda span: span).start()


def _be_patient() -> None:
    from config.observing import errors, traces

    errors.SECONDS = traces.SECONDS = 3600


def _requests() -> list[int]:
    from django.test import Client

    from tests.api import System, person_of, system_of
    from tests.cast import Cast

    def breaks(*_: Any, **given: Any) -> None:
        note = f"{given} {NOTE} {AMOUNT}"
        raise RuntimeError(note)

    bank, person = system_of("austral"), person_of(PERSON)
    mock.patch("deals.services.commitments.register_commitment", breaks).start()
    mock.patch("deals.admin.desk.desk", breaks).start()
    body = {
        "deal": str(Cast.find().deal.pk), "instrument": "senior_loan", "stage": "letter_of_interest",
        "level": "own", "valid_until": "2030-01-01", "note": NOTE,
        "size": {"money": {"amount": f"{AMOUNT}.00", "currency": "USD"}, "qualifier": "exact"},
    }  # fmt: skip
    said = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01", "tracestate": f"x={NOTE}", "baggage": f"note={NOTE}"}
    with mock.patch("institutions.api.conventions.resources.whole_page_of", breaks):
        return [
            bank.post("commitments", body, Idempotency_Key=NOTE, **said).status,
            bank.get(f"commitments?instrument={NOTE}", **said).status,
            bank.get("commitments", **said).status,
            bank.get(f"deals/{NOTE}").status,
            System().get(f"commitments?q={NOTE}").status,
            Client(raise_request_exception=False).get(f"/admin/find/?q={NOTE}", secure=True).status_code,
            person.http.get(f"/admin/?q={NOTE}", secure=True).status_code,
            person.http.post("/admin/find/", {"note": NOTE, "amount": AMOUNT}, secure=True).status_code,
        ]


def _statements() -> list[int]:
    """The database quotes what it was given, in the message and in its detail."""
    from django.db import DatabaseError, connection, transaction

    from config.observing import traces

    wrong: dict[str, list[str | int]] = {
        "SELECT %s::text::int": [NOTE],
        f"SELECT '{NOTE}'::int": [],
        "INSERT INTO institutions_epoch (number, began_at) VALUES (%s, now()), (%s, now())": [int(AMOUNT), int(AMOUNT)],
    }
    for statement, parameters in wrong.items():
        try:
            with (
                traces._tracer.start_as_current_span(NOTE, attributes={"db.statement": statement}),
                transaction.atomic(),
            ):
                connection.cursor().execute(statement, parameters)
        except DatabaseError as quoted:
            logging.getLogger("some.package").error("%s: %s", AMOUNT, quoted, exc_info=quoted)
            logging.getLogger(f"of {NOTE} {AMOUNT}").error("%s", NOTE, extra={"note": NOTE})
    return []


def _tasks() -> list[int]:
    from celery.app.trace import build_tracer

    from config.celery import app

    @app.task(name="network.tasks.breaks")  # type: ignore[untyped-decorator]
    def breaks(note: str) -> str:
        raise ValueError(f"{note} {AMOUNT}")

    build_tracer("network.tasks.breaks", breaks, app=app, eager=False, propagate=False)("an id", (NOTE,), {}, None)
    return []


def _others() -> list[int]:
    """What a package would do that looks at more than ours."""
    from config.observing import traces

    try:
        with traces._tracer.start_as_current_span(f"GET /{NOTE}") as span:
            span.set_attributes({
                "url.full": f"/api/v1/deals?q={NOTE}", "enduser.id": PERSON, "db.query.text": AMOUNT,
                "http.route": f"deals/{NOTE}/{AMOUNT}", "celery.task": NOTE, "http.request.method": NOTE,
                "db.operation.name": AMOUNT,
            })  # fmt: skip
            raise RuntimeError(f"{NOTE} {AMOUNT}")
    except RuntimeError as error:
        try:
            raise LookupError(PERSON) from error
        except LookupError:
            logging.getLogger("orebook.api").exception("it broke at /%s", NOTE)
    return []


if __name__ == "__main__":
    main(sys.argv[1:])
