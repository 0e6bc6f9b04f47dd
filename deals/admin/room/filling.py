"""How every form of the deal room is shown, refused and carried out."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.forms import put_refusal
from deals.admin.room.forms import RoomForm
from deals.admin.words import words
from deals.models import Deal, InDeal
from deals.selectors.deal_page import find_deal
from deals.sentences.joining import following
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

F = TypeVar("F", bound=RoomForm)
M = TypeVar("M", bound=InDeal)


def fill(
    request: HttpRequest,
    deal: Deal,
    kind: type[F],
    act: Callable[[F], str],
    *,
    title: str,
    button: str,
    says: str = "",
    initial: dict[str, Any] | None = None,
    warn: Callable[[F], Sequence[str]] | None = None,
) -> HttpResponseBase:
    """Shows the form, or carries out what it says and returns to the room. `act` gives the sentence of success.

    `warn` gives what to think about first: it is shown before anything is done, and not again for the same.
    """
    who = person(request)
    if not who.may(Permission.DEALS_WRITE):
        people = with_role(who.institution_id, Role.OFFICER)
        facts: dict[str, object] = {"deal": deal, "people": people, "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=title, status=403)
    form = kind(request.POST or None, request.FILES or None, deal=deal, who=who, initial=initial)
    warnings: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        warnings = warn(form) if warn else ()
        if not warnings:
            try:
                messages.success(request, act(form))
            except Refusal as refusal:
                put_refusal(form, refusal)
            else:
                return redirect("admin:deals_deal_room", deal.pk)
    shown = {"form": form, "deal": deal, "button": button, "says": says, "warnings": warnings}
    # 422 also for a warning: nothing was done.
    status = 422 if request.method == "POST" else 200
    return site.show(request, "admin/room_form.html", shown, title=title, status=status)


def room_of(deal_id: UUID) -> Deal:
    """The deal whose room it is; 404 where the asker does not see it."""
    deal = find_deal(deal_id)
    if deal is None:
        raise Http404
    return deal


def of_room(model: type[M], key: UUID, **facts: Any) -> tuple[M, Deal]:
    """A row with its deal; 404 where the asker sees either of them not."""
    found = model._default_manager.filter(pk=key, **facts).first()
    if found is None:
        raise Http404
    return found, room_of(found.deal_id)


def waits(level: str, done: str) -> str:
    """The sentence of success, with what it still waits for."""
    if Level(level).beyond_lead:
        says = _("It is told to your institution only until an approver confirms '%(level)s'.")
        return following(done, says % {"level": words(level)})
    return done
