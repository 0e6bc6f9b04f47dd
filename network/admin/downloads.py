"""A list of the web admin as a file: what its filters and its search find, from the first row to the last."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

import deals.admin  # noqa: F401  # its lists are registered before they are offered as files
from deals.api.conditions import CONDITIONS
from deals.api.resources import COMMITMENTS, COMPANIES, PROJECTS
from deals.api.resources import RESOURCES as OF_DEALS
from institutions.admin.site import person, site
from institutions.api.conventions.resources import Resource
from institutions.api.resources import RESOURCES as OF_INSTITUTIONS
from institutions.selectors.reading import Rows
from institutions.services.acting import as_it_stands
from network.export.chunks import chunks
from network.export.columns import cells_of, columns_of
from network.export.files import KINDS, answer, head


def _file_of(resource: Resource, model: Any, kind: str) -> Callable[[HttpRequest], HttpResponseBase]:
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        try:
            listed = site.get_model_admin(model).get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if request.method == "HEAD":
            return head(kind, resource.name)

        def rows() -> Rows:
            return resource.reading.rows().filter(pk__in=listed.get_queryset(request).order_by().values("pk"))

        who = person(request)
        columns = columns_of(resource.shape, [])
        cells = chunks(resource.reading, cells_of(columns), rows=rows, who=lambda: as_it_stands(who))
        return answer(kind, resource.name, columns, cells)

    return view


def _offer(resource: Resource) -> None:
    """Puts the two files of a list below it, where the web admin has such a list."""
    model = resource.reading.rows().model
    if not site.is_registered(model):
        return
    site.get_model_admin(model).list_after_template = "admin/parts/downloads.html"
    app, name = model._meta.app_label, model._meta.model_name
    for kind in KINDS:
        site.page(f"{app}/{name}/list.{kind}", name=f"{app}_{name}_{kind}")(_file_of(resource, model, kind))


for _resource in (*OF_INSTITUTIONS, *OF_DEALS, COMPANIES, PROJECTS, COMMITMENTS, CONDITIONS):
    _offer(_resource)
