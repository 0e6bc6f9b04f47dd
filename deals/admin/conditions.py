"""Conditions precedent: the list, the page of one, and what its institution does with it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.condition_forms import DecideForm, FactsForm, NewConditionForm
from deals.admin.condition_waits import waits_in_words
from deals.admin.forms import put_refusal
from deals.admin.history import told
from deals.admin.output import offtake_against
from deals.admin.words import badge, level_badge, origin_badge, words
from deals.models import Commitment, Condition, ConditionState, Deal, Dependency, Origin
from deals.selectors.deal_page import find_deal
from deals.selectors.links import commitment_in_words
from deals.sentences.rows import condition_kind
from deals.sentences.words import listed
from deals.services.conditions import add_condition, change_condition, clear_condition, seen_by_two, tell_condition
from deals.services.deciding import Wait
from institutions.admin.people import with_role
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Approval, Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

# How a state looks; the word stands in it.
LOOKS = {
    ConditionState.OPEN: "conditional",
    ConditionState.SATISFIED: "firm",
    ConditionState.WAIVED: "status",
    ConditionState.LAPSED: "ended",
}


@dataclass(frozen=True)
class ShownCondition:
    """A condition as a line of a table."""

    condition: Condition
    owner: str

    @property
    def kind(self) -> str:
        return condition_kind(self.condition.kind)

    @property
    def badge(self) -> SafeString:
        return badge(words(self.condition.state), LOOKS[ConditionState(self.condition.state)])

    @property
    def evidence(self) -> str:
        row = self.condition
        return listed(text for text in (row.evidence, row.evidence_reference) if text)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.condition, self.owner)


@admin.register(Condition, site=site)
class ConditionAdmin(ReadingAdmin):
    list_display = ("shown_text", "shown_owner", "shown_kind", "standing", "due", "told_to")
    list_filter = ("state", "kind")
    search_fields = ("text", "owner__short_name")
    search_help_text = later("Words of the condition, or its institution")
    ordering = (F("due_on").asc(nulls_last=True), "told_at", "id")
    page_template = "admin/condition.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Condition]:
        return self.rows()

    def rows(self) -> QuerySet[Condition]:
        return Condition.objects.select_related("owner")

    def page_view(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        return condition_page(request, self.find(object_id))

    @admin.display(description=later("Text"), ordering="text")
    def shown_text(self, row: Condition) -> str:
        return row.text

    @admin.display(description=later("Institution"), ordering="owner__short_name")
    def shown_owner(self, row: Condition) -> str:
        return row.owner.short_name

    @admin.display(description=later("Kind"), ordering="kind")
    def shown_kind(self, row: Condition) -> str:
        return condition_kind(row.kind)

    @admin.display(description=later("State"), ordering="state")
    def standing(self, row: Condition) -> SafeString:
        return ShownCondition(row, row.owner.short_name).badge

    @admin.display(description=later("Due on"), ordering="due_on")
    def due(self, row: Condition) -> date | None:
        return row.due_on

    @admin.display(description=later("Told to"), ordering="level")
    def told_to(self, row: Condition) -> SafeString:
        return level_badge(row, row.owner.short_name)


def condition_page(
    request: HttpRequest, row: Condition, *, decide: DecideForm | None = None, facts_form: FactsForm | None = None
) -> HttpResponseBase:
    """The page; with a form that was refused, it answers 422 and shows it as it was filled in."""
    who = person(request)
    own = row.owner_id == who.institution_id and row.origin == Origin.REGISTERED
    officer = own and who.may(Permission.COMMITMENTS_WRITE)
    commitment = _of(row)
    deal = find_deal(row.deal_id)
    facts: dict[str, object] = {
        "opts": Condition._meta,
        "original": row,
        "shown": ShownCondition(row, row.owner.short_name),
        "commitment": commitment,
        "called": commitment_in_words(commitment) if commitment else "",
        "deal": deal,
        "origin": origin_badge(row.origin, demo=row.demo),
        "offtake": offtake_against(row, deal),
        "waits": waits_in_words(row),
        "history": told([row.pk]),
        "own": own,
        "officer": officer,
        "by_two": commitment is None or seen_by_two(commitment),
        "waiting": Approval.objects.filter(row_id=row.pk, decision="").select_related("prepared_by").first(),
        "officers": with_role(who.institution_id, Role.OFFICER) if own and not officer else (),
    }
    if officer and row.state == ConditionState.OPEN:
        facts["decide"] = decide or DecideForm(condition=row)
        facts["facts_form"] = facts_form or FactsForm(condition=row)
        (facts_form or facts["facts_form"]).offer(deal, but=row)  # type: ignore[attr-defined]
    status = 422 if decide or facts_form else 200
    return site.show(request, "admin/condition.html", facts, title=_("Condition precedent"), status=status)


@site.page("deals/condition/<uuid:condition_id>/decide/", name="deals_condition_decide")
def decide(request: HttpRequest, condition_id: UUID) -> HttpResponseBase:
    """Satisfies it, or lays waiving it before an approver."""
    row = _own(request, condition_id)
    if request.method != "POST":
        return redirect("admin:deals_condition_change", row.pk)
    form = DecideForm(request.POST, condition=row)
    if form.is_valid():
        given = form.cleaned_data
        reference = given.pop("evidence_reference")
        try:
            approval = clear_condition(by=person(request), condition=row, reference=reference, **given)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            says = _("It waits for an approver.") if approval else _("The condition is now: %(state)s.")
            messages.success(request, says % {"state": words(given["to"])})
            return redirect("admin:deals_condition_change", row.pk)
    return condition_page(request, row, decide=form)


@site.page("deals/condition/<uuid:condition_id>/facts/", name="deals_condition_facts")
def change(request: HttpRequest, condition_id: UUID) -> HttpResponseBase:
    """Changes what its institution says of it, and how far it is told."""
    row = _own(request, condition_id)
    if request.method != "POST":
        return redirect("admin:deals_condition_change", row.pk)
    form = FactsForm(request.POST, condition=row)
    form.offer(find_deal(row.deal_id), but=row)
    if form.is_valid():
        try:
            approval = _changed(person(request), row, form)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            asked = _("Changed. An approver of your institution is asked to tell it further.")
            messages.success(request, asked if approval else _("Changed."))
            return redirect("admin:deals_condition_change", row.pk)
    return condition_page(request, row, facts_form=form)


@site.page("deals/commitment/<uuid:commitment_id>/condition/", name="deals_commitment_condition")
def add_to_commitment(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Adds a condition to one of the asker's own commitments."""
    commitment = (
        Commitment.objects.select_related("institution")
        .filter(pk=commitment_id, owner_id=person(request).institution_id, origin=Origin.REGISTERED)
        .first()
    )
    deal = find_deal(commitment.deal_id) if commitment else None
    if commitment is None or deal is None:
        raise Http404
    return _add(request, deal, commitment)


