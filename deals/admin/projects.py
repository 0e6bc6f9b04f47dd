"""Projects: the list, the page of one, and registering one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.esg import esg_card
from deals.admin.forms import put_refusal
from deals.admin.history import told
from deals.admin.map import Mark, drawn
from deals.admin.output import output_of
from deals.admin.ownership import tree_of
from deals.admin.project_forms import LEVELS, OneForm, ProjectForm, ProjectLevelForm
from deals.admin.stack import shown_stack
from deals.admin.words import level_badge, origin_badge
from deals.models import (
    Deal,
    DevelopmentStage,
    FactCode,
    FactKind,
    Origin,
    Project,
    ProjectFact,
    ProjectMerge,
    SameAs,
)
from deals.selectors.checking import project_doubts
from deals.selectors.deal_page import amount_in_words
from deals.selectors.duplicates import likeness_of, suggest_duplicates
from deals.selectors.facts import facts_of
from deals.selectors.project_map import site_of
from deals.selectors.projects import stage_now, standing_at
from deals.selectors.sameness import family_of, proposals_to, survivor_of
from deals.selectors.stack import project_stack
from deals.sentences.days import day_in_words
from deals.sentences.words import listed, word
from deals.services.projects import register_project
from institutions.admin.people import with_role
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Approval, Confidential
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

# What other applications put beside a name.
BESIDE: list[Callable[[HttpRequest, UUID], SafeString]] = []


@dataclass(frozen=True)
class ShownFact:
    """A statement as one line of the facts' table."""

    fact: ProjectFact
    current: bool
    shown: bool

    @property
    def about(self) -> str:
        fact = self.fact
        of = [fact.mineral.name] if fact.mineral else []
        return listed([word(fact.code), *of, *([word(fact.category)] if fact.category else [])])

    @property
    def value(self) -> str:
        fact = self.fact
        match fact.kind:
            case FactKind.TEXT:
                return word(fact.text)
            case FactKind.DATE:
                return day_in_words(fact.day) if fact.day else ""
            case FactKind.MONEY:
                return amount_in_words(fact.amount, fact.currency)
        if fact.quantity is None:
            return ""
        facts = {"quantity": f"{fact.quantity.normalize():,f}", "unit": word(fact.unit)}
        if fact.form:
            return _("%(quantity)s %(unit)s as %(form)s") % (facts | {"form": word(fact.form)})
        if fact.grade is None:
            return _("%(quantity)s %(unit)s") % facts
        facts |= {"grade": f"{fact.grade.normalize():f}", "grade_unit": word(fact.grade_unit)}
        return _("%(quantity)s %(unit)s at %(grade)s %(grade_unit)s") % facts

    @property
    def on(self) -> str:
        return day_in_words(self.fact.as_of, self.fact.precision)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.fact, self.fact.owner.short_name)

    @property
    def origin(self) -> SafeString:
        return origin_badge(self.fact.origin, demo=self.fact.demo)


class StageFilter(admin.SimpleListFilter):
    """By the development stage that is shown to the asker, as the list has it."""

    title = later("development")
    parameter_name = "development_stage"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(stage.value, word(stage.value)) for stage in DevelopmentStage]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> QuerySet[Project]:
        chosen = self.value()
        return standing_at(queryset, [chosen]) if chosen else queryset


