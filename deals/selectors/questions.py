"""Questions with those of their answers that the asker sees. One is open while it sees none."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest, JSONObject

from deals.models import Answer, Deal, Document, Question
from deals.selectors.parts import texts, visible
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def _questions() -> Rows:
    answers = Answer.objects.filter(question=OuterRef("pk")).order_by("told_at", "id")
    latest = answers.order_by().values("question").annotate(at=Max("updated_at")).values("at")
    found: Rows = Question.objects.values(
        "id", "owner_id", "to_id", "text", "level", "demo", "told_at",
        seen_deal=visible(Deal, "deal_id"),
        seen_document=visible(Document, "document_id"),
        seen_answers=ArraySubquery(
            answers.values(
                json=JSONObject(
                    id="id", institution="owner_id", text="text", document=visible(Document, "document_id"),
                    level="level", answered_at="told_at",
                )
            )
        ),
        changed_at=Greatest(F("updated_at"), Subquery(latest)),
    )  # fmt: skip
    return found


def _question(row: Row) -> Shape:
    answers = [
        answer | {"answered_at": instant(datetime.fromisoformat(answer["answered_at"]))}
        for answer in row["seen_answers"]
    ]
    return versioned(
        {
            "id": row["id"],
            "deal": row["seen_deal"],
            "institution": row["owner_id"],
            "to": row["to_id"],
            "text": row["text"],
            "document": row["seen_document"],
            "state": "answered" if answers else "open",
            "answers": answers,
            **texts(row, "level", "demo"),
            "asked_at": instant(row["told_at"]),
            "updated_at": instant(row["changed_at"]),
        }
    )


QUESTIONS = Reading("question", _questions, _question)
