"""What happens in a deal room, in sentences."""

from typing import Any
from uuid import uuid4

import pytest

from deals.sentences import Detail, Names, sentence
from institutions.models import Event
from tests.network.test_sentences import event

RHEIN, AUSTRAL = uuid4(), uuid4()
NAMES = Names(institutions={RHEIN: "Rhein", AUSTRAL: "Austral"})
OWN: dict[str, Any] = {"owner_id": str(RHEIN), "level": "parties"}
DOCUMENT = OWN | {"title": "Mine\r\nplan", "kind": "report", "replaces_id": None}
REPORT = OWN | {"workstream": "legal", "scope": "", "commissioned_on": "2026-11-01"}


@pytest.mark.parametrize(
    ("told", "said", "bare"),
    [
        (event("partyreply", OWN | {"answer": "left", "note": ""}), "Rhein left the deal.", "Rhein left the deal."),
        (
            event("partyreply", OWN | {"answer": "declined", "note": "No mandate"}),
            "Rhein declined its invitation: saying No mandate.",
            "Rhein declined its invitation.",
        ),
        (
            event("document", DOCUMENT),
            "Rhein put in a document: Mine plan, report, told to parties.",
            "Rhein put in a document.",
        ),
        (
            event("document", DOCUMENT | {"replaces_id": str(uuid4())}),
            "Rhein put in a new version of a document: Mine plan, report, told to parties.",
            "Rhein put in a new version of a document.",
        ),
        (
            event("document", DOCUMENT, {"level": "own"}),
            "A document of Rhein is now told to parties.",
            "A document of Rhein is now told to parties.",
        ),
        (
            event("document", DOCUMENT, {"shown_until": None}),
            "The consent that a document of Rhein rests on was taken back: Mine plan.",
            "The consent that a document of Rhein rests on was taken back.",
        ),
        (
            event("question", OWN | {"text": "Why?", "to_id": str(AUSTRAL)}),
            "Rhein asked Austral: Why?, told to parties.",
            "Rhein asked Austral.",
        ),
        (
            event("question", OWN | {"text": "Why?", "to_id": None, "level": "lead"}),
            "Rhein asked the lead: Why?, told to the lead.",
            "Rhein asked the lead.",
        ),
        (event("answer", OWN | {"text": "So."}), "Rhein answered a question: So.", "Rhein answered a question."),
        (
            event("report", REPORT),
            "Rhein commissioned a due-diligence report (legal): on 2026-11-01, told to parties.",
            "Rhein commissioned a due-diligence report (legal).",
        ),
        (
            event("report", REPORT | {"delivered_on": "2026-12-01"}, {"status": "commissioned"}),
            "Rhein received a due-diligence report (legal): on 2026-12-01.",
            "Rhein received a due-diligence report (legal).",
        ),
        (
            event("conflictofinterest", OWN | {"description": "We own the buyer"}),
            "Rhein declared a conflict of interest: We own the buyer, told to parties.",
            "Rhein declared a conflict of interest.",
        ),
    ],
)
def test_an_event_is_a_sentence_and_names_alone_carry_no_text(told: Event, said: str, bare: str) -> None:
    assert sentence(told, NAMES) == said
    assert sentence(told, NAMES, Detail.NAMES) == bare
