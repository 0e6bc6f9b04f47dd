"""Contacts of an institution: for its admin to keep, on the page of its people."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from institutions.admin.member_forms import CONTACTS, email, text
from institutions.admin.site import person, site
from institutions.models import Contact, ContactKind, Staff
from institutions.permissions import Permission
from institutions.services.contacts import keep_contact


class ContactForm(forms.Form):
    """Whom to call for one purpose."""

    name = text(later("Name"), 120, later("A person or a desk."))
    email = email(later("E-mail address"))
    phone = text(later("Telephone"), 40, kind="tel")


def contact_forms(who: Staff) -> list[tuple[str, str, ContactForm]]:
    """Each contact of one's institution, with the form that changes it."""
    kept = {row.kind: row for row in Contact.objects.filter(owner=who.institution_id)}
    return [(kind.value, str(label), _form(kind, kept.get(kind))) for kind, label in CONTACTS.items()]


def _form(kind: ContactKind, row: Contact | None) -> ContactForm:
    facts = {"name": row.name, "email": row.email, "phone": row.phone} if row else {}
    return ContactForm(initial=facts, prefix=kind.value)


@site.page("contacts/<slug:kind>/", name="contact")
def contact(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Says whom to call for one purpose."""
    who = person(request)
    if not who.may(Permission.STAFF_MANAGE) or kind not in ContactKind.values:
        raise Http404
    if request.method == "POST":
        form = ContactForm(request.POST, prefix=kind)
        if form.is_valid():
            keep_contact(by=who, kind=ContactKind(kind), **form.cleaned_data)
            messages.success(request, _("Kept: the secretariat sees it, and no other institution."))
        else:
            messages.error(request, _("Nothing was changed. Give a name, an e-mail address and a telephone number."))
    return redirect("admin:people")