@site.page("deals/deal/<uuid:deal_id>/condition/", name="deals_deal_condition")
def add_to_deal(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Adds a condition of the deal, which all lenders can name as theirs; its registrar alone does."""
    deal = find_deal(deal_id)
    if deal is None or deal.owner_id != person(request).institution_id or deal.origin != Origin.REGISTERED:
        raise Http404
    return _add(request, deal, None)


def _add(request: HttpRequest, deal: Deal, commitment: Commitment | None) -> HttpResponseBase:
    who = person(request)
    back = (
        reverse("admin:deals_commitment_change", args=[commitment.pk])
        if commitment
        else reverse("admin:deals_deal_change", args=[deal.pk])
    )
    if not who.may(Permission.COMMITMENTS_WRITE):
        facts = {"deal": deal, "people": with_role(who.institution_id, Role.OFFICER), "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=_("Add a condition"), status=403)
    form = NewConditionForm(request.POST or None)
    form.offer(deal)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_condition(by=who, draft=form.draft(), deal=deal, commitment=commitment, level=form.told)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            waits = _("It is added once an approver confirms.")
            messages.success(request, waits if isinstance(made, Approval) else _("The condition stands."))
            return redirect(back)
    facts = {
        "form": form,
        "of": commitment_in_words(commitment) if commitment else deal,
        "back": back,
        "by_two": commitment is not None and seen_by_two(commitment),
    }
    status = 422 if request.method == "POST" else 200
    return site.show(request, "admin/condition_new.html", facts, title=_("Add a condition"), status=status)


def _of(row: Condition) -> Commitment | None:
    """The commitment that it is of, where it is of one that the asker sees."""
    if row.commitment_id is None:
        return None
    return Commitment.objects.select_related("institution").filter(pk=row.commitment_id).first()


def _own(request: HttpRequest, condition_id: UUID) -> Condition:
    """One of the asker's own; another's is as missing here as a hidden one."""
    row = (
        Condition.objects.select_related("owner")
        .filter(pk=condition_id, owner_id=person(request).institution_id, origin=Origin.REGISTERED)
        .first()
    )
    if row is None:
        raise Http404
    return row


def _changed(who: Staff, row: Condition, form: FactsForm) -> Approval | None:
    given = form.cleaned_data
    facts = {name: given[name] for name in ("due_on", "responsible")}
    named = form.waits()
    kept = [] if given["waits_no_more"] else _kept(row)
    change_condition(
        by=who,
        condition=row,
        waits_for=[*kept, *named] if named or given["waits_no_more"] else None,
        **{name: value for name, value in facts.items() if value != getattr(row, name)},
    )
    return tell_condition(by=who, condition=row, level=Level(given["level"]))


def _kept(row: Condition) -> list[Wait]:
    """What it waits for already, as far as its owner still sees it."""
    there = Dependency.objects.filter(condition=row, dropped_on__isnull=True)
    commitments = {c.pk: c for c in Commitment.objects.filter(pk__in=there.values("awaited"))}
    shared = {c.pk: c for c in Condition.objects.filter(pk__in=there.values("shared"))}
    return [
        Wait(commitments.get(wait.awaited_id) if wait.awaited_id else None, wait.stage, shared.get(wait.shared_id))  # type: ignore[arg-type]
        for wait in there
        if wait.awaited_id in commitments or wait.shared_id in shared
    ]
