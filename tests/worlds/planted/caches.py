"""Answers kept for somebody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from rest_framework.response import Response

from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person
from institutions.api.conventions.resources import ListView
from tests.api import person_of
from tests.worlds.planted.leak import Leak


def _list_by_question(patch: pytest.MonkeyPatch) -> None:
    """A list over REST, kept by its address: who asks first decides what all are told."""
    kept: dict[str, Any] = {}
    shown = ListView.get

    def get(self: ListView, request: Any) -> Response:
        asked = request.get_full_path()
        if asked not in kept:
            kept[asked] = shown(self, request).data
        return Response(kept[asked])

    patch.setattr(ListView, "get", get)


def _page_by(key: Callable[[HttpRequest], str]) -> Callable[[pytest.MonkeyPatch], None]:
    def keep(patch: pytest.MonkeyPatch) -> None:
        kept: dict[str, Any] = {}
        listed = ReadingAdmin.get_changelist_instance

        def get_changelist_instance(self: ReadingAdmin, request: HttpRequest) -> Any:
            asked = f"{key(request)} {self.model.__name__}"
            if asked not in kept:
                kept[asked] = listed(self, request)
                kept[asked].result_list = list(kept[asked].result_list)
            return kept[asked]

        patch.setattr(ReadingAdmin, "get_changelist_instance", get_changelist_instance)

    return keep


def _maple_looks() -> None:
    reader = person_of("marc@maple.example")
    for name in ("commitments", "deals", "companies", "projects"):
        reader.get(f"/api/v1/{name}")


def _mina_looks() -> None:
    reader = person_of("mina@hanok.example")
    for name in ("commitment", "deal"):
        reader.get(f"/admin/deals/{name}/")


def _maple_searches() -> None:
    person_of("marc@maple.example").get("/admin/deals/deal/?q=Zirkelite")


LISTS = r"^api/v1/(commitments|deals)$"
PAGES = r"^admin/deals/(commitment|deal)/$"
CACHES = (
    Leak("a list kept by its address alone", "a rival's system", LISTS, _list_by_question, first=_maple_looks),
    Leak(
        "a search kept by its words alone", "a rival's officer", PAGES,
        _page_by(lambda request: request.get_full_path()), first=_maple_searches,
    ),
    Leak(
        "a page kept by the asker's institution", "a colleague outside the team", PAGES,
        _page_by(lambda request: f"{person(request).institution_id} {request.path}"), first=_mina_looks,
    ),
)  # fmt: skip
