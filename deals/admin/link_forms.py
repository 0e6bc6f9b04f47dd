"""Forms of what a commitment protects, whose loan it shares in, and what it is promised together with."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from deals.admin.amounts import KNOWN, read_amount
from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import LEVELS, AsSeen, choice, line, percent
from deals.lifecycle import SEEN_BY_TWO, STAGES, Class
from deals.models import Commitment, CoverLink, Origin, ParticipationKind, Qualifier, Tranche
from deals.selectors.deal_page import size_in_words, with_sizes
from deals.selectors.links import called
from deals.sentences.words import listed
from institutions.isolation.levels import Level
from institutions.isolation.sealing import digest

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

KINDS: "list[tuple[str, StrOrPromise]]" = [
    (ParticipationKind.FUNDED.value, later("funded: our money is within that loan")),
    (ParticipationKind.B_LOAN.value, later("B loan: our money is within that loan, under its lender's name")),
    (ParticipationKind.RISK.value, later("risk: we take a part of the risk and give no money")),
]
_SUCH_AS = later("Such as 95 or 82.50.")
_ENDED = [stage.code for stage in STAGES.values() if stage.cls is Class.ENDED]


def _label(commitment: Commitment) -> str:
    size = size_in_words(getattr(commitment, "size", None))
    return listed([called(commitment), size]) if size else called(commitment)


class CommitmentChoice(SeenChoice):
    """One of the deal's commitments that the asker sees."""

    def label_from_instance(self, obj: Any) -> str:
        return _label(obj)


class CommitmentChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # django-stubs' class takes none
    """Several of the asker's own."""

    def label_from_instance(self, obj: Any) -> str:
        return _label(obj)


class ToldForm(AsSeen):
    """What each link has: how far it is told."""

    level = choice(
        later("Who is told of it"),
        LEVELS,
        hint=later("No further than each commitment named. Beyond the lead, an approver confirms."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("level"):
            given["level"] = Level(given["level"])
        return given


class CoverForm(ToldForm):
    """What a cover protects, and how much of it."""

    covered = CommitmentChoice(later("Protects the commitment"), later("In this deal, as far as you see them."))
    tranche = SeenChoice(later("or the tranche"), later("One of the two."))
    political_percent = percent(later("Political risk, %"), hint=_SUCH_AS, decimals=2)
    commercial_percent = percent(later("Commercial risk, %"), hint=_SUCH_AS, decimals=2)
    amount = line(
        later("Amount"), longest=40, hint=later("Where it is no percentage. With neither it protects all of it.")
    )
    currency = line(later("Currency"), longest=3, hint=later("Three letters, such as USD."))

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        tranches = Tranche.objects.filter(deal_id=commitment.deal_id)
        offer(self, covered=others_in_deal(commitment), tranche=tranches)
        self.fields["currency"].initial = getattr(getattr(commitment, "size", None), "currency", "")
        # Sent twice, it would protect twice as much.
        links = sorted(CoverLink.objects.filter(cover=commitment).values_list("pk", flat=True))
        self.fields["seen"].initial = self.present = digest(f"{self.present} {links}")[:32]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        chosen = bool(given.get("covered")) + bool(given.get("tranche"))
        if chosen != 1 and not {"covered", "tranche"} & set(self.errors):
            self.add_error("covered", _("Choose the commitment or the tranche that it protects, one of the two."))
        if given.get("amount") and "currency" in given:
            given["money"] = read_amount(self, given, otherwise=_(", or none"))
        return given


class ShareForm(ToldForm):
    """Whose loan a commitment is a share in."""

    lender = CommitmentChoice(
        later("A share in the loan of"), later("The lender of record's commitment."), required=True
    )
    kind = choice(later("Kind"), KINDS, hint=later("Funded shares and B loans are counted within that loan, once."))

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        offer(self, lender=others_in_deal(commitment))


class TogetherForm(ToldForm):
    """One amount for this commitment and others of the same institution."""

    commitments = CommitmentChoices(
        Commitment.objects.none(),
        label=later("Together with"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=later("Their own amounts are unknown from then on."),
        error_messages={
            "required": later("Choose at least one other commitment of yours."),
            "invalid_choice": later("Choose from the list."),
            "invalid_pk_value": later("Choose from the list."),
        },
    )
    qualifier = choice(later("How sure is the amount"), KNOWN)
    amount = line(
        later("Amount for all of them"),
        longest=40,
        required=True,
        hint=later("Digits and a point, such as 150000000.00."),
    )
    currency = line(later("Currency"), longest=3, required=True, hint=later("Three letters, such as USD."))
    note = line(later("Note"), longest=300, hint=later("Told as far as the amount."))

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        offer(self, commitments=own_and_open(commitment))
        self.fields["currency"].initial = getattr(getattr(commitment, "size", None), "currency", "")

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if {"amount", "currency"} <= given.keys():
            given["money"] = read_amount(self, given)
        if given.get("qualifier"):
            given["qualifier"] = Qualifier(given["qualifier"])
        return given


def others_in_deal(commitment: Commitment) -> QuerySet[Commitment]:
    """The deal's other commitments that the asker sees and that have not ended."""
    found = Commitment.objects.filter(deal_id=commitment.deal_id).exclude(stage__in=_ENDED).exclude(pk=commitment.pk)
    return with_sizes(found).order_by("institution__short_name", "told_at", "id")


def own_and_open(commitment: Commitment) -> QuerySet[Commitment]:
    """The owner's other commitments in the deal whose amounts one person may state."""
    own = others_in_deal(commitment).filter(owner_id=commitment.owner_id, origin=Origin.REGISTERED)
    return own.exclude(stage__in=SEEN_BY_TWO)
