"""Contacts of an institution: for its admin to keep, on the page of its people."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from institutions.admin.member_forms import CONTACTS, email, text
from institutions.models import Contact, ContactKind, Staff
from institutions.services.contacts import is_mailed, keep_contact


class ContactForm(forms.Form):
    """Whom to call for one purpose."""

    name = text(later("Name"), 120, later("A person or a desk."))
    email = email(later("E-mail address"))
    phone = text(later("Telephone"), 40, kind="tel")


def contact_forms(who: Staff, given: ContactForm | None = None) -> list[tuple[str, str, ContactForm]]:
    """Each contact of one's institution, with the form that changes it; `given` stands as it was typed."""
    kept = {row.kind: row for row in Contact.objects.filter(owner=who.institution_id)}
    forms = {kind: given if given and given.prefix == kind else _form(kind, kept.get(kind)) for kind in CONTACTS}
    return [(kind.value, str(label), forms[kind]) for kind, label in CONTACTS.items()]


def _form(kind: ContactKind, row: Contact | None) -> ContactForm:
    facts = {"name": row.name, "email": row.email, "phone": row.phone} if row else {}
    return ContactForm(initial=facts, prefix=kind.value)


def keep(who: Staff, kind: ContactKind, form: ContactForm) -> str:
    """Keeps what a valid form gives, and says so."""
    made = keep_contact(by=who, kind=kind, **form.cleaned_data)
    if kind == ContactKind.TECHNICAL and not is_mailed(made, [who]):
        return _(
            "Kept: the secretariat sees it, and no other institution. It is not of your domain, so that nothing is "
            "mailed to it."
        )
    return _("Kept: the secretariat sees it, and no other institution.")
