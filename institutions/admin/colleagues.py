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

from institutions.admin.contacts import ContactForm, contact_forms, keep
from institutions.admin.refusing import put_refusal
from institutions.admin.site import person, site
from institutions.languages import Language
from institutions.models import ContactKind, Staff
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
            put_refusal(form, refusal)
        else:
            says = _("%(name)s is invited: a mail to %(address)s lets them choose a password.")
            messages.success(request, says % {"name": made.name, "address": made.email})
            return redirect(f"admin:{PAGE}")
    return _shown(request, who, form)


@site.page("contacts/<slug:kind>/", name="contact")
def contact(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Says whom to call for one purpose."""
    who = _admin(request)
    if kind not in ContactKind.values:
        raise Http404
    if request.method != "POST":
        return redirect(f"admin:{PAGE}")
    form = ContactForm(request.POST, prefix=kind)
    if form.is_valid():
        try:
            messages.success(request, keep(who, ContactKind(kind), form))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return redirect(f"admin:{PAGE}")
    return _shown(request, who, InviteForm(), form)


def _shown(request: HttpRequest, who: Staff, form: InviteForm, given: ContactForm | None = None) -> HttpResponseBase:
    """The page, with the form that was sent as it was typed and what is wrong with it."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    found = Staff.objects.filter(institution=who.institution_id, mailbox=False).annotate(has_factor=Exists(factor))
    facts = {
        "colleagues": list(found.order_by("-is_active", "name", "id")),
        "me": who.pk,
        "roles": roles(),
        "form": form,
        "contacts": contact_forms(who, given),
    }
    wrong = form.errors or (given and given.errors)
    return site.show(request, "admin/people.html", facts, title=_("People"), status=422 if wrong else 200)


def _admin(request: HttpRequest) -> Staff:
    who = person(request)
    if not who.may(Permission.STAFF_MANAGE):
        raise Http404
    return who


def _colleague(who: Staff, key: UUID) -> Staff:
    found = Staff.objects.filter(pk=key, institution=who.institution_id, mailbox=False).first()
    if found is None:
        raise Http404
    return found


@site.page("people/<uuid:key>/role/", name="people_role")
def give_role(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Gives a colleague another role."""
    who = _admin(request)
    found = _colleague(who, key)
    if request.method == "POST":
        wished = request.POST.get("role", "")
        if wished not in [role.value for role in Role]:
            raise Http404
        people.give_role(by=who, person=found, role=Role(wished))
        messages.success(request, _("%(name)s has the role from now on, and is told.") % {"name": found.name})
    return redirect(f"admin:{PAGE}")


# What else an admin does about a colleague: a button each, and what is said once it is done.
_ACTS: dict[str, tuple[Callable[..., None], Any]] = {
    "suspend": (people.suspend, later("%(name)s is out: sessions ended, and what they answer for acts no more.")),
    "let-in": (
        people.let_in_again,
        later("%(name)s comes in again, with the password and second factor of before."),
    ),
    "link": (people.send_link, later("%(name)s gets a mail with a link that works once, for three days.")),
    "factors": (
        people.take_off_factors,
        later("%(name)s sets up another second factor at the next log-in, and is told."),
    ),
    "sessions": (people.end_sessions, later("%(name)s is logged out everywhere, and is told.")),
}


@site.page("people/<uuid:key>/<slug:act>/", name="people_act")
def act_on(request: HttpRequest, key: UUID, act: str) -> HttpResponseBase:
    """Does one thing about a colleague."""
    who = _admin(request)
    found = _colleague(who, key)
    if act not in _ACTS:
        raise Http404
    if request.method == "POST":
        does, says = _ACTS[act]
        does(by=who, person=found)
        messages.success(request, says % {"name": found.name})
    return redirect(f"admin:{PAGE}")
