"""What is done on the page of a project: state a fact, tell it further, say that it is another one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.forms import put_refusal
from deals.admin.project_forms import FactForm, OneForm, ProjectLevelForm
from deals.admin.projects import project_page
from deals.models import Project, ProjectMerge, SameAs
from deals.sentences.words import word
from deals.services.facts import state_fact
from deals.services.projects import tell_project
from deals.services.sameness import agree_to_merge, end_link, link_same, merge_projects, withdraw_merge
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import Approval, Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal


@site.page("deals/project/<uuid:project_id>/fact/", name="deals_project_fact")
def fact(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """States a fact of any project that the officer sees, in the name of its own institution."""
    project, who = _project(project_id), person(request)
    if not who.may(Permission.PROJECTS_WRITE):
        people = with_role(who.institution_id, Role.OFFICER)
        facts: dict[str, object] = {"people": people, "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=_("State a fact"), status=403)
    form = FactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state_fact(by=who, project=project, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        except Refusal as refusal:
            form.put_refusal(refusal)
        else:
            messages.success(request, _("Stated. What your institution said of it before stays, superseded."))
            return redirect("admin:deals_project_change", project.pk)
    status = 422 if request.method == "POST" else 200
    return site.show(
        request, "admin/project_fact.html", {"form": form, "project": project}, title=_("State a fact"), status=status
    )


@site.page("deals/project/<uuid:project_id>/level/", name="deals_project_level")
def level(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """Narrower at once; further when an approver confirms."""
    project = _own(request, project_id)
    if request.method != "POST":
        return redirect("admin:deals_project_change", project.pk)
    form = ProjectLevelForm(request.POST)
    if form.is_valid():
        wanted = Level(form.cleaned_data["level"])
        try:
            asked = tell_project(by=person(request), project=project, level=wanted)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            waits = _("An approver of your institution is asked to tell it to '%(level)s'. Until then nothing changes.")
            says = waits if asked else _("Told from now on: '%(level)s'.")
            messages.success(request, says % {"level": word(wanted)})
            return redirect("admin:deals_project_change", project.pk)
    return project_page(request, project, level=form)


@site.page("deals/project/<uuid:project_id>/one/", name="deals_project_one")
def one(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """Links one's own project to another, or merges the two."""
    project = _own(request, project_id)
    if request.method != "POST":
        return redirect("admin:deals_project_change", project.pk)
    form = OneForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, _said(person(request), project, form))
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            return redirect("admin:deals_project_change", project.pk)
    return project_page(request, project, one=form)


@site.page("deals/same-as/<uuid:link_id>/end/", name="deals_sameas_end")
def end(request: HttpRequest, link_id: UUID) -> HttpResponseBase:
    """Ends a link of one's own."""
    link = SameAs.objects.filter(pk=link_id, owner_id=person(request).institution_id).first()
    if link is None:
        raise Http404
    if request.method == "POST":
        try:
            end_link(by=person(request), link=link)
            messages.success(request, _("The link has ended."))
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_project_change", link.project_id)


@site.page("deals/project-merge/<uuid:merge_id>/agree/", name="deals_projectmerge_agree")
def agree(request: HttpRequest, merge_id: UUID) -> HttpResponseBase:
    """Lays the agreement to another owner's proposal before an approver."""
    word = _merge(merge_id)
    if request.method == "POST":
        try:
            agree_to_merge(by=person(request), proposal=word)
            says = _("An approver of your institution is asked to agree. Until then nothing changes.")
            messages.success(request, says)
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_project_change", word.survivor_id)


@site.page("deals/project-merge/<uuid:merge_id>/withdraw/", name="deals_projectmerge_withdraw")
def withdraw(request: HttpRequest, merge_id: UUID) -> HttpResponseBase:
    """Takes one's own word back."""
    word = _merge(merge_id)
    if word.owner_id != person(request).institution_id:
        raise Http404
    if request.method == "POST":
        try:
            withdraw_merge(by=person(request), word=word)
            messages.success(request, _("Withdrawn: the two are two projects again."))
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_project_change", word.survivor_id)


def _said(who: Staff, project: Project, form: OneForm) -> str:
    other, act, told = form.cleaned_data["other"], form.cleaned_data["act"], Level(form.cleaned_data["level"])
    if act == "same":
        link_same(by=who, project=project, other=other, level=told)
        return _("Noted: %(project)s is the same project as %(other)s.") % {"project": project, "other": other}
    old, survivor = (project, other) if act == "into" else (other, project)
    made = merge_projects(by=who, project=old, survivor=survivor, level=told)
    both = {"old": old, "survivor": survivor}
    if isinstance(made, Approval):
        return _("An approver is asked to propose to the other owner that %(old)s becomes %(survivor)s.") % both
    return _("Merged: %(old)s is from now on %(survivor)s.") % both


def _project(project_id: UUID) -> Project:
    found = Project.objects.select_related("owner").filter(pk=project_id).first()
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, project_id: UUID) -> Project:
    """One of the asker's own; another's is as missing here as a hidden one."""
    rows = Project.objects.select_related("owner", "network", "source")
    found = rows.filter(pk=project_id, owner_id=person(request).institution_id).first()
    if found is None:
        raise Http404
    return found


def _merge(merge_id: UUID) -> ProjectMerge:
    """A word whose projects the asker sees."""
    found = ProjectMerge.objects.select_related("project", "survivor").filter(pk=merge_id).first()
    if found is None:
        raise Http404
    return found
