"""What an officer says on its page: what it protects, whose loan it shares in, what it is promised with."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from deals.admin.acts import by_form
from deals.admin.link_forms import CoverForm, ShareForm, TogetherForm
from deals.models import Commitment, CoverLink, JointAmount, Participation, ParticipationKind
from deals.sentences.words import word
from deals.services.covers import link_cover, promise_together
from deals.services.participations import share_in_loan
from institutions.admin.site import site
from institutions.isolation.levels import Level
from institutions.models import Staff


@site.page("deals/commitment/<uuid:commitment_id>/cover/", name="deals_commitment_cover")
def cover(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Says what the commitment, a cover, protects."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        made = link_cover(
            by=who,
            cover=commitment,
            covered=given["covered"],
            tranche=given["tranche"],
            political=given["political_percent"],
            commercial=given["commercial_percent"],
            money=given.get("money"),
            level=given["level"],
        )
        return _said(made, given["level"])

    return by_form(request, commitment_id, "cover", CoverForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/share/", name="deals_commitment_share")
def share(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Says that the commitment is a share in a loan of the deal."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        made = share_in_loan(
            by=who,
            commitment=commitment,
            lender=given["lender"],
            kind=ParticipationKind(given["kind"]),
            level=given["level"],
        )
        return _said(made, given["level"])

    return by_form(request, commitment_id, "share", ShareForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/together/", name="deals_commitment_together")
def together(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Promises one amount for the commitment and others of its owner."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        made = promise_together(
            by=who,
            commitments=[commitment, *given["commitments"]],
            money=given["money"],
            qualifier=given["qualifier"],
            note=given["note"],
            level=given["level"],
        )
        return _said(made, given["level"])

    return by_form(request, commitment_id, "together", TogetherForm, act)


def _said(made: CoverLink | Participation | JointAmount, asked: Level) -> str:
    if made.level == asked:
        return _("It stands, and is told from now on: '%(level)s'.") % {"level": word(asked)}
    says = _(
        "It stands. An approver of your institution is asked to tell it to '%(level)s'; until then only you see it."
    )
    return says % {"level": word(asked)}
