"""Forms of the deal room."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextareaWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import LEVELS, choice, day, line
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
from deals.sentences.words import later_word
from institutions.isolation.levels import Level
from institutions.models import Institution, Staff

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

BASES = [
    (Basis.OWN, later("our own work")),
    (Basis.SPONSOR_CONSENT, later("learnt from a company that consents")),
    (Basis.PUBLIC_SOURCE, later("published")),
]
BEYOND = later("Beyond the lead, an approver confirms first.")
REPLIES = {
    Reply.ACCEPTED: later("We accept the invitation"),
    Reply.DECLINED: later("We decline: we see nothing more of the deal from now on"),
    Reply.LEFT: later("We leave: we see nothing more of the deal from now on"),
}


def told_to(
    label: "StrOrPromise", *, widest: Level = Level.PUBLIC, hint: "StrOrPromise" = BEYOND, first: Level = Level.LEAD
) -> Any:
    """A choice of how far something is told."""
    levels = [(code, said) for code, said in LEVELS if Level(code).rank <= widest.rank]
    return choice(label, levels, hint=hint, initial=first.value)


def text(
    label: "StrOrPromise", *, longest: int, rows: int = 4, hint: "StrOrPromise" = "", required: bool = True
) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, help_text=hint, widget=widget)


class ChosenInstitutions(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, label: "StrOrPromise", *, hint: "StrOrPromise" = "") -> None:
        super().__init__(
            Institution.objects.none(),
            label=label,
            required=False,
            help_text=hint,
            widget=UnfoldAdminSelectMultipleWidget(),
            error_messages={
                "invalid_choice": later("Choose from the list."),
                "invalid_pk_value": later("Choose from the list."),
            },
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
    title = line(later("Title"), longest=200, required=True)
    kind = choice(
        later("Kind"), [(code, later_word(code)) for code in DocumentKind.values], initial=DocumentKind.OTHER.value
    )
    file = forms.FileField(
        label=later("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(suffix for kind in TAKEN for suffix in kind.suffixes)}),
        error_messages={"empty": later("The file is empty. Choose it again.")},
    )
    basis = choice(later("By what right it is shown"), BASES)
    consent = SeenChoice(later("Consent"), hint=later("Only where a company consents; it says how far and how long."))
    public_source = line(
        later("Where it is published"), longest=400, hint=later("Only where it is: title, address and date.")
    )
    replaces = SeenChoice(later("Replaces"), empty=later("nothing: a new document"))
    party = SeenChoice(later("NDA of"), empty=later("no NDA"))
    level = told_to(later("Who is told of it"), first=Level.OWN)

    def offer(self) -> None:
        hint = _("%(kinds)s; %(largest)s MB at most. What is in it counts, not its name.")
        largest = settings.DOCUMENT_LARGEST // 1_000_000
        self.fields["file"].help_text = hint % {"kinds": _(IN_WORDS), "largest": largest}
        mine = {"deal": self.deal, "owner": self.who.institution_id}
        offer(self, consent=SponsorConsent.objects.filter(**mine, ended_at=None).order_by("told_at", "id"))
        offer(self, replaces=Document.objects.filter(**mine, replaced_by=None).order_by("title", "id"))
        offer(self, party=Party.objects.filter(deal=self.deal).select_related("institution"))


class ConsentForm(RoomForm):
    company = SeenChoice(later("Company that consents"), empty=later("choose one"), required=True)
    covers = line(later("What it covers"), longest=400, required=True)
    widest = told_to(
        later("How far it goes at most"), hint=later("The database shows what rests on it to nobody beyond.")
    )
    institutions = ChosenInstitutions(
        later("Named beside that"), hint=later("Institutions to whom it may be shown by name.")
    )
    until = day(later("Until"), hint=later("The last day. Empty where the consent names none."))
    evidence = line(later("Where the consent is written"), longest=400, required=True)

    def offer(self) -> None:
        offer(self, company=Company.objects.order_by("name", "id"))
        offer(self, institutions=self._others())


class QuestionForm(RoomForm):
    text = text(later("Question"), longest=4000)
    to = SeenChoice(later("To"), empty=later("the lead"), hint=later("A named party is asked before all parties."))
    document = SeenChoice(later("About the document"))
    level = told_to(later("Who is told of it"))

    def offer(self) -> None:
        offer(self, to=self._others())
        offer(self, document=Document.objects.filter(deal=self.deal).order_by("title", "id"))


class AnswerForm(RoomForm):
    text = text(later("Answer"), longest=8000, rows=6)
    document = SeenChoice(
        later("With the document"), hint=later("It is told as far as its own level, not with the answer.")
    )
    level = told_to(
        later("Who else is told"),
        hint=later("Whoever asked sees it at once. Beyond the lead, an approver confirms first."),
    )

    def offer(self) -> None:
        offer(self, document=Document.objects.filter(deal=self.deal).order_by("title", "id"))


class ReportForm(RoomForm):
    workstream = choice(later("Workstream"), [(code, later_word(code)) for code in Workstream.values])
    scope = line(later("Scope"), longest=300)
    adviser = SeenChoice(later("Adviser"), empty=later("not yet named"))
    commissioned_on = day(later("Commissioned on"), hint=later("Today, unless you give another day."))
    relying = ChosenInstitutions(later("Who may rely on it"))
    until = day(later("They may rely on it until"), hint=later("The last day. Empty where there is none."))
    level = told_to(later("Who is told of it"))
    # What was shown as a warning, so that it is read once and not in the way of what is meant.
    warned = forms.CharField(required=False, widget=forms.HiddenInput)

    def offer(self) -> None:
        offer(self, adviser=Company.objects.order_by("name", "id"))
        offer(self, relying=self._others())


class DeliveryForm(RoomForm):
    delivered_on = day(later("Delivered on"), hint=later("Today, unless you give another day."))
    document = SeenChoice(
        later("The report itself"),
        empty=later("not in the room"),
        hint=later("One of your own documents in this room."),
    )

    def offer(self) -> None:
        own = Document.objects.filter(deal=self.deal, owner=self.who.institution_id)
        offer(self, document=own.order_by("title", "id"))


class ConflictForm(RoomForm):
    description = text(
        later("The interest"), longest=600, hint=later("What your institution or its own has to do with whom.")
    )
    company = SeenChoice(later("Company"), empty=later("none of the registry"))
    role = choice(
        later("What you are to it"),
        [("", later("none of these")), *((code, later_word(code)) for code in COMPANY_ROLES)],
        required=False,
    )
    since = day(later("Since"))
    until = day(later("Until"))
    level = told_to(later("Who is told of it"), widest=Level.PARTIES, first=Level.PARTIES)

    def offer(self) -> None:
        offer(self, company=Company.objects.order_by("name", "id"))


class NdaForm(RoomForm):
    signed_on = day(later("Signed on"), required=True)
    expires_on = day(later("Expires on"), hint=later("From this day on it is in force no more."))
    company = line(later("Signed with the company"), longest=200)
    version = line(later("Version"), longest=40)


class EndForm(RoomForm):
    on = day(later("On"), hint=later("Today, unless you give an earlier day."))


class ReplyForm(RoomForm):
    answer = choice(later("Your reply"), [(code.value, said) for code, said in REPLIES.items()])
    note = text(later("Note"), longest=400, rows=3, required=False, hint=later("Told to the coordinators."))


class LevelForm(RoomForm):
    level = told_to(later("Who is told of it"))
