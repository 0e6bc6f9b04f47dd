"""Questions in a deal room, and their answers: each a row of whoever speaks."""

from django.db import models

from deals.models.document import Document
from deals.models.room import InDeal
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Institution


class Question(InDeal):
    """What an institution asks the lead, or one party before all parties. It is open until an answer is there."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("document_id")),
        four_eyes=True,
        fixed=("text", "document_id", "to_id"),
    )

    text = models.CharField(max_length=4000)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Nobody named: the registrar and the coordinators.
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(InDeal.Meta):
        constraints = [models.UniqueConstraint(name="question_and_owner", fields=["id", "owner", "deal"])]

    def __str__(self) -> str:
        return self.text[:60]


class Answer(InDeal):
    """What the asked one answers: whoever asked sees it, others as far as its own level goes."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("question_id"), Parent("document_id")),
        four_eyes=True,
        addressed="to_id",
        while_in_deal=True,
        fixed=("question_id", "to_id", "text", "document_id"),
    )

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=8000)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.text[:60]
