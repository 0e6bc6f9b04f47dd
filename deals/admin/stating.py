"""What the pages have in common on which an institution states something and then tells it further or narrower."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from deals.admin.forms import put_refusal
from deals.models import WITHOUT_DEAL, Project
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import Approval, Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

TEMPLATE = "admin/stated.html"


def shown(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[Staff], str],
    back: str,
    *keys: UUID,
    title: str,
    about: str,
) -> HttpResponseBase:
    """The form; sent and sound, it is done and said, and the page that it came from follows."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act(person(request)))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return redirect(back, *keys)
    status = 422 if request.method == "POST" else 200
    facts: dict[str, object] = {"form": form, "about": about, "back": reverse(back, args=keys)}
    return site.show(request, TEMPLATE, facts, title=title, status=status)


def tell_level(request: HttpRequest, tell: Callable[[Level], Approval | None]) -> None:
    """Tells a row of one's own as far as was asked, and says what follows."""
    wanted = request.POST.get("level", "")
    if request.method != "POST" or wanted not in WITHOUT_DEAL:
        return
    try:
        asked = tell(Level(wanted))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        waits = _("An approver of your institution is asked to tell it to '%(level)s'. Until then nothing changes.")
        told = _("Told from now on: '%(level)s'.")
        messages.success(request, (waits if asked else told) % {"level": wanted})


def stated() -> str:
    """What is said once something was stated."""
    return _("Stated. What your institution said of it before stays, superseded.")


def not_an_officer(
    request: HttpRequest, title: str, needed: Permission = Permission.PROJECTS_WRITE
) -> HttpResponseBase | None:
    """A page that says whom of one's colleagues to ask; None for whoever may do it."""
    who = person(request)
    if who.may(needed):
        return None
    facts: dict[str, object] = {"people": with_role(who.institution_id, Role.OFFICER), "role": Role.OFFICER}
    return site.show(request, "admin/not_yours.html", facts, title=title, status=403)


def seen_project(key: UUID) -> Project:
    """A project that the asker sees; a hidden one is a missing one."""
    found = Project.objects.select_related("owner", "network").filter(pk=key).first()
    if found is None:
        raise Http404
    return found
