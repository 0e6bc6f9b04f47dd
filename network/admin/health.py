"""Whether what Orebook sends gets through, for the secretariat."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from institutions.admin.members import of_the_secretariat
from institutions.admin.site import person, site
from network.selectors.health import LATE, channels


@site.page("health/", name="health")
def health(request: HttpRequest) -> HttpResponseBase:
    """How late each channel is and how many were given up; not what they say, nor to whom."""
    if not of_the_secretariat(request):
        raise Http404
    person(request)
    facts = {"channels": channels(), "late_after": int(LATE.total_seconds() // 60)}
    return site.show(request, "admin/health.html", facts, title=_("What gets through"))
