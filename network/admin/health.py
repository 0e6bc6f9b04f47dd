"""Whether what Orebook sends gets through, for the secretariat."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from institutions.admin.site import person, site
from institutions.models import Kind, Staff
from network.selectors.health import LATE, channels


def watches(request: HttpRequest) -> bool:
    """Whether the page stands in somebody's sidebar."""
    return isinstance(request.user, Staff) and request.user.institution.kind == Kind.SECRETARIAT


@site.page("health/", name="health")
def health(request: HttpRequest) -> HttpResponseBase:
    """How late each channel is and how many were given up; not what they say, nor to whom."""
    if not watches(request):
        raise Http404
    person(request)
    facts = {"channels": channels(), "late_after": int(LATE.total_seconds() // 60)}
    return site.show(request, "admin/health.html", facts, title=_("What gets through"))
