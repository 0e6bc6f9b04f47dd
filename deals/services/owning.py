"""Whose a commitment is, and what of it stands: nobody updates another's row, nor alone what two persons saw."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from deals.lifecycle import SEEN_BY_TWO, STAGES, Class
from deals.models import Commitment, Origin
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services.rows import hold


class NotYours(Refusal):
    code = "not_your_commitment"
    says = gettext_noop(
        "Only {owner} may change this commitment. Ask it to, or register your own beside it (POST /api/v1/commitments)."
    )
    status = 403


class IsPublished(Refusal):
    code = "move_not_allowed"
    says = gettext_noop(
        "It is published, not registered, and stands as its source words it. Replace it with a commitment of your own."
    )


class ApprovedStands(Refusal):
    code = "approved_stands"
    says = gettext_noop(
        "{what} was approved by two persons and stands. Move the commitment with the new facts to have it seen anew."
    )
    status = 409


class EndedStands(Refusal):
    code = "ended"
    says = gettext_noop("It has ended, and stays as it was. Take it up with a new commitment.")
    status = 409


class LinksStand(Refusal):
    code = "approved_stands"
    says = gettext_noop("Two persons approved what it protects, shares in and waits for. Step back first.")
    status = 409


class ToldStands(Refusal):
    code = "told_stands"
    says = gettext_noop("It is told beyond the lead: narrow it first, change it, then have it told again.")
    status = 409


class BeyondCommitment(Refusal):
    code = "part_within_commitment"
    says = gettext_noop(
        "It is told no further than each commitment that it is about, of which one is told '{level}'. Choose that or a "
        "narrower level."
    )


def own(by: Staff | Client, commitment: Commitment) -> None:
    """Raises unless the commitment is the asker's own and registered. Locks it, so that an approver who confirms at the
    same time sees the change or comes first."""
    _check_own(by, commitment)
    hold(commitment)


def own_all(by: Staff | Client, commitments: Sequence[Commitment]) -> list[Commitment]:
    """As `own`, of several: as they then stand, by id. One order for all, so that two who act on the same wait for each
    other instead of blocking each other."""
    for commitment in commitments:
        _check_own(by, commitment)
    keys = {row.pk for row in commitments}
    rows = list(Commitment.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk"))
    if len(rows) != len(keys):
        # A deal team that the asker is not on keeps one of them.
        raise NotFound(what="commitment")
    return rows


def _check_own(by: Staff | Client, commitment: Commitment) -> None:
    if commitment.origin == Origin.PUBLISHED:
        raise IsPublished
    if commitment.owner_id != by.institution_id:
        raise NotYours(owner=commitment.institution.short_name)


def update(commitment: Commitment, **facts: Any) -> None:
    """Changes the one row, and shows it as it then stands."""
    with rules_hold():
        if Commitment.objects.filter(pk=commitment.pk).update(**facts) != 1:
            raise Stale
    commitment.refresh_from_db()


def told_within(whole: Level | str, level: Level, *, pointer: str = "/level") -> None:
    """Raises BeyondCommitment where a part would be told further than `whole`, the level of what it is about."""
    if level.rank > Level(whole).rank:
        raise BeyondCommitment(level=Level(whole).value, pointer=pointer)


def size_is_open(commitment: Commitment, *, pointer: str = "/size") -> None:
    """Raises where the commitment's size stands: as two persons saw it, or as it was when it ended."""
    if STAGES[commitment.stage].cls is Class.ENDED:
        raise EndedStands(pointer=pointer)
    if commitment.stage in SEEN_BY_TWO:
        raise ApprovedStands(what="Its size", pointer=pointer)
