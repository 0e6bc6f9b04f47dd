"""What is done about companies: register and correct one, name it in a project, state who holds and takes what."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.admin.company_forms import CompanyForm, HoldingForm, OfftakeForm, RoleForm, filled_from
from deals.admin.stating import not_an_officer, seen_project, shown, stated, tell_level
from deals.models import Company, CompanyRole, Holding, Offtake, Project
from deals.services.companies import change_company, end_role, name_role, register_company, tell_company
from deals.services.offtakes import state_offtake, tell_offtake
from deals.services.ownership import state_holding, tell_holding
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import Approval, Staff
from institutions.refusals import Refusal


@site.page("deals/company/register/", name="deals_company_register")
def register(request: HttpRequest) -> HttpResponseBase:
    """A company of one's own."""
    title = _("Register a company")
    if refused := not_an_officer(request, title):
        return refused
    form = CompanyForm(request.POST or None)

    def act(who: Staff) -> str:
        made = register_company(by=who, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        return _("Registered: '%(name)s'.") % {"name": made.name}

    about = _(
        "Companies are borrowers, sponsors, offtakers and whoever holds them. Only your institution sees it until you "
        "tell it further."
    )
    return shown(request, form, act, "admin:deals_company_changelist", title=title, about=about)


@site.page("deals/company/<uuid:company_id>/correct/", name="deals_company_correct")
def correct(request: HttpRequest, company_id: UUID) -> HttpResponseBase:
    """What is known of one of one's own."""
    company = Company.objects.select_related("owner").filter(
        pk=company_id, owner_id=person(request).institution_id
    ).first()  # fmt: skip
    if company is None:
        raise Http404
    title = _("Change a company")
    if refused := not_an_officer(request, title):
        return refused
    form = CompanyForm(request.POST or None, initial=filled_from(company))

    def act(who: Staff) -> str:
        change_company(by=who, company=company, **form.facts())
        company.refresh_from_db()
        return _what_follows(tell_company(by=who, company=company, level=Level(form.cleaned_data["level"])))

    return shown(request, form, act, "admin:deals_company_change", company.pk, title=title, about=company.name)


@site.page("deals/project/<uuid:project_id>/company/", name="deals_project_company")
def role(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """Names a company of one's own project."""
    project = seen_project(project_id)
    if project.owner_id != person(request).institution_id:
        raise Http404
    title = _("Name a company")
    if refused := not_an_officer(request, title):
        return refused
    form = RoleForm(request.POST or None)

    def act(who: Staff) -> str:
        name_role(by=who, project=project, **form.cleaned_data)
        return _("Named. Whoever is told of the project is told once an approver confirms.")

    return shown(request, form, act, "admin:deals_project_change", project.pk, title=title, about=project.name)


@site.page("deals/company-role/<uuid:role_id>/end/", name="deals_companyrole_end")
def end(request: HttpRequest, role_id: UUID) -> HttpResponseBase:
    """Today is the last day of a company in its role."""
    found = CompanyRole.objects.select_related("project__owner").filter(
        pk=role_id, owner_id=person(request).institution_id, project__name__isnull=False
    ).first()  # fmt: skip
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            end_role(by=person(request), role=found, on=timezone.now().date())
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            messages.success(request, _("Ended: today is its last day."))
    return redirect("admin:deals_project_change", found.project_id)


@site.page("deals/project/<uuid:project_id>/holding/", name="deals_project_holding")
def holding_of_project(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """States who holds a project that the officer sees."""
    return _holding(request, seen_project(project_id), "admin:deals_project_change")


@site.page("deals/company/<uuid:company_id>/holding/", name="deals_company_holding")
def holding_of_company(request: HttpRequest, company_id: UUID) -> HttpResponseBase:
    """States who holds a company that the officer sees."""
    company = Company.objects.select_related("owner", "network").filter(pk=company_id).first()
    if company is None:
        raise Http404
    return _holding(request, company, "admin:deals_company_change")


@site.page("deals/project/<uuid:project_id>/offtake/", name="deals_project_offtake")
def offtake(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """States who takes what of a project that the officer sees."""
    project = seen_project(project_id)
    title = _("State an offtake")
    if refused := not_an_officer(request, title):
        return refused
    form = OfftakeForm(request.POST or None, project=project, initial={"as_of": timezone.now().date()})

    def act(who: Staff) -> str:
        state_offtake(by=who, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        return stated()

    return shown(request, form, act, "admin:deals_project_change", project.pk, title=title, about=project.name)


@site.page("deals/holding/<uuid:row_id>/level/", name="deals_holding_level")
def holding_level(request: HttpRequest, row_id: UUID) -> HttpResponseBase:
    """Tells one's own statement of a holding further or narrower."""
    rows = Holding.objects.select_related("owner", "project", "company", "holder")
    row = rows.filter(pk=row_id, owner_id=person(request).institution_id).first()
    if row is None:
        raise Http404
    tell_level(request, lambda level: tell_holding(by=person(request), holding=row, level=level))
    if row.project_id:
        return redirect("admin:deals_project_change", row.project_id)
    return redirect("admin:deals_company_change", row.company_id)


@site.page("deals/offtake/<uuid:row_id>/level/", name="deals_offtake_level")
def offtake_level(request: HttpRequest, row_id: UUID) -> HttpResponseBase:
    """Tells one's own statement of an offtake further or narrower."""
    rows = Offtake.objects.select_related("owner", "project", "buyer")
    row = rows.filter(pk=row_id, owner_id=person(request).institution_id).first()
    if row is None:
        raise Http404
    tell_level(request, lambda level: tell_offtake(by=person(request), offtake=row, level=level))
    return redirect("admin:deals_project_change", row.project_id)


def _holding(request: HttpRequest, held: Project | Company, back: str) -> HttpResponseBase:
    title = _("State a holding")
    if refused := not_an_officer(request, title):
        return refused
    form = HoldingForm(request.POST or None, held=held, initial={"as_of": timezone.now().date()})

    def act(who: Staff) -> str:
        state_holding(by=who, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        return stated()

    about = _("Who holds %(held)s") % {"held": held}
    return shown(request, form, act, back, held.pk, title=title, about=about)


def _what_follows(asked: Approval | None) -> str:
    if asked:
        return _("An approver of your institution is asked. Until then it is told as far as before.")
    return _("Done.")
