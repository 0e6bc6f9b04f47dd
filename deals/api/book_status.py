"""The book status of a deal: the lead publishes it and reads every line, a party reads its own."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.models import STEPS, BookLine, Deal
from deals.selectors.book_status import BOOK_LINES
from deals.services.book_status import publish_book_status
from institutions.api.conventions.bodies import Body, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import Resource, detail, identified, listed
from institutions.api.shapes import Documented, Versioned
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row, Shape


class PublishBody(Body):
    step = serializers.ChoiceField(
        STEPS, required=False, help_text="Per cent, fixed with the deal's first status; 10 where none is given"
    )


class BookLineShape(Versioned):
    """Seen by the lead and by the party that it is told to."""

    deal = serializers.UUIDField(allow_null=True)
    lead = serializers.UUIDField()
    institution = serializers.UUIDField()
    published_at = serializers.DateTimeField()
    step = serializers.IntegerField(help_text="Per cent")
    others_cover = serializers.IntegerField(
        allow_null=True,
        help_text="Per cent of the target, rounded down to the step, that firm base money of others than this"
        " institution covers; its own comes on top. null where it is withheld",
    )
    withheld = serializers.BooleanField(
        help_text="Fewer than three others, one of them too large, an amount not known, or too little changed since"
    )
    as_of = serializers.DateField(allow_null=True, help_text="When it was counted: an earlier figure can stand on")
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class BookStatusShape(Documented):
    """Newest lines first: the lead sees those of every party, a party its own."""

    deal = serializers.UUIDField()
    lines = BookLineShape(many=True)


class BookLineFilters(Filters):
    deal = Related(Deal)
    institution = Related(Institution)
    updated_after = After()


BOOK = Resource("book-lines", "book_line", BOOK_LINES, BookLineFilters, BookLineShape)
# Of a deal's lines, so many: the whole of them is a list of its own.
LATEST = 100


class DealBookStatus(Door):
    """The book status of one deal, as far as the asker is told it."""

    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": PublishBody}
    answers = {"GET": {200: BookStatusShape}, "POST": {201: BookStatusShape}}

    def get(self, request: Request, key: str) -> Response:
        """The newest lines that the asker may see; all of them under /book-lines."""
        refuse_unknown(request.query_params, ())
        return Response(_told(_deal(key)))

    def post(self, request: Request, key: str) -> Response:
        """Counts the book anew and tells each party its line. The deal's registrar alone."""
        refuse_unknown(request.query_params, ())
        sent: dict[str, Any] = read(PublishBody, request) if request.data else {}
        deal = _deal(key)

        def act() -> Done:
            made = publish_book_status(by=asker(request), deal=deal, step=sent.get("step"))
            return Done(201, made.pk)

        return once(request, act, lambda done: Response(_told(deal), status=done.status))


def _deal(key: str) -> Deal:
    deal = Deal.objects.filter(pk=identified("deal", key)).first()
    if deal is None:
        raise missing("deal")
    return deal


def _told(deal: Deal) -> Shape:
    of_deal = BookLine.objects.filter(deal=deal).order_by().values("pk")
    found: list[Row] = list(BOOK_LINES.rows().filter(pk__in=of_deal).order_by("-published_at", "id")[:LATEST])
    return {"deal": deal.pk, "lines": [BOOK_LINES.shape(row) for row in found]}


ROUTES: list[URLPattern] = [
    path("book-lines", listed(BOOK), name="book-lines"),
    path("book-lines/<str:key>", detail(BOOK), name="book-line"),
    path("deals/<str:key>/book-status", DealBookStatus.as_view(), name="deal-book-status"),
]
