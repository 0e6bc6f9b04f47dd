"""Teasers as their owner and whom they are addressed to read them."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, JSONObject

from deals.models import Deal, Teaser, TeaserOrigin, TeaserReply
from deals.selectors.parts import money, texts
from institutions.isolation import moment
from institutions.models import Institution, Membership, MembershipStatus, State
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_TEASER = ("id", "state", "code_name", "minerals", "place", "stage", "words", "instruments", "purposes", "reply_to",
           "demo")  # fmt: skip


def _teasers() -> Rows:
    replies = TeaserReply.objects.filter(teaser=OuterRef("pk"))
    # Seen by its owner alone, and within its deal team.
    origins = TeaserOrigin.objects.filter(teaser=OuterRef("pk"), deal__in=Deal.objects.order_by().values("pk"))
    latest = replies.order_by().values("teaser").annotate(at=Max("updated_at")).values("at")
    found: Rows = Teaser.objects.values(
        *_TEASER,
        "owner_id", "to_id", "until", "target", "currency", "told_at",
        seen_deal=Subquery(origins.values("deal_id")[:1]),
        answers=ArraySubquery(
            replies.order_by("told_at", "pk").values(
                json=JSONObject(id="id", answer="answer", note="note", at="told_at")
            )
        ),
        changed_at=Greatest(F("updated_at"), Subquery(latest)),
    )  # fmt: skip
    return found


def _teaser(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "owner": row["owner_id"],
            "to": row["to_id"],
            "deal": row["seen_deal"],
            **texts(row, "state", "code_name"),
            "until": instant(row["until"]),
            **texts(row, "minerals", "place", "stage", "words"),
            "target": money(row["target"], row["currency"]),
            **texts(row, "instruments", "purposes", "reply_to"),
            # PostgreSQL writes no more digits of a moment in JSON than it has.
            "replies": [each | {"at": instant(datetime.fromisoformat(each["at"]))} for each in row["answers"]],
            "demo": row["demo"],
            "updated_at": instant(row["changed_at"]),
        }
    )


TEASERS = Reading("teaser", _teasers, _teaser)


def may_be_told(deal: Deal, on: date) -> QuerySet[Institution]:
    """Members and observers of the deal's network on a day, its owner apart; in the deal or not."""
    inside = Membership.objects.filter(
        Q(until=None) | Q(until__gt=on),
        network=deal.network_id,
        status__in=[MembershipStatus.MEMBER, MembershipStatus.OBSERVER],
        since__lte=on,
    )
    others = Institution.objects.filter(pk__in=inside.values("institution")).exclude(pk=deal.owner_id)
    return others.order_by("short_name")


def released(deal: Deal) -> QuerySet[Teaser]:
    """The teasers of a deal as its owner sees them, with their last answers."""
    replies = TeaserReply.objects.filter(teaser=OuterRef("pk")).order_by("-told_at", "pk")
    return (
        Teaser.objects.filter(of_deal__deal=deal)
        .exclude(state=State.REJECTED)
        .select_related("to")
        .annotate(answer=Subquery(replies.values("answer")[:1]), answer_note=Subquery(replies.values("note")[:1]))
        .order_by("-told_at", "pk")
    )


def received(institution: UUID) -> QuerySet[Teaser]:
    """The teasers that are addressed to an institution and have not ended."""
    replies = TeaserReply.objects.filter(teaser=OuterRef("pk"), owner=institution).order_by("-told_at", "pk")
    found = Teaser.objects.filter(to=institution, state=State.CONFIRMED, until__gt=moment.now())
    return found.select_related("owner").annotate(answer=Subquery(replies.values("answer")[:1]))
