"""Following a deal, from its page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.deals import BESIDE
from institutions.admin.site import person, site
from institutions.refusals import NotFound
from network.selectors.follows import follows
from network.services.following import follow, unfollow


def button(request: HttpRequest, deal_id: UUID) -> SafeString:
    """Stands beside a deal's name, and says what a click would do."""
    following = follows(person(request), deal_id)
    return render_to_string("admin/parts/follow.html", {"deal_id": deal_id, "following": following}, request)


BESIDE.append(button)


@site.page("deals/deal/<uuid:deal_id>/follow/", name="follow")
def toggle(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Begins or ends to follow a deal, as the form says."""
    who = person(request)
    if request.method == "POST" and request.POST.get("follow") == "no":
        unfollow(by=who, deal=deal_id)
        messages.success(request, _("You follow this deal no longer."))
    elif request.method == "POST":
        try:
            follow(by=who, deal=deal_id)
        except NotFound as hidden:
            raise Http404 from hidden
        messages.success(request, _("You follow this deal: your next digest tells you what changes in it."))
    return redirect("admin:deals_deal_change", deal_id)
