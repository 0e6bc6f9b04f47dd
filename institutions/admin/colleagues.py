"""People: the accounts of one's institution, for its admin."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from institutions.admin.site import person, site
from institutions.languages import Language, in_words
from institutions.models import Staff
from institutions.models.staff import ROLES
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal
from institutions.services import people
from institutions.services.second_factor import FACTORS

PAGE = "people"


def keeps_people(request: HttpRequest) -> bool:
    """Whether the page stands in somebody's sidebar."""
    return isinstance(request.user, Staff) and request.user.may(Permission.STAFF_MANAGE)


def roles() -> list[tuple[str, str]]:
    return [(role.value, _(ROLES[role])) for role in Role]


class InviteForm(forms.Form):
    name = forms.CharField(label=later("Name"), max_length=120, widget=UnfoldAdminTextInputWidget())
    email = forms.EmailField(
        label=later("E-mail address"),
        max_length=254,
        help_text=later("Of your own institution's domain; they log in with it."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "email", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=later("Role"),
        choices=roles,
        widget=UnfoldAdminSelectWidget(),
        help_text=later("An officer prepares, an approver confirms; an admin keeps people and systems, and no deal."),
    )
    language = forms.ChoiceField(
        label=later("Language"),
        choices=[(language.value, language.label) for language in Language],
        widget=UnfoldAdminSelectWidget(),
    )


@site.page("people/", name=PAGE)
def colleagues(request: HttpRequest) -> HttpResponseBase:
    """Everybody of one's institution, and a form to invite another."""
    who = _admin(request)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = people.invite(by=who, **given | {"role": Role(given["role"])}, time_zone=who.time_zone)
        except Refusal as refusal:
            form.add_error(refusal.pointer.strip("/") or None, in_words(refusal))
        else:
            says = _("%(name)s is invited: a mail to %(address)s lets them choose a password.")
            messages.success(request, says % {"name": made.name, "address": made.email})
            return redirect(f"admin:{PAGE}")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    found = Staff.objects.filter(institution=who.institution_id, mailbox=False).annotate(has_factor=Exists(factor))
    facts = {
        "colleagues": list(found.order_by("-is_active", "name", "id")),
        "me": who.pk,
        "roles": roles(),
        "form": form,
    }
    return site.show(request, "admin/people.html", facts, title=_("People"), status=422 if form.errors else 200)


def _admin(request: HttpRequest) -> Staff:
    who = person(request)
    if not who.may(Permission.STAFF_MANAGE):
        raise Http404
    return who


def _act(name: str, act: Callable[[Staff, Staff, HttpRequest], None], says: Any) -> None:
    """A button of the page: a POST that does one thing about one colleague."""

    def view(request: HttpRequest, key: UUID) -> HttpResponseBase:
        who = _admin(request)
        found = Staff.objects.filter(pk=key, institution=who.institution_id, mailbox=False).first()
        if found is None:
            raise Http404
        if request.method == "POST":
            act(who, found, request)
            messages.success(request, says % {"name": found.name})
        return redirect(f"admin:{PAGE}")

    site.page(f"people/<uuid:key>/{name}/", name=f"people_{name.replace('-', '_')}")(view)


def _give_role(who: Staff, found: Staff, request: HttpRequest) -> None:
    wished = request.POST.get("role", "")
    if wished not in [role.value for role in Role]:
        raise Http404
    people.give_role(by=who, person=found, role=Role(wished))


_act("role", _give_role, later("%(name)s has the role from now on, and is told."))
_act(
    "suspend",
    lambda who, found, _request: people.suspend(by=who, person=found),
    later("%(name)s is out: sessions ended, and what they answer for acts no more."),
)
_act(
    "let-in",
    lambda who, found, _request: people.let_in_again(by=who, person=found),
    later("%(name)s comes in again, with the password and second factor of before."),
)
_act(
    "link",
    lambda who, found, _request: people.send_link(by=who, person=found),
    later("%(name)s gets a mail with a link that works once, for three days."),
)
_act(
    "factors",
    lambda who, found, _request: people.take_off_factors(by=who, person=found),
    later("%(name)s sets up another second factor at the next log-in, and is told."),
)
_act(
    "sessions",
    lambda who, found, _request: people.end_sessions(by=who, person=found),
    later("%(name)s is logged out everywhere, and is told."),
)
