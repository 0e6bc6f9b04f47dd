"""The form of a mandate: what is left empty is not asked for."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from deals.admin.amounts import Misread, read
from deals.admin.choices import offer
from deals.admin.forms import choice, day, line
from deals.admin.project_forms import LEVELS
from deals.admin.words import later_instrument, words
from deals.models import ChainStage, DevelopmentStage, Instrument, LinkKind, Mandate, Mineral
from deals.sentences.words import later_word
from deals.services.mandates import MandateDraft

_ANY = [("", later("any"))]


def _several(label: Any, codes: Iterable[str], hint: Any = "", said: Any = later_word) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[(code, said(code)) for code in codes],
        required=False,
        help_text=hint,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )


def _stages() -> list[tuple[str, Any]]:
    return [*_ANY, *((stage, words(stage)) for stage in DevelopmentStage.values)]


class MandateForm(forms.Form):
    """A version as an officer words it."""

    name = line(
        later("Name"),
        longest=120,
        required=True,
        hint=later("Of the facility or account. A later version has the same."),
    )
    since = day(later("In force from"), required=True)
    instruments = _several(later("Instruments"), Instrument.values, later("None chosen: any."), later_instrument)
    ticket_from = line(
        later("Smallest ticket"), longest=40, hint=later("Such as 50m; leave it empty where there is none.")
    )
    ticket_to = line(later("Largest ticket"), longest=40, hint=later("Such as 500m."))
    currency = line(later("Currency"), longest=3, hint=later("Three letters, such as USD."))
    longest_tenor_months = forms.IntegerField(
        label=later("Longest tenor, in months"),
        required=False,
        min_value=1,
        max_value=1200,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    minerals: "forms.ModelMultipleChoiceField[Mineral]" = forms.ModelMultipleChoiceField(
        Mineral.objects.none(), label=later("Minerals"), required=False, help_text=later("None chosen: any."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )  # fmt: skip
    chain_stages = _several(later("Supply-chain stages"), ChainStage.values, later("None chosen: any."))
    earliest_stage = choice(later("Earliest development stage"), [], required=False)
    countries = line(
        later("Only in these countries"), longest=400, hint=later("Two letters each, such as AU, CA; empty: anywhere.")
    )
    countries_out = line(later("Not in these countries"), longest=400)
    links = _several(later("National interest: one of these is enough"), LinkKind.values)
    link_country = line(later("Of which country"), longest=2, hint=later("Two letters, such as KR."))
    basis = line(later("Where it is written down"), longest=300)
    level = choice(
        later("Who is told of it"), LEVELS,
        hint=later("Leads find you by those that they are told of. Beyond your institution, an approver confirms."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, minerals=Mineral.objects.all())
        self.fields["earliest_stage"].choices = _stages()  # type: ignore[attr-defined]

    def clean_countries(self) -> tuple[str, ...]:
        return codes_of(self.cleaned_data["countries"])

    def clean_countries_out(self) -> tuple[str, ...]:
        return codes_of(self.cleaned_data["countries_out"])

    def clean_link_country(self) -> str:
        return next(iter(codes_of(self.cleaned_data["link_country"])), "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("ticket_from", "ticket_to"):
            given[name] = self._ticket(name, given)
        return given

    def _ticket(self, name: str, given: dict[str, Any]) -> Decimal | None:
        text = given.get(name, "").strip()
        if not text:
            return None
        try:
            money = read(text, given.get("currency", ""))
        except Misread as misread:
            self.add_error(name if misread.field == "amount" else "currency", misread.says)
            return None
        # An amount may name its currency itself.
        given["currency"] = money.currency
        return money.amount

    def draft(self) -> MandateDraft:
        """The version as it was worded; call it on a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "level"}
        several = ("instruments", "minerals", "chain_stages", "links")
        return MandateDraft(**given | {name: tuple(given[name]) for name in several})


def filled_from(mandate: Mandate) -> dict[str, Any]:
    """What the form of its next version begins with."""
    today: date = timezone.now().date()
    return {
        "name": mandate.name,
        "since": max(today, mandate.since),
        "instruments": mandate.instruments,
        "ticket_from": _amount(mandate.ticket_from),
        "ticket_to": _amount(mandate.ticket_to),
        "currency": mandate.currency,
        "longest_tenor_months": mandate.longest_tenor_months,
        "minerals": mandate.minerals,
        "chain_stages": mandate.chain_stages,
        "earliest_stage": mandate.earliest_stage,
        "countries": ", ".join(mandate.countries),
        "countries_out": ", ".join(mandate.countries_out),
        "links": mandate.links,
        "link_country": mandate.link_country,
        "basis": mandate.basis,
        "level": mandate.level,
    }


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():,f}"


def codes_of(text: str) -> tuple[str, ...]:
    """Countries as they are typed, with commas or spaces between them. Raises ValidationError naming what is none."""
    codes = [code for code in re.split(r"[\s,;]+", text.upper()) if code]
    if wrong := [code for code in codes if not re.fullmatch("[A-Z]{2}", code)]:
        raise ValidationError(
            _("'%(code)s' is no country code. Give two letters each, with commas between them.") % {"code": wrong[0]}
        )
    return tuple(dict.fromkeys(codes))
