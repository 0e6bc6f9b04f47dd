"""Importing a spreadsheet in the web admin: upload, columns, questions, rows, confirm, result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.sentences.words import word
from institutions.admin.people import with_role
from institutions.admin.refusing import in_plain_words
from institutions.admin.site import person, site
from institutions.journal.naming import type_of
from institutions.languages import in_words
from institutions.permissions import Role
from institutions.refusals import NotFound, Refusal, Unmet
from institutions.selectors.reading import Row
from network.admin.import_forms import ColumnsForm, QuestionsForm, TakeBackForm, UploadForm
from network.export.files import attached
from network.models import Import, ImportState
from network.selectors.imports import Upload, imports_of, made_by, upload_of
from network.services import importing
from network.services.import_refusals import RowsStay
from network.services.previewing import Preview
from network.services.taking_back import take_back_import
from network.services.wrong_rows import wrong_rows

# What taking back does, by kind.
_UNDONE = {
    "projects": later("Projects are told to nobody else any more; your institution keeps them."),
    "deals": later("Deals are cancelled, which an approver confirms."),
    "commitments": later("Commitments are withdrawn."),
}
# More are a file to be corrected, not a page to be read.
_SHOWN = 200


@site.page("imports/", name="imports")
def imports(request: HttpRequest) -> HttpResponseBase:
    """Uploading a file, and the imports of one's institution."""
    who = person(request)
    kinds = [kind for kind, right in importing.RIGHTS.items() if who.may(right)]
    facts: dict[str, object] = {"imports": imports_of(who.institution_id), "may": bool(kinds)}
    if not kinds:
        facts["officers"] = with_role(who.institution_id, Role.OFFICER)
        return site.show(request, "admin/imports.html", facts, title=_("Import"), status=200)
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            source = importing.start(
                by=who, kind=form.cleaned_data["kind"], name=file.name or "", content=form.content()
            )
        except Refusal as refusal:
            form.add_error("file" if refusal.pointer == "/file" else None, in_plain_words(in_words(refusal)))
        else:
            return redirect("admin:import", source.pk)
    status = 422 if request.method == "POST" else 200
    return site.show(request, "admin/imports.html", facts | {"form": form}, title=_("Import"), status=status)


