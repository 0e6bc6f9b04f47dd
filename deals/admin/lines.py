"""Rows as the deals' pages show them: codes in words, badges, figures."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.words import class_badge, level_badge, origin_badge, words
from deals.models import Commitment, ExpiryNotice, Running, Step, Tranche
from deals.selectors.deal_page import CommitmentLine, amount_in_words
from deals.sentences.days import day_in_words
from deals.sentences.words import instrument_word


@dataclass(frozen=True)
class ShownCommitment:
    """A commitment as one line of a table."""

    line: CommitmentLine

    @property
    def commitment(self) -> Commitment:
        return self.line.commitment

    @property
    def replaced(self) -> bool:
        return self.line.replaced

    @property
    def published(self) -> bool:
        return self.line.published

    @property
    def size_in_words(self) -> str:
        return self.line.size_in_words

    @property
    def instrument(self) -> str:
        return instrument_word(self.commitment.instrument)

    @property
    def stage(self) -> str:
        return words(self.commitment.stage)

    @property
    def badge(self) -> SafeString:
        return class_badge(self.commitment.stage)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.commitment, self.commitment.institution.short_name)

    @property
    def origin(self) -> SafeString:
        return origin_badge(self.commitment.origin, demo=self.commitment.demo)

    @property
    def deal_name(self) -> str:
        deal = getattr(self.commitment, "deal", None)
        return deal.name if deal else _("A deal that you may not see")


@dataclass(frozen=True)
class ShownNotice:
    """A warning of what runs out, as one line."""

    notice: ExpiryNotice

    @property
    def what(self) -> str:
        if self.notice.condition:
            return self.notice.condition.text
        found = self.notice.commitment.tranche if self.notice.commitment else None
        return _("Availability of %(tranche)s") % {"tranche": found.name} if found else _("Availability of a tranche")

    @property
    def deal_name(self) -> str:
        deal = getattr(self.notice, "deal", None)
        return deal.name if deal else _("A deal that you may not see")

    @property
    def link(self) -> str:
        if self.notice.condition_id:
            return reverse("admin:deals_condition_change", args=[self.notice.condition_id])
        return reverse("admin:deals_commitment_change", args=[self.notice.commitment_id])

    @property
    def said(self) -> str:
        over = self.notice.days == 0
        if self.notice.kind == Running.CONDITION:
            says = _("overdue since %(day)s") if over else _("due %(day)s")
        else:
            says = _("ended %(day)s: undrawn money waits for your decision") if over else _("ends %(day)s")
        return says % {"day": day_in_words(self.notice.due_on)}


@dataclass(frozen=True)
class ShownStep:
    """A stage that was entered."""

    step: Step

    @property
    def name(self) -> str:
        return words(self.step.stage)

    @property
    def on(self) -> str:
        """The day, or the month or year where no more is known."""
        if self.step.effective_on is None:
            return ""
        return day_in_words(self.step.effective_on, self.step.precision)

    @property
    def amount(self) -> str:
        return amount_in_words(self.step.amount, self.step.currency)

    @property
    def reason(self) -> str:
        return self.step.reason or self.step.note


@dataclass(frozen=True)
class ShownTranche:
    """A tranche with its figure."""

    tranche: Tranche

    @property
    def purpose(self) -> str:
        return words(self.tranche.purpose)

    @property
    def amount(self) -> str:
        return amount_in_words(self.tranche.amount, self.tranche.currency)
