"""Questions and answers."""

from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.room import bodies, shapes
from deals.api.room.answering import answer_waiting, current, seen
from deals.api.room.resources import QUESTIONS
from deals.models import Answer, Deal, Document, Question
from deals.services import questions, room
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, shown
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about


class Questions(ListView):
    """Questions that the asker may see, with their answers; a POST asks one."""

    resource = QUESTIONS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.QuestionBody}
    answers = {"POST": {201: shapes.StatedQuestionShape}}

    def post(self, request: Request) -> Response:
        """Asks the lead; or, once an approver confirms, a party before all parties."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.QuestionBody, request)

        def act() -> Done:
            deal = named(Deal.objects.all(), sent["deal"], "/deal")
            assert deal is not None  # noqa: S101  # the body requires one
            made = questions.ask_question(
                by=asker(request),
                deal=deal,
                text=sent["text"],
                level=Level(sent["level"]),
                to=named(Institution.objects.all(), sent["to"], "/to"),
                document=named(Document.objects.filter(deal=deal), sent["document"], "/document"),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answer_waiting(request, done, QUESTIONS))


class QuestionView(DetailView):
    """One question; a PATCH says how far it is told."""

    resource = QUESTIONS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.RoomLevelBody}
    answers = {"PATCH": {200: shapes.StatedQuestionShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower, or up to the lead, at once; further once an approver confirms (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RoomLevelBody, request)
        question = current(request, Question, QUESTIONS, key)
        room.tell(by=asker(request), row=question, level=Level(sent["level"]))
        return answer_waiting(request, Done(200, question.pk), QUESTIONS)


class Answers(Door):
    """The answers to a question, which stand in it."""

    resource = QUESTIONS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.AnswerBody}
    answers = {"POST": {201: shapes.StatedQuestionShape}}

    def post(self, request: Request, key: str) -> Response:
        """Answers: whoever asked sees it at once, others as far as its level, beyond the lead once an approver
        confirms. `pending_approval` is about the answer."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.AnswerBody, request)
        seen(Question, QUESTIONS, key)

        def act() -> Done:
            question = seen(Question, QUESTIONS, key)
            of_deal = Document.objects.filter(deal=question.deal_id)
            made = questions.answer_question(
                by=asker(request),
                question=question,
                text=sent["text"],
                level=Level(sent["level"]),
                document=named(of_deal, sent["document"], "/document"),
            )
            return Done(201, made.pk)

        return once(request, act, _answered)


def _answered(done: Done) -> Response:
    found = Answer.objects.filter(pk=done.object_id).values("question_id").first()
    if found is None:
        raise missing("answer")
    waits = waiting_about(done.object_id)
    pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
    return Response(shown(QUESTIONS, found["question_id"]) | {"pending_approval": pending}, status=done.status)