@site.page("imports/<uuid:import_id>/", name="import")
def one(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """What the file says and leaves open; then what was made of it."""
    source = _source(import_id)
    mine = upload_of(source)
    if source.state == ImportState.RUNNING or (mine and mine.taking_back):
        return _running(request, source, mine)
    if source.state != ImportState.OPEN:
        return _done(request, source, mine)
    seen = _seen(request, source)
    if request.method == "POST":
        return _answered(request, source, seen)
    return _page(request, source, seen)


@site.page("imports/<uuid:import_id>/confirm/", name="import_confirm")
def confirm(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Makes all rows, or none."""
    source = _source(import_id)
    if request.method == "POST":
        try:
            made = importing.confirm(by=person(request), source=source)
        except NotFound:
            raise Http404 from None
        except Refusal as refusal:
            return _page(request, source, _seen(request, source), refused=refusal)
        if made is not None:
            says = _("Imported: %(count)s rows were made. What needs two persons waits for an approver.")
            messages.success(request, says % {"count": made})
    return redirect("admin:import", source.pk)


@site.page("imports/<uuid:import_id>/take-back/", name="import_take_back")
def take_back(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Reverses what the import made, or says what has gone too far."""
    source = _source(import_id)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            waiting = take_back_import(by=person(request), source=source, reason=form.cleaned_data["reason"])
        except RowsStay as stay:
            for each in [in_words(stay), *map(_, dict.fromkeys(stay.unmet.values()))][:20]:
                form.add_error(None, in_plain_words(each))
        else:
            if waiting is None:
                return redirect("admin:import", source.pk)
            says = _("The import is taken back.")
            if waiting:
                says = _(
                    "%(count)s of its rows wait for an approver. Once they are confirmed, take it back once more."
                ) % {"count": waiting}
            messages.success(request, says)
            return redirect("admin:import", source.pk)
    if request.method != "POST":
        return redirect("admin:import", source.pk)
    return _done(request, source, upload_of(source), form)


def _done(
    request: HttpRequest, source: Import, mine: Upload | None, form: TakeBackForm | None = None
) -> HttpResponseBase:
    rows = made_by(source)
    count = rows.count()
    may = person(request).may(importing.RIGHTS[source.kind]) and source.state == ImportState.DONE and mine is not None
    facts = {
        "source": source,
        "made": [_made(row) for row in rows[:_SHOWN]],
        "more": max(0, count - _SHOWN),
        "stopped": mine.stopped if mine else "",
        "stay": [(line, in_plain_words(_(says))) for line, says in mine.stay] if mine else [],
        "form": (form or TakeBackForm()) if may else None,
        "taken_back": source.state == ImportState.TAKEN_BACK,
        "undone": _UNDONE[source.kind],
    }
    title = _("Taken back") if facts["taken_back"] else _("Imported")
    return site.show(request, "admin/import_done.html", facts, title=title, status=422 if form else 200)


def _running(request: HttpRequest, source: Import, mine: Upload | None) -> HttpResponseBase:
    """How far the worker is, for whoever uploaded the file; for colleagues, that it is at it."""
    facts = {"source": source, "progress": mine}
    title = _("Being taken back") if mine and mine.taking_back else _("Being imported")
    return site.show(request, "admin/import_running.html", facts, title=title, status=200)


@site.page("imports/<uuid:import_id>/errors.csv", name="import_errors")
def errors(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The rows that can't be imported as they are, with the reasons."""
    return attached(wrong_rows(_seen(request, _source(import_id))), "rows-in-error")


def _answered(request: HttpRequest, source: Import, seen: Preview) -> HttpResponseBase:
    """Takes up what one of the page's two forms says."""
    columns = ColumnsForm(request.POST if "columns" in request.POST else None, seen=seen)
    questions = QuestionsForm(request.POST if "questions" in request.POST else None, seen=seen)
    form = columns if "columns" in request.POST else questions
    if str(source.revision) != request.POST.get("revision"):
        messages.error(request, _("Something was answered in between. Look at it as it now stands, and answer again."))
    elif form.is_valid():
        try:
            importing.answer(by=person(request), source=source, **form.answered())
        except Refusal as refusal:
            form.add_error(None, in_plain_words(in_words(refusal)))
            return _page(request, source, seen, columns=columns, questions=questions)
    else:
        return _page(request, source, seen, columns=columns, questions=questions)
    return redirect("admin:import", source.pk)


def _page(
    request: HttpRequest,
    source: Import,
    seen: Preview,
    *,
    columns: ColumnsForm | None = None,
    questions: QuestionsForm | None = None,
    refused: Refusal | None = None,
) -> HttpResponseBase:
    says: list[str] = []
    if refused:
        said = list(map(_, refused.unmet.values())) if isinstance(refused, Unmet) else [in_words(refused)]
        says = [in_plain_words(each) for each in dict.fromkeys(said)][:20]
    told = [row for row in seen.rows if row.stands_in_the_way]
    rest = [row for row in seen.rows if not row.stands_in_the_way]
    facts: dict[str, object] = {
        "source": source,
        "seen": seen,
        "missing": [_(name) for name in seen.missing],
        "columns": columns or ColumnsForm(seen=seen),
        "questions": questions or QuestionsForm(seen=seen),
        "counts": seen.counts,
        "rows": [(row, _in_words(row.reading)) for row in [*told, *rest][:_SHOWN]],
        "more": max(0, sum(seen.counts.values()) - _SHOWN),
        "in_the_way": seen.in_the_way,
        "stopped": mine.stopped if (mine := upload_of(source)) else "",
        "ready": bool(seen.ready) and not told and not seen.questions,
        "says": says,
    }
    status = 422 if refused or columns or questions else 200
    return site.show(
        request, "admin/import.html", facts, title=_("Import %(kind)s") % {"kind": word(source.kind)}, status=status
    )


def _source(import_id: UUID) -> Import:
    found = Import.objects.filter(pk=import_id).first()
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest, source: Import) -> Preview:
    try:
        return importing.look(by=person(request), source=source)
    except NotFound:
        raise Http404 from None


def _in_words(reading: dict[str, str]) -> list[tuple[str, str]]:
    return [(word(name), value) for name, value in reading.items() if value]


def _made(row: Row) -> dict[str, Any]:
    kind = type_of(row["of_table"])
    try:
        address = reverse(f"admin:{row['of_table']}_change", args=[row["row_id"]])
    except NoReverseMatch:
        address = ""
    return {"line": row["line"], "kind": word(kind), "address": address}
