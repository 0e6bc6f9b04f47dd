"""Who sees this: of any row, by name for its owner, and in words for everybody else who sees it."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.sharing import KINDS
from deals.sentences.words import word
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.journal.naming import type_of
from institutions.models import Confidential, Standing
from institutions.selectors.who_sees import who_sees as seen_by
from institutions.services.rows import confidential

# What anybody else who sees it reads of its audience, by its level.
_TOLD = {
    Level.OWN: later(
        "%(owner)s tells it to only %(short)s, and to whom it named. Who these are is its owner's to know."
    ),
    Level.LEAD: later(
        "%(owner)s tells it to the deal's coordinators, and to whom it named. Who these are is its owner's to know."
    ),
    Level.PARTIES: later(
        "%(owner)s tells it to the coordinators and every party with an NDA in force, and to whom it named. Who these "
        "are is its owner's to know."
    ),
    Level.INVITED: later(
        "%(owner)s tells it to the parties and whoever is invited, and to whom it named. Who these are is its owner's "
        "to know."
    ),
    Level.NETWORK: later(
        "%(owner)s tells it to every member and observer of the network, and to whom it named. Who these are is its "
        "owner's to know."
    ),
    Level.PUBLIC: later("%(owner)s tells it to everyone, and to whom it named. Who these are is its owner's to know."),
}


@site.page("who-sees/<uuid:row_id>/", name="who_sees")
def who_sees(request: HttpRequest, row_id: UUID) -> HttpResponseBase:
    """404 for a hidden row as for a missing one."""
    me = person(request).institution_id
    kind, row = _found(row_id)
    audience = seen_by(row_id, me=me) if row.owner_id == me else None
    if audience and kind in KINDS:
        return redirect(f"admin:deals_{kind}_sharing", row_id)
    names = {"owner": row.owner.name, "short": row.owner.short_name}
    facts = {
        "heading": _("%(what)s of %(owner)s") % {"what": capfirst(word(kind)), "owner": row.owner.short_name},
        "row": row,
        "told": str(_TOLD[Level(row.level)]) % names,
        "audience": audience,
    }
    return site.show(request, "admin/who_sees.html", facts, title=_("Who sees this"))


def _found(row_id: UUID) -> tuple[str, Confidential]:
    table = Standing.objects.filter(pk=row_id).values_list("table", flat=True).first()
    # What everybody reads has no audience to be told of.
    model = confidential().get(table or "")
    row = model._default_manager.select_related("owner").filter(pk=row_id).first() if model else None
    if table is None or row is None:
        raise Http404
    return type_of(table), row
