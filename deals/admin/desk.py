"""The desk: what waits for the person and for their institution, before anything else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.admin.allocation_lines import addressed_to
from deals.admin.approvals import waiting_for
from deals.admin.guide import guide
from deals.admin.history import in_sentences
from deals.admin.ledger import ShownNotice as ShownOffer
from deals.admin.lines import ShownCommitment, ShownNotice
from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Deal, DeskState, Origin, Question
from deals.money import figure
from deals.selectors.conditions import overdue_of
from deals.selectors.deal_page import CommitmentLine, with_sizes
from deals.selectors.ledger import undrawn_past_availability
from deals.selectors.matching import deals_for
from deals.selectors.news import desk_of, news_for
from deals.selectors.pipeline import takes_part
from deals.selectors.tasks import open_questions
from deals.selectors.waiting import open_offers, open_proposals
from deals.sentences.words import given, listed, word
from deals.services.desk import close_guide, look
from institutions.admin.site import person, site
from institutions.isolation.sealing import seal, unseal
from institutions.models import Staff
from institutions.permissions import Permission

SOON = timedelta(days=60)


def desk(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the home page what the person would otherwise have to look for."""
    who = person(request)
    waiting, state = waiting_for(who), desk_of(who)
    return context | {
        "title": _("Desk"),
        "mine": [item for item in waiting if item.form is not None],
        "others": [item for item in waiting if item.form is None],
        "allocated": addressed_to(who),
        "expiring": [ShownCommitment(CommitmentLine(row)) for row in _expiring(who.institution_id)],
        "running": [ShownNotice(row) for row in overdue_of(who.institution_id)[:10]],
        "proposals": [ShownOffer(row) for row in open_proposals(who.institution_id)],
        "offers": [ShownOffer(row) for row in open_offers(who.institution_id)],
        "undrawn": [
            (ShownCommitment(CommitmentLine(row)), figure(now.available))
            for row, now in undrawn_past_availability(
                with_sizes(Commitment.objects.filter(owner_id=who.institution_id)).prefetch_related("deal")
            )
        ],
        "questions": _questions(who),
        "fitting": _fitting(who.institution_id),
        "deals": [(deal, _beside(deal)) for deal in _deals(who.institution_id)[:8]],
        "guide": guide(who, state),
        **_news(who, state),
        "prepares": who.may(Permission.COMMITMENTS_WRITE),
        "approves": who.may(Permission.COMMITMENTS_APPROVE),
    }


def _expiring(institution_id: UUID) -> QuerySet[Commitment]:
    """The institution's own, alive, whose date comes soon."""
    alive = [stage.code for stage in STAGES.values() if stage.cls is not Class.ENDED]
    return (
        with_sizes(Commitment.objects.filter(owner_id=institution_id, origin=Origin.REGISTERED, stage__in=alive))
        .filter(valid_until__lte=timezone.now().date() + SOON)
        .prefetch_related("deal")
        .order_by("valid_until", "id")[:10]
    )


def _questions(who: Staff) -> list[Question]:
    """Open ones that the institution may answer."""
    found = open_questions(who.institution_id) if who.may(Permission.DEALS_WRITE) else Question.objects.none()
    return list(found.select_related("owner").prefetch_related("deal")[:10])


def _fitting(institution_id: UUID) -> list[tuple[Deal, str]]:
    """The first deals that fit one of the institution's mandates, each with what could be filled of its gap."""
    found = deals_for(institution_id)[:5]
    deals = Deal.objects.select_related("project", "owner").in_bulk([match.deal for match in found]) if found else {}
    return [(deals[match.deal], figure(match.fill)) for match in found if match.deal in deals]


def _news(who: Staff, state: DeskState | None) -> dict[str, object]:
    news = news_for(who, state)
    # A position counts everybody's changes, so it is handed out sealed.
    read = seal(" ".join(map(str, news.position)), to=str(who.pk)) if news.position else ""
    return {"history": in_sentences(news.events), "since": news.since, "more": news.more, "read": read}


def _deals(institution_id: UUID) -> QuerySet[Deal]:
    """The registered ones in which the institution takes part."""
    found = Deal.objects.filter(takes_part(institution_id), origin=Origin.REGISTERED)
    return found.select_related("project", "owner").order_by("name", "id")


def _beside(deal: Deal) -> str:
    """What stands beneath its name."""
    project = deal.project.name if deal.project else ""
    return listed(given(word(deal.status), project, _("registrar %(owner)s") % {"owner": deal.owner.short_name}))


@site.page("desk/read/", name="desk_read")
def read(request: HttpRequest) -> HttpResponseBase:
    """The person has read what the desk showed; what came since is new the next time."""
    who = person(request)
    position = unseal(request.POST.get("read", ""), to=str(who.pk))
    if request.method == "POST" and position:
        xact, seq = map(int, position.split())
        look(by=who, xact=xact, seq=seq)
    return redirect("admin:index")


@site.page("desk/guide/", name="desk_guide")
def close(request: HttpRequest) -> HttpResponseBase:
    """Closes the guide for good."""
    if request.method == "POST":
        close_guide(by=person(request))
    return redirect("admin:index")