@admin.register(Project, site=site)
class ProjectAdmin(ReadingAdmin):
    list_display = ("shown_name", "shown_country", "yields", "stage", "chain", "shown_origin")
    list_filter = (StageFilter, "origin")
    search_fields = ("name", "slug", "country", "region")
    search_help_text = later("Name, country code or region")
    page_template = "admin/project.html"
    list_before_template = "admin/parts/register_project.html"

    def rows(self) -> QuerySet[Project]:
        return Project.objects.select_related("owner", "network", "source").prefetch_related(
            "minerals__mineral", "companies__company"
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return Project.objects.annotate(stage_now=stage_now()).prefetch_related("minerals__mineral")

    def page_view(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The page; an old id leads to the project that it is now, for whoever sees both."""
        project = self.find(object_id)
        if survivor := survivor_of(project.pk):
            messages.info(request, _("%(project)s was merged into this project.") % {"project": project})
            return redirect("admin:deals_project_change", survivor)
        return project_page(request, project)

    # Named here and not by the model, whose names of fields are those of the API.
    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Project) -> str:
        return row.name

    @admin.display(description=later("Country"), ordering="country")
    def shown_country(self, row: Project) -> str:
        return row.country

    @admin.display(description=later("Minerals"))
    def yields(self, row: Project) -> str:
        return listed(link.mineral.name for link in row.minerals.all())

    @admin.display(description=later("Development"), ordering="stage_now")
    def stage(self, row: Project) -> str:
        return word(row.stage_now)  # type: ignore[attr-defined]  # the list's own question asks for it

    @admin.display(description=later("Supply chain"))
    def chain(self, row: Project) -> str:
        return listed(word(stage) for stage in row.chain_stages)

    @admin.display(description=later("Origin"))
    def shown_origin(self, row: Project) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)


def project_page(
    request: HttpRequest, project: Project, *, level: ProjectLevelForm | None = None, one: OneForm | None = None
) -> HttpResponseBase:
    """The page; with a form that was refused, it answers 422 and shows it as it was filled in."""
    who = person(request)
    own = project.owner_id == who.institution_id
    officer = own and who.may(Permission.PROJECTS_WRITE)
    family = family_of(project.pk)
    lines = [ShownFact(*line) for line in facts_of(family)]
    present = {line.fact.code: line for line in lines if line.shown}
    stage, cost = present.get(FactCode.DEVELOPMENT_STAGE), present.get(FactCode.CAPEX)
    deals = list(Deal.objects.filter(project__in=family).order_by("name", "id"))
    esg = esg_card(family)
    owners, output = tree_of(family), output_of(family)
    stated: list[Confidential] = [
        *(each.row for each in owners.statements),
        *(each.row for each in output.contracts),
        *(each.row for each in esg.categories),
        *(each.row for each in esg.principles if each.row),
    ]
    mark = Mark(site_of(project, {deal.status for deal in deals}))
    facts: dict[str, object] = {
        "opts": Project._meta,
        "original": project,
        **drawn([mark] if mark.x is not None else []),
        "facts": lines,
        "answers": "admin:deals_project_answer" if officer and project.origin == Origin.REGISTERED else "",
        "doubts": project_doubts(project, list(family)),
        "stack": shown_stack(request, lambda currency, on: project_stack(project, currency=currency, on=on)),
        "capex": cost.value if cost else amount_in_words(project.capex_amount, project.capex_currency),
        "capex_on": cost.on if cost else project.capex_as_of and day_in_words(project.capex_as_of, "month"),
        "chain": listed(word(each) for each in project.chain_stages),
        "stage": stage.value if stage else word(project.development_stage),
        "origin": origin_badge(project.origin, demo=project.demo),
        "told_to": level_badge(project, project.owner.short_name),
        "deals": deals,
        # Whose company is hidden from the asker has no name to show here.
        "companies": [link for link in project.companies.all() if getattr(link, "company", None)],
        "levels": LEVELS,
        "me": who.institution_id,
        "esg": esg,
        "owners": owners,
        "output": output,
        "keeps": officer and project.origin == Origin.REGISTERED,
        "states": who.may(Permission.PROJECTS_WRITE),
        "own": own,
        "beside": [part(request, project.pk) for part in BESIDE],
        "history": told(_rows(project, family, lines, stated)),
        "links": _links(project),
        "merges": _merges(family),
        "proposals": [word for word in proposals_to(who.institution_id) if _touches(word, family)],
        "waiting": Approval.objects.filter(row_id=project.pk, decision="").select_related("prepared_by").first(),
    }
    if officer:
        facts["duplicates"] = suggest_duplicates(likeness_of(project), but=project.pk)
        facts["one"] = one or OneForm()
        if project.origin == Origin.REGISTERED:
            facts["level"] = level or ProjectLevelForm(initial={"level": project.level})
    status = 422 if level or one else 200
    return site.show(request, "admin/project.html", facts, title=project.name, status=status)


def _rows(project: Project, family: list[UUID], lines: list[ShownFact], more: list[Confidential]) -> list[UUID]:
    """What its history is of: the project with those that it absorbed, and what is stated of it."""
    parts: list[Confidential] = [
        *project.minerals.all(),
        *project.companies.all(),
        *(line.fact for line in lines),
        *more,
    ]
    return [*family, *(part.pk for part in parts)]


def _links(project: Project) -> list[tuple[SameAs, Project]]:
    """Each link with the project at its other end; who does not see that is told of no link."""
    rows = SameAs.objects.filter(ended_at__isnull=True).select_related("project", "other", "owner")
    mine, named = rows.filter(project=project), rows.filter(other=project)
    return [*((link, link.other) for link in mine), *((link, link.project) for link in named)]


def _merges(family: list[UUID]) -> QuerySet[ProjectMerge]:
    """Words that absorbed others into this project, or propose to."""
    rows = ProjectMerge.objects.filter(survivor__in=family, withdrawn_at__isnull=True)
    return rows.select_related("project", "owner").order_by("project__name", "owner__short_name", "id")


def _touches(word: ProjectMerge, family: list[UUID]) -> bool:
    return word.project_id in family or word.survivor_id in family


@site.page("deals/project/register/", name="deals_project_register")
def register(request: HttpRequest) -> HttpResponseBase:
    """The form. Where projects that the officer sees could be the same, they are shown before anything is made."""
    who = person(request)
    if not who.may(Permission.PROJECTS_WRITE):
        people = with_role(who.institution_id, Role.OFFICER)
        facts: dict[str, object] = {"people": people, "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=_("Register a project"), status=403)
    form = ProjectForm(request.POST or None)
    alike = []
    if request.method == "POST" and form.is_valid():
        alike = [] if form.cleaned_data["different"] else suggest_duplicates(form.likeness())
        if alike:
            says = _("These could be the same project. Look at them; then tick that none is, or leave it.")
            form.add_error(None, says)
        else:
            try:
                level = Level(form.cleaned_data["level"])
                made = register_project(by=who, draft=form.draft(), level=level)
            except Refusal as refusal:
                put_refusal(form, refusal)
            else:
                messages.success(request, _what_happens_next(level))
                return redirect("admin:deals_project_change", made.pk)
    status = 422 if request.method == "POST" else 200
    facts = {"form": form, "duplicates": alike}
    return site.show(request, "admin/project_register.html", facts, title=_("Register a project"), status=status)


def _what_happens_next(level: Level) -> str:
    if level is Level.OWN:
        return _("The project is registered. Only your institution sees it.")
    says = _("The project is registered. It is told to your institution only until an approver confirms '%(level)s'.")
    return says % {"level": word(level)}
