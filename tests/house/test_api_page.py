"""The reference page of the API tells of every list, of every route that writes, and of every type of event."""

import re
from collections import defaultdict
from pathlib import Path

from django.urls import URLPattern

from institutions.api.conventions.resources import Resource
from institutions.isolation.raising import walled_models
from institutions.isolation.walls import Confidential, Curated
from institutions.journal.naming import type_of
from network import feed
from network.api.v1 import urlpatterns

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "api.md").read_text()
# However its lines break.
TEXT = re.sub(r"\s+", " ", PAGE)
# Of two with one address the first answers.
ROUTES = {
    re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern).replace("<str:key>", "{id}")): route.callback.view_class
    for route in reversed(urlpatterns)
    if isinstance(route, URLPattern) and hasattr(route.callback, "view_class")
}


def named(begin: str, end: str) -> list[str]:
    """What a passage of the page sets in code."""
    (passage,) = re.findall(f"{re.escape(begin)}(.*?){re.escape(end)}", TEXT)
    return re.findall(r"`([^`]+)`", passage)


def lists() -> list[Resource]:
    found = {getattr(view, "resource", None) for name, view in ROUTES.items() if "/" not in name}
    return [resource for resource in found if isinstance(resource, Resource)]


def test_every_route_that_writes_is_told() -> None:
    writing = [
        f"{method.upper()} /{route}"
        for route, view in ROUTES.items()
        for method in ("post", "patch", "put", "delete")
        if hasattr(view, method)
    ]
    assert len(writing) > 40
    assert [route for route in writing if not re.search(rf"`{re.escape(route)}[` ]", TEXT)] == []


def test_the_lists_without_a_time_of_change_are_told() -> None:
    without = {resource.name for resource in lists() if "updated_after" not in resource.filters.base_filters}
    told = named("takes a time. Without it:", ". -")
    assert sorted(told) == sorted(without)


def test_the_lists_in_another_order_are_told() -> None:
    other = {resource.name for resource in lists() if resource.reading.order != ("told_at", "id")}
    told = named("in the order in which its rows were told;", "by date.")
    assert sorted(told) == sorted(other)


def test_the_types_of_events_are_told() -> None:
    assert named("Types, each of which you read under its own address too:", ". An") == sorted(feed.READINGS)


def test_what_is_told_as_a_change_of_its_whole_is_told() -> None:
    wholes = defaultdict(set)
    for table, (whole, _column) in feed.PARTS.items():
        wholes[f"{whole}.updated"].add(type_of(table))
    told = re.findall(r"^\| (an? .*) \| `(\w+\.updated)` \|$", PAGE, re.MULTILINE)
    assert {whole: set(re.findall(r"`(\w+)`", parts)) for parts, whole in told} == wholes


def test_what_the_feed_leaves_out_is_told() -> None:
    logged = {model._meta.db_table for model, wall in walled_models() if isinstance(wall, Confidential | Curated)}
    assert set(named("Left out:", "- A cursor")) == {type_of(table) for table in logged - set(feed.TABLES)}
