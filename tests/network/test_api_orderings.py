"""Each list in each of its orders: every row once, in order, page by page."""

import pytest

from institutions.api.conventions.ordering import orderings
from tests.acts import letter
from tests.api import system_of
from tests.worlds.routes import routes

pytestmark = pytest.mark.slow

LISTS = [
    (route.resource.name, order)
    for route in routes()
    if route.is_list and route.resource
    for order in orderings(route.resource)
]


def test_lists_have_orders() -> None:
    assert ("commitments", "-updated_at") in LISTS
    assert ("deals", "-told_at") in LISTS


def test_a_list_can_be_read_in_each_of_its_orders(cast):
    austral = system_of("austral", "registry:read webhooks:manage")
    for name, order in LISTS:
        ids = [row["id"] for row in austral.all(f"{name}?ordering={order}&limit=2")]
        assert sorted(ids) == sorted(row["id"] for row in austral.all(name)), (name, order)


def test_what_changed_last_comes_first(committed_cast):
    rhein = system_of("rhein")
    first, second = (letter(committed_cast, by="rolf", approver="rita") for _ in range(2))
    path = f"commitments/{first.pk}"
    assert rhein.patch(path, {"note": "later"}, rhein.get(path).body["version"]).status == 200
    ids = [row["id"] for row in rhein.all("commitments?ordering=-updated_at&limit=1")]
    assert ids.index(str(first.pk)) < ids.index(str(second.pk))
    assert [row["id"] for row in rhein.all("commitments?ordering=updated_at&limit=1")] == ids[::-1]


def test_an_order_that_is_not_on_the_list_is_refused_and_named(cast):
    refused = system_of("rhein").get("commitments?ordering=size__amount")
    assert (refused.status, refused.codes) == (400, {"/ordering": "unknown_ordering"})
    assert "-updated_at" in refused.body["detail"]


def test_a_cursor_is_of_one_order(cast):
    rhein = system_of("rhein")
    for _ in range(2):
        letter(cast, by="rolf", approver="rita")
    following = rhein.get("commitments?ordering=updated_at&limit=1").body["next"]
    refused = rhein.get(following.replace("ordering=updated_at", "ordering=-updated_at"))
    assert (refused.status, refused.codes) == (400, {"/cursor": "invalid_cursor"})
