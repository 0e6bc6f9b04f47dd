"""Watching a project, a mineral or a country, from its page or from one's own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin import projects, reference
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.refusals import NotFound, Refusal
from network.digests.watched import watches_of
from network.services.watching import unwatch, watch


def button(request: HttpRequest, kind: str, key: UUID) -> SafeString:
    """Stands beside the name of a project or a mineral."""
    held = next((each for each in watches_of(person(request)) if key in (each.project_id, each.mineral_id)), None)
    return render_to_string("admin/parts/watch.html", {"kind": kind, "key": key, "held": held}, request)


projects.BESIDE.append(lambda request, key: button(request, "project", key))
reference.BESIDE.append(lambda request, key: button(request, "mineral", key))


@site.page("mail/watch/", name="mail_watch")
def begin(request: HttpRequest) -> HttpResponseBase:
    """Begins to watch what the form names, and shows all that is watched."""
    if request.method == "POST":
        try:
            watch(
                by=person(request),
                project=_key(request, "project"),
                mineral=_key(request, "mineral"),
                country=request.POST.get("country", "")[:2],
            )
        except NotFound as hidden:
            raise Http404 from hidden
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            messages.success(request, _("You watch it: mail tells you of its deals, also of those that come."))
    return redirect("admin:mail_preferences")


@site.page("mail/watch/<uuid:key>/end/", name="mail_watch_end")
def end(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Ends it."""
    if request.method == "POST":
        unwatch(by=person(request), watch=key)
        messages.success(request, _("You watch it no longer."))
    return redirect("admin:mail_preferences")


def _key(request: HttpRequest, kind: str) -> UUID | None:
    given = request.POST.get(kind, "")
    try:
        return UUID(given) if given else None
    except ValueError as wrong:
        raise Http404 from wrong
