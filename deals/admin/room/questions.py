"""Questions of the deal room, and their answers."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from deals.admin.room.filling import fill, of_room, room_of, waits
from deals.admin.room.forms import AnswerForm, QuestionForm
from deals.admin.words import words
from deals.models import Question
from deals.services.questions import answer_question, ask_question, may_answer
from institutions.admin.site import person, site
from institutions.isolation.levels import Level


@site.page("deals/deal/<uuid:deal_id>/room/question/", name="deals_room_question")
def ask(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Asks the lead, or a party before all parties."""
    deal = room_of(deal_id)

    def act(form: QuestionForm) -> str:
        given = dict(form.cleaned_data)
        level = given.pop("level")
        ask_question(by=form.who, deal=deal, level=Level(level), **given)
        return waits(level, _("The question is asked."))

    return fill(request, deal, QuestionForm, act, title=_("Ask a question"), button=_("Ask it"))


@site.page("deals/room/question/<uuid:key>/answer/", name="deals_question_answer")
def answer(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Answers, where the asker's institution was asked."""
    question, deal = of_room(Question, key)
    if not may_answer(person(request).institution_id, question):
        raise Http404

    def act(form: AnswerForm) -> str:
        given = dict(form.cleaned_data)
        level = given.pop("level")
        answer_question(by=form.who, question=question, level=Level(level), **given)
        if Level(level).beyond_lead:
            says = _("The answer is with whoever asked; others are told when an approver confirms '%(level)s'.")
            return says % {"level": words(level)}
        return _("The question is answered.")

    title = _("Answer a question")
    return fill(request, deal, AnswerForm, act, title=title, button=_("Answer it"), says=question.text)
