"""What the secretariat fills in when an institution comes, is suspended or goes."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy
from stdnum import lei
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from institutions.models import ChangeKind, ContactKind, Institution, Kind, Membership, MembershipStatus, Network
from institutions.selectors.naming import membership_in_words
from institutions.services.admitting import Nomination, Person

CONTACTS = {
    ContactKind.TECHNICAL: later("Technical contact"),
    ContactKind.LEGAL: later("Legal contact"),
    ContactKind.DUTY: later("Duty contact"),
}
STANDINGS = (
    (MembershipStatus.MEMBER.value, pgettext_lazy("of a membership", "member")),
    (MembershipStatus.OBSERVER.value, pgettext_lazy("of a membership", "observer")),
)
KINDS = [kind for kind in Kind.choices if kind[0] != Kind.SECRETARIAT]
CHANGES = {
    ChangeKind.SUSPENSION: later("suspend it"),
    ChangeKind.REINSTATEMENT: later("take it up again after a suspension"),
    ChangeKind.EXIT: later("end it"),
}


def text(label: Any, most: int, hint: Any = "", *, required: bool = True, kind: str = "text") -> forms.CharField:
    """A line of text as all of these forms have it."""
    widget = UnfoldAdminTextInputWidget(attrs={"type": kind, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, help_text=hint, required=required, widget=widget)


def day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=hint, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))


def _choice(label: Any, choices: Any, hint: Any = "", *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=hint, required=required, widget=UnfoldAdminSelectWidget()
    )


def email(label: Any, hint: Any = "") -> forms.EmailField:
    widget = UnfoldAdminTextInputWidget(attrs={"type": "email", "autocomplete": "off"})
    return forms.EmailField(label=label, max_length=254, help_text=hint, widget=widget)


class NominationForm(forms.Form):
    """The nomination letter, sentence by sentence."""

    network = forms.ModelChoiceField(
        Network.objects.none(), label=later("Network"), empty_label=None, widget=UnfoldAdminSelectWidget()
    )
    status = _choice(later("As"), STANDINGS)
    since = day(later("From"))
    letter = forms.FileField(
        label=later("The letter"),
        help_text=later("Its fingerprint is kept and the file is not: it stays in the secretariat's files."),
    )
    letter_from = text(later("Signed by"), 200, later("Name and function."))
    letter_on = day(later("Dated"))
    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label=later("Institution"),
        required=False,
        empty_label=later("one that is not in the registry yet"),
        widget=UnfoldAdminSelectWidget(),
    )
    name = text(later("Name"), 200, required=False)
    short_name = text(later("Short name"), 40, required=False)
    kind = _choice(later("Kind"), [("", "–"), *((code, later(said)) for code, said in KINDS)], required=False)
    country = text(later("Country"), 2, later("Two letters, such as KR (ISO 3166-1)."), required=False)
    lei = text("LEI", 20, later("20 signs (ISO 17442), where it has one."), required=False)
    website = forms.URLField(
        label=later("Website"), required=False, assume_scheme="https", widget=UnfoldAdminTextInputWidget()
    )
    admin_name = text(later("First admin"), 120, later("Who keeps its people and systems."))
    admin_email = email(later("E-mail address"), later("Of the institution's own domain; they log in with it."))
    admin_phone = text(later("Telephone"), 40, kind="tel")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["network"].queryset = Network.objects.filter(ended_on=None).order_by("name", "id")  # type: ignore[attr-defined]
        others = Institution.objects.exclude(kind=Kind.SECRETARIAT).order_by("short_name", "id")
        self.fields["institution"].queryset = others  # type: ignore[attr-defined]
        for kind, label in CONTACTS.items():
            self.fields[f"{kind}_name"] = text(label, 120, later("A person or a desk."))
            self.fields[f"{kind}_email"] = email(later("E-mail address"))
            self.fields[f"{kind}_phone"] = text(later("Telephone"), 40, kind="tel")

    def contacts(self) -> list[list[forms.BoundField]]:
        """The fields of each contact."""
        return [[self[f"{kind}_{part}"] for part in ("name", "email", "phone")] for kind in CONTACTS]

    def clean_lei(self) -> str:
        given: str = self.cleaned_data["lei"].strip().upper()
        if given and not lei.is_valid(given):
            raise forms.ValidationError(_("'%(lei)s' is no LEI: its check digits do not fit.") % {"lei": given})
        return given

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("institution"):
            for name in ("name", "short_name", "kind", "country"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, later("Say it of an institution that is not in the registry yet."))
        return given

    def nomination(self) -> Nomination:
        """What the letter says, once the form is valid."""
        given = dict(self.cleaned_data)
        digest = hashlib.sha256()
        for chunk in given.pop("letter").chunks():
            digest.update(chunk)
        people = {
            who: Person(*(given.pop(f"{who}_{part}") for part in ("name", "email", "phone")))
            for who in ("admin", *CONTACTS)
        }
        given["country"] = given["country"].upper()
        return Nomination(
            **given | {"status": MembershipStatus(given["status"])},
            letter_digest=digest.hexdigest(),
            admin=people.pop("admin"),
            contacts={str(kind): who for kind, who in people.items()},
        )


class MembershipChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is not generic when it runs
    """Memberships, in the language of whoever chooses."""

    def label_from_instance(self, obj: Any) -> str:
        return membership_in_words(obj)


class ChangeForm(forms.Form):
    """A membership that is to be suspended, taken up again or ended."""

    membership = MembershipChoice(
        Membership.objects.none(), label=later("Membership"), widget=UnfoldAdminSelectWidget()
    )
    kind = _choice(later("What"), [(kind.value, says) for kind, says in CHANGES.items()])
    observer = forms.BooleanField(
        label=later("As an observer"),
        required=False,
        help_text=later("Of one that is taken up again; else as a member."),
    )
    on = day(later("From"), later("It is told nothing of the network from this day on; its own deals go on."))
    reason = forms.CharField(
        label=later("Reason"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=later("For the secretariat alone."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        standing = Membership.objects.filter(until=None).exclude(status=MembershipStatus.WITHDRAWN)
        self.fields["membership"].queryset = standing.select_related("institution", "network").order_by(  # type: ignore[attr-defined]
            "institution__short_name", "id"
        )


class MarkForm(forms.Form):
    """A line of a checklist that was done."""

    line = forms.CharField(max_length=40)
    on = forms.DateField()
    note = forms.CharField(max_length=300, required=False)
