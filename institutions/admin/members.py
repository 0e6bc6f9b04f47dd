"""Members: who is let into a network, suspended and let go, for the secretariat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from institutions.admin.member_forms import CHANGES, CONTACTS, ChangeForm, MarkForm, NominationForm
from institutions.admin.refusing import put_refusal
from institutions.admin.site import person, site
from institutions.checklists import VERIFIED, Line
from institutions.models import Admission, ChangeKind, Checkmark, MembershipChange, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services import admitting, checking, standing

T = TypeVar("T")

PAGE = "members"
# Of what was decided, the latest.
SHOWN = 50


def of_the_secretariat(request: HttpRequest) -> bool:
    """Whether its pages stand in somebody's sidebar."""
    return isinstance(request.user, Staff) and request.user.institution.is_secretariat


@dataclass(frozen=True)
class Checked:
    """A line of a checklist as a page shows it."""

    line: Line
    done: Checkmark | None

    @property
    def says(self) -> str:
        return _(self.line.says)


@site.page("members/", name=PAGE)
def members(request: HttpRequest) -> HttpResponseBase:
    """Admissions and changes of memberships: what waits, and what was decided last."""
    who = _secretariat(request)
    admissions = Admission.objects.select_related("network").order_by("-created_at", "id")[:SHOWN]
    changes = MembershipChange.objects.select_related("network", "institution").order_by("-created_at", "id")[:SHOWN]
    facts = {
        "admissions": [(row, _state(row.state)) for row in admissions],
        "changes": [(row, CHANGES[ChangeKind(row.kind)], _state(row.state)) for row in changes],
        "prepares": who.may(Permission.MEMBERS_MANAGE),
    }
    return site.show(request, "admin/members.html", facts, title=_("Members"))


@site.page("members/admit/", name="admit")
def admit(request: HttpRequest) -> HttpResponseBase:
    """A nomination letter, as it is entered."""
    who = _officer(request)
    form = NominationForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        made = _tried(form, lambda: admitting.prepare_admission(by=who, nomination=form.nomination()))
        if made is not None:
            messages.success(request, _("Prepared. Go through the list; then another person confirms it."))
            return redirect("admin:admission", made.pk)
    status = 422 if form.errors else 200
    return site.show(request, "admin/admit.html", {"form": form}, title=_("Admit an institution"), status=status)


@site.page("members/admissions/<uuid:key>/", name="admission")
def admission(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """How far an admission is, its checklist, and the next step."""
    who = _secretariat(request)
    row = Admission.objects.select_related("network").filter(pk=key).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        return _marked(request, who, row, "admin:admission")
    lines = _checked(row)
    verified = any(each.done for each in lines if each.line.code == VERIFIED)
    account = admitting.first_admin(row) if row.state == State.CONFIRMED else None
    facts = {
        "original": row,
        "state": _state(row.state),
        "lines": lines,
        "contacts": [(CONTACTS[kind], row.contacts[kind]) for kind in CONTACTS if kind in row.contacts],
        "steps": _steps(row, lines, verified, account),
        "account": account,
        "may_invite": row.state == State.CONFIRMED and verified and account is None,
        "may_invite_again": account is not None and account.last_login is None,
        "today": timezone.localdate(),
        "standing": pgettext("of a membership", row.status),
        "address": reverse("admin:admission", args=[row.pk]),
    }
    return site.show(request, "admin/admission.html", facts, title=_("Admission of %s") % row.short_name)


@site.page("members/admissions/<uuid:key>/invite/", name="admission_invite")
def invite(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Lets the first admin in: a mail with a link that works once."""
    who = _secretariat(request)
    row = Admission.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        if admitting.first_admin(row) is None:
            admitting.invite_first_admin(by=who, admission=row)
        else:
            admitting.invite_again(by=who, admission=row)
        says = _("%(name)s is invited: a mail to %(address)s lets them choose a password.")
        messages.success(request, says % {"name": row.admin_name, "address": row.admin_email})
    return redirect("admin:admission", key)


@site.page("members/change/", name="change_membership")
def change_membership(request: HttpRequest) -> HttpResponseBase:
    """A membership that is to be suspended, taken up again or ended."""
    who = _officer(request)
    form = ChangeForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        made = _tried(form, lambda: standing.prepare_change(by=who, **given | {"kind": ChangeKind(given["kind"])}))
        if made is not None:
            messages.success(request, _("Prepared. Go through the list; then another person confirms it."))
            return redirect("admin:membership_change", made.pk)
    status = 422 if form.errors else 200
    return site.show(
        request, "admin/change_membership.html", {"form": form}, title=_("Change a membership"), status=status
    )


@site.page("members/changes/<uuid:key>/", name="membership_change")
def membership_change(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A change of a membership with its checklist."""
    who = _secretariat(request)
    row = MembershipChange.objects.select_related("network", "institution").filter(pk=key).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        return _marked(request, who, row, "admin:membership_change")
    facts = {
        "original": row,
        "state": _state(row.state),
        "what": CHANGES[ChangeKind(row.kind)],
        "standing": pgettext("of a membership", row.becomes),
        "lines": _checked(row),
        "today": timezone.localdate(),
        "address": reverse("admin:membership_change", args=[row.pk]),
    }
    return site.show(request, "admin/membership_change.html", facts, title=row.institution.name)


def _secretariat(request: HttpRequest) -> Staff:
    if not of_the_secretariat(request):
        raise Http404
    return person(request)


def _officer(request: HttpRequest) -> Staff:
    """Whoever may prepare; everybody else has no such page."""
    who = _secretariat(request)
    if not who.may(Permission.MEMBERS_MANAGE):
        raise Http404
    return who


def _tried(form: forms.Form, act: Callable[[], T]) -> T | None:
    try:
        return act()
    except Refusal as refusal:
        put_refusal(form, refusal)
        return None


def _marked(request: HttpRequest, who: Staff, row: checking.Subject, page: str) -> HttpResponseBase:
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was marked. Give the day on which it was done."))
        return redirect(page, row.pk)
    checking.mark(by=who, subject=row, **form.cleaned_data)
    messages.success(request, _("Marked as done by you."))
    return redirect(page, row.pk)


def _checked(row: checking.Subject) -> list[Checked]:
    done = {each.line: each for each in Checkmark.objects.filter(subject=row.pk).select_related("by")}
    return [Checked(line, done.get(line.code)) for line in checking.lines_of(row)]


def _state(state: str) -> str:
    words = {
        State.PREPARED: _("waits for a second person"),
        State.CONFIRMED: _("confirmed"),
        State.REJECTED: _("rejected"),
    }
    return words[State(state)]


def _steps(row: Admission, lines: list[Checked], verified: bool, account: Staff | None) -> list[tuple[str, bool]]:
    """What happens one after the other, and whether it did."""
    return [
        (_("The letter is entered"), True),
        (_("Letter and name are checked"), all(each.done for each in lines if each.line.first)),
        (_("A second person confirms"), row.state == State.CONFIRMED),
        (_("The first admin is verified by telephone"), verified),
        (_("The first admin is invited"), account is not None),
        (_("The first admin has logged in"), account is not None and account.last_login is not None),
    ]
