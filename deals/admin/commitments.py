"""Commitments: the list, and the page of one with what its owner may do to it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as later

from deals.admin.conditions import ShownCondition
from deals.admin.forms import LevelForm, MoveForm
from deals.admin.history import told
from deals.admin.ledger import ledger_of
from deals.admin.lines import ShownCommitment, ShownStep
from deals.admin.linked import linked_of
from deals.admin.origin_forms import ConfirmationForm
from deals.admin.words import class_badge, level_badge, number, origin_badge, words
from deals.lifecycle import NEXT_STEP, Requirement, needs_two
from deals.models import Commitment, Deal, Origin, Price
from deals.selectors.conditions import conditions_of
from deals.selectors.deal_page import CommitmentLine, price_in_words, size_in_words, with_sizes
from deals.selectors.links import commitment_in_words
from deals.selectors.origin import confirmation_of
from deals.sentences.next_steps import step_to_do
from deals.sentences.words import instrument_word
from deals.services import requirements
from deals.services.conditions import not_effective_yet
from institutions.admin.people import with_role
from institutions.admin.reading import ReadingAdmin
from institutions.admin.refusing import in_plain_words
from institutions.admin.site import person, site
from institutions.models import Approval
from institutions.permissions import Permission, Role


@admin.register(Commitment, site=site)
class CommitmentAdmin(ReadingAdmin):
    list_display = ("whose", "shown_deal", "kind", "standing", "stated", "until", "told_to", "shown_origin")
    list_filter = ("stage", "instrument", "origin")
    search_fields = ("institution__name", "deal__name")
    search_help_text = later("Institution, deal or your reference")
    ordering = ("-told_at", "id")
    page_template = "admin/commitment.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        return self.rows()

    def called(self, row: Commitment) -> str:
        return commitment_in_words(row)

    def rows(self) -> QuerySet[Commitment]:
        # Prefetched, not joined: a join would drop a commitment whose deal is hidden.
        return with_sizes(Commitment.objects.select_related("owner")).prefetch_related("deal")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commitment], search_term: str
    ) -> tuple[QuerySet[Commitment], bool]:
        for word in search_term.split():
            queryset = queryset.filter(
                Q(institution__name__icontains=word)
                | Q(institution__short_name__icontains=word)
                | Q(reference__icontains=word)
                | Q(deal__in=Deal.objects.filter(name__icontains=word).order_by())
            )
        return queryset, False

    def page_view(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        return commitment_page(request, self.find(object_id))

    @admin.display(description=later("Institution"), ordering="institution")
    def whose(self, row: Commitment) -> str:
        return str(row.institution)

    @admin.display(description=later("Deal"))
    def shown_deal(self, row: Commitment) -> str:
        deal = getattr(row, "deal", None)
        return deal.name if deal else ""

    @admin.display(description=later("Instrument"), ordering="instrument")
    def kind(self, row: Commitment) -> str:
        return instrument_word(row.instrument)

    @admin.display(description=later("Stage"), ordering="stage")
    def standing(self, row: Commitment) -> SafeString:
        return format_html("{} {}", words(row.stage), class_badge(row.stage))

    @admin.display(description=later("Size"))
    def stated(self, row: Commitment) -> SafeString:
        return number(size_in_words(getattr(row, "size", None)))

    @admin.display(description=later("Valid until"), ordering="valid_until")
    def until(self, row: Commitment) -> date | None:
        return row.valid_until

    @admin.display(description=later("Told to"), ordering="level")
    def told_to(self, row: Commitment) -> SafeString:
        return level_badge(row, row.owner.short_name)

    @admin.display(description=later("Origin"))
    def shown_origin(self, row: Commitment) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)


@dataclass(frozen=True)
class Next:
    """A stage that may come next, and what is missing for it now."""

    stage: str
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        return words(self.stage)

    @property
    def badge(self) -> SafeString:
        return class_badge(self.stage)


def commitment_page(
    request: HttpRequest,
    commitment: Commitment,
    *,
    move: MoveForm | None = None,
    level: LevelForm | None = None,
    confirmation: ConfirmationForm | None = None,
    refused: dict[str, Form] | None = None,
) -> HttpResponseBase:
    """The page; with a form that was refused, it answers 422 and shows it as it was filled in.

    `refused`: a form of the ledger or of the links, by its name.
    """
    who = person(request)
    own = commitment.owner_id == who.institution_id and commitment.origin == Origin.REGISTERED
    size = getattr(commitment, "size", None)
    nexts = next_stages(commitment) if own else []
    officer = own and who.may(Permission.COMMITMENTS_WRITE)
    stages = [step.stage for step in nexts]
    price = Price.objects.filter(commitment=commitment).first()
    facts: dict[str, object] = {
        "opts": Commitment._meta,
        "original": commitment,
        "line": ShownCommitment(CommitmentLine(commitment)),
        "deal": getattr(commitment, "deal", None),
        "price": price_in_words(price.margin_bps, price.fees, price.premium) if price else "",
        "steps": [ShownStep(step) for step in commitment.steps.all()],
        "conditions": [ShownCondition(row, commitment.owner.short_name) for row in conditions_of(commitment.pk)],
        "may_add": officer and not_effective_yet(commitment.stage),
        "renews": _renewed(commitment),
        "linked": linked_of(commitment, officer=officer, refused=refused),
        "history": told([commitment.pk, *([size.pk] if size else [])]),
        "class_badge": class_badge(commitment.stage),
        "level_badge": level_badge(commitment, commitment.owner.short_name),
        "size_badge": level_badge(size, commitment.owner.short_name) if size else "",
        "origin": origin_badge(commitment.origin, demo=commitment.demo),
        "own": own,
        "officer": officer,
        "nexts": nexts,
        "ledger": ledger_of(commitment, own=own, officer=officer, refused=refused),
        "waiting": Approval.objects.filter(row_id=commitment.pk, decision="").select_related("prepared_by").first(),
        "officers": with_role(who.institution_id, Role.OFFICER) if own and not officer else (),
    }
    if officer:
        facts["move"] = move or MoveForm(commitment=commitment, stages=stages)
        facts["level"] = level or LevelForm(commitment=commitment)
    published = commitment.origin == Origin.PUBLISHED
    if published:
        facts["confirmed"] = confirmation_of(commitment)
    if published and commitment.institution_id == who.institution_id and who.may(Permission.COMMITMENTS_WRITE):
        facts["confirmation"] = confirmation or ConfirmationForm()
    status = 422 if move or level or confirmation or refused else 200
    return site.show(request, "admin/commitment.html", facts, title=str(commitment.institution), status=status)


def _renewed(commitment: Commitment) -> tuple[str, UUID] | None:
    """What it takes up, where the asker sees that: how it is called, and its id."""
    if commitment.renews_id is None:
        return None
    found = Commitment.objects.filter(pk=commitment.renews_id).select_related("institution").first()
    return (commitment_in_words(found), found.pk) if found else None


def next_stages(commitment: Commitment) -> list[Next]:
    """Stages that its owner can choose, each with what is missing."""
    nexts = []
    for stage, lacks in requirements.next_stages(commitment).items():
        missing = [*lacks.values(), *([NEXT_STEP[Requirement.FOUR_EYES]] if needs_two(commitment.stage, stage) else [])]
        nexts.append(Next(stage, tuple(in_plain_words(step_to_do(step)) for step in missing)))
    return nexts
