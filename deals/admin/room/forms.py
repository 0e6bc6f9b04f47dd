"""Forms of the deal room."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import LEVELS, choice, day, line
from deals.admin.words import words
from deals.file_types import IN_WORDS, TAKEN
from deals.models import (
    COMPANY_ROLES,
    Basis,
    Company,
    Deal,
    Document,
    DocumentKind,
    Party,
    Reply,
    SponsorConsent,
    Workstream,
)
from institutions.isolation.levels import Level
from institutions.models import Institution, Staff

BASES = [
    (Basis.OWN, "our own work"),
    (Basis.SPONSOR_CONSENT, "learnt from a company that consents"),
    (Basis.PUBLIC_SOURCE, "published"),
]
BEYOND = "Beyond the lead, an approver confirms first."
REPLIES = {
    Reply.ACCEPTED: "We accept the invitation",
    Reply.DECLINED: "We decline: we see nothing more of the deal from now on",
    Reply.LEFT: "We leave: we see nothing more of the deal from now on",
}


def told_to(label: str, *, widest: Level = Level.PUBLIC, hint: str = BEYOND, first: Level = Level.LEAD) -> Any:
    """A choice of how far something is told."""
    levels = [(code, said) for code, said in LEVELS if Level(code).rank <= widest.rank]
    return choice(label, levels, hint=hint, initial=first.value)


def text(label: str, *, longest: int, rows: int = 4, hint: str = "", required: bool = True) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, help_text=hint, widget=widget)


class ChosenInstitutions(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(
            Institution.objects.none(),
            label=label,
            required=False,
            help_text=hint,
            widget=UnfoldAdminSelectMultipleWidget(),
            error_messages={"invalid_choice": "Choose from the list.", "invalid_pk_value": "Choose from the list."},
        )


class RoomForm(forms.Form):
    """A form about one deal, filled in by one person."""

    def __init__(self, *args: Any, deal: Deal, who: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.who = deal, who
        self.offer()

    def offer(self) -> None:
        """Fills the choices with what the asker sees."""

    def _others(self) -> Any:
        """The institutions of the deal that the asker sees, its own left out."""
        parties = Party.objects.filter(deal=self.deal).values("institution")
        known = Institution.objects.filter(pk__in=parties) | Institution.objects.filter(pk=self.deal.owner_id)
        return known.exclude(pk=self.who.institution_id).order_by("short_name")


class DocumentForm(RoomForm):
    title = line("Title", longest=200, required=True)
    kind = choice("Kind", [(code, words(code)) for code in DocumentKind.values], initial=DocumentKind.OTHER.value)
    file = forms.FileField(
        label="File",
        help_text=f"{IN_WORDS}; {{largest}} MB at most. What is in it counts, not its name.",
        widget=forms.FileInput(attrs={"accept": ",".join(suffix for kind in TAKEN for suffix in kind.suffixes)}),
        error_messages={"empty": "The file is empty. Choose it again."},
    )
    basis = choice("By what right it is shown", BASES)
    consent = SeenChoice("Consent", hint="Only where a company consents; it says how far and how long.")
    public_source = line("Where it is published", longest=400, hint="Only where it is: title, address and date.")
    replaces = SeenChoice("Replaces", empty="nothing: a new document")
    party = SeenChoice("NDA of", empty="no NDA")
    level = told_to("Who is told of it", first=Level.OWN)

    def offer(self) -> None:
        hint = str(self.fields["file"].help_text)
        self.fields["file"].help_text = hint.format(largest=settings.DOCUMENT_LARGEST // 1_000_000)
        mine = {"deal": self.deal, "owner": self.who.institution_id}
        offer(self, consent=SponsorConsent.objects.filter(**mine, ended_at=None).order_by("told_at", "id"))
        offer(self, replaces=Document.objects.filter(**mine, replaced_by=None).order_by("title", "id"))
        offer(self, party=Party.objects.filter(deal=self.deal).select_related("institution"))


class ConsentForm(RoomForm):
    company = SeenChoice("Company that consents", empty="choose one", required=True)
    covers = line("What it covers", longest=400, required=True)
    widest = told_to("How far it goes at most", hint="The database shows what rests on it to nobody beyond.")
    institutions = ChosenInstitutions("Named beside that", hint="Institutions to whom it may be shown by name.")
    until = day("Until", hint="The last day. Empty where the consent names none.")
    evidence = line("Where the consent is written", longest=400, required=True)

    def offer(self) -> None:
        offer(self, company=Company.objects.order_by("name", "id"))
        offer(self, institutions=self._others())


class QuestionForm(RoomForm):
    text = text("Question", longest=4000)
    to = SeenChoice("To", empty="the lead", hint="A named party is asked before all parties.")
    document = SeenChoice("About the document")
    level = told_to("Who is told of it")

    def offer(self) -> None:
        offer(self, to=self._others())
        offer(self, document=Document.objects.filter(deal=self.deal).order_by("title", "id"))


class AnswerForm(RoomForm):
    text = text("Answer", longest=8000, rows=6)
    document = SeenChoice("With the document", hint="It is told as far as its own level, not with the answer.")
    level = told_to("Who else is told", hint=f"Whoever asked sees it at once. {BEYOND}")

    def offer(self) -> None:
        offer(self, document=Document.objects.filter(deal=self.deal).order_by("title", "id"))


class ReportForm(RoomForm):
    workstream = choice("Workstream", [(code, words(code)) for code in Workstream.values])
    scope = line("Scope", longest=300)
    adviser = SeenChoice("Adviser", empty="not yet named")
    commissioned_on = day("Commissioned on", hint="Today, unless you give another day.")
    relying = ChosenInstitutions("Who may rely on it")
    until = day("They may rely on it until", hint="The last day. Empty where there is none.")
    level = told_to("Who is told of it")
    # What was shown as a warning, so that it is read once and not in the way of what is meant.
    warned = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self) -> None:
        offer(self, adviser=Company.objects.order_by("name", "id"))
        offer(self, relying=self._others())


class DeliveryForm(RoomForm):
    delivered_on = day("Delivered on", hint="Today, unless you give another day.")
    document = SeenChoice("The report itself", empty="not in the room", hint="One of your own documents in this room.")

    def offer(self) -> None:
        own = Document.objects.filter(deal=self.deal, owner=self.who.institution_id)
        offer(self, document=own.order_by("title", "id"))


class ConflictForm(RoomForm):
    description = text("The interest", longest=600, hint="What your institution or its own has to do with whom.")
    company = SeenChoice("Company", empty="none of the registry")
    role = choice(
        "What you are to it", [("", "none of these"), *((code, code) for code in COMPANY_ROLES)], required=False
    )
    since = day("Since")
    until = day("Until")
    level = told_to("Who is told of it", widest=Level.PARTIES, first=Level.PARTIES)

    def offer(self) -> None:
        offer(self, company=Company.objects.order_by("name", "id"))


class NdaForm(RoomForm):
    signed_on = day("Signed on", required=True)
    expires_on = day("Expires on", hint="From this day on it is in force no more.")
    company = line("Signed with the company", longest=200)
    version = line("Version", longest=40)


class EndForm(RoomForm):
    on = day("On", hint="Today, unless you give an earlier day.")


class ReplyForm(RoomForm):
    answer = choice("Your reply", [(code.value, said) for code, said in REPLIES.items()])
    note = text("Note", longest=400, rows=3, required=False, hint="Told to the coordinators.")


class LevelForm(RoomForm):
    level = told_to("Who is told of it")
