"""The page of a tranche: its terms, and its own capital stack."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from deals.admin.history import history_of
from deals.admin.lines import ShownTranche
from deals.admin.stack import shown_stack
from deals.admin.words import level_badge
from deals.models import Deal, Tranche
from deals.selectors.stack import tranche_stack
from institutions.admin.site import site


@site.page("deals/tranche/<uuid:object_id>/", name="tranche")
def tranche(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """404 for a hidden one as for a missing one."""
    found = Tranche.objects.select_related("owner").filter(pk=object_id).first()
    if found is None:
        raise Http404
    facts = {
        "opts": Deal._meta,
        "tranche": found,
        "deal": Deal.objects.filter(pk=found.deal_id).first(),
        "shown": ShownTranche(found),
        "told_to": level_badge(found, found.owner.short_name),
        "stack": shown_stack(request, lambda currency, on: tranche_stack(found, currency=currency, on=on)),
        **history_of(found.pk),
    }
    return site.show(request, "admin/tranche.html", facts, title=found.name)
