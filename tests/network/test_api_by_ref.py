"""One's own rows under the names that one's own systems have for them, and many rows at once."""

import pytest

from deals.models import Commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.api import Answer, System, system_of
from tests.cast import Cast, in_a_year

ADDRESS = "commitments/by-ref/loans/L-77"
NONE_YET = {"If_None_Match": "*"}


def body(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "deal": str(cast.deal.pk),
        "instrument": "senior_loan",
        "stage": "enquiry",
        "valid_until": in_a_year().isoformat(),
        "size": {"money": {"amount": "150000000.00", "currency": "USD"}},
        "note": "first",
    } | more


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein")


def put(system: System, sent: object, **headers: str) -> Answer:
    return system.send("PUT", ADDRESS, sent, **headers)


def test_a_row_is_registered_once_and_changed_from_then_on(cast, rhein):
    assert rhein.get(ADDRESS).status == 404
    made = put(rhein, body(cast), **NONE_YET)
    assert made.status == 201, made.raw
    read = rhein.get(ADDRESS)
    assert read.body["id"] == made.body["id"]
    assert read.headers["ETag"] == f'"{read.body["version"]}"'
    version = {"If_Match": read.headers["ETag"]}
    changed = put(rhein, body(cast, note="second", size={"money": {"amount": "7.00", "currency": "EUR"}}), **version)
    assert (changed.status, changed.body["id"], changed.body["note"]) == (200, made.body["id"], "second")
    assert changed.body["size"]["money"] == {"amount": "7.00", "currency": "EUR"}
    assert len(rhein.all("commitments?ref=loans:L-77")) == 1


def test_what_is_the_same_already_changes_nothing(cast, rhein):
    made = put(rhein, body(cast), **NONE_YET)
    again = put(rhein, body(cast), If_Match=made.headers["ETag"])
    assert (again.status, again.body["version"]) == (200, made.body["version"])


def test_a_put_says_what_it_was_decided_on(cast, rhein):
    assert put(rhein, body(cast)).status == 428
    early = put(rhein, body(cast), If_Match='"x"')
    assert (early.status, early.codes) == (412, {"/If-Match": "not_there"})
    made = put(rhein, body(cast), **NONE_YET)
    twice = put(rhein, body(cast, note="twice"), **NONE_YET)
    assert (twice.status, twice.codes) == (412, {"/If-None-Match": "exists"})
    assert put(rhein, body(cast, note="late"), If_Match='"x"').status == 412
    assert rhein.get(ADDRESS).body["version"] == made.body["version"]


def test_what_a_change_cannot_reach_is_named(cast, rhein):
    made = put(rhein, body(cast), **NONE_YET)
    refused = put(rhein, body(cast, stage="letter_of_interest", instrument="guarantee"), If_Match=made.headers["ETag"])
    assert (refused.status, refused.codes) == (422, {"/stage": "fixed", "/instrument": "fixed"})


def test_each_institution_has_names_of_its_own(cast, rhein):
    assert put(rhein, body(cast), **NONE_YET).status == 201
    other = put(system_of("austral"), body(cast), **NONE_YET)
    assert other.status == 201
    assert other.body["id"] != rhein.get(ADDRESS).body["id"]


def test_anothers_row_is_not_put_under_a_name_of_ones_own(cast, rhein):
    told = letter(cast, Level.LEAD, by="rolf", approver="rita")
    austral = system_of("austral")
    named = {"object": {"type": "commitment", "id": str(told.pk)}, "scheme": "loans", "value": "L-77"}
    assert austral.post("external-references", named).status == 201
    assert austral.get(ADDRESS).status == 404
    assert put(austral, body(cast), If_Match='"x"').status == 412


@pytest.mark.parametrize("kind", ["deals", "projects"])
def test_deals_and_projects_have_such_names_too(cast, kind):
    austral = system_of("austral", "registry:read deals:write projects:write")
    facts = {
        "deals": {"network": str(cast.network.pk), "slug": "spruce", "name": "Spruce"},
        "projects": {"name": "Spruce", "country": "FI"},
    }[kind]
    address = f"{kind}/by-ref/book/S-1"
    made = austral.send("PUT", address, facts, **NONE_YET)
    assert made.status == 201, made.raw
    changed = austral.send("PUT", address, facts | {"name": "Spruce East"}, If_Match=made.headers["ETag"])
    assert (changed.status, changed.body["name"]) == (200, "Spruce East")


def test_many_rows_are_registered_in_one_request(cast, rhein):
    rows = [body(cast, note=f"row {number}") for number in range(20)]
    made = rhein.post("commitments/bulk", {"rows": rows}, Idempotency_Key="many")
    assert made.status == 201, made.raw
    assert [row["note"] for row in made.body["results"]] == [f"row {number}" for number in range(20)]
    again = rhein.post("commitments/bulk", {"rows": rows}, Idempotency_Key="many")
    assert (again.status, again.body) == (201, made.body)
    assert len(rhein.all("commitments")) == 20


def test_one_wrong_row_of_many_writes_nothing_and_each_wrong_field_is_named(cast, rhein):
    hidden = "00000000-0000-4000-8000-000000000000"
    rows: list[object] = [
        body(cast),
        body(cast, deal=hidden),
        body(cast, size={"money": {"amount": "1.5", "currency": "JPY"}}, stage="signed"),
        "a row",
        body(cast, price={"level": "network"}),
    ]
    refused = rhein.post("commitments/bulk", {"rows": rows})
    assert refused.status == 422
    assert refused.codes.keys() >= {"/rows/1/deal", "/rows/2/size/money/amount", "/rows/3", "/rows/4/price/level"}
    assert not any(pointer.startswith("/rows/0") for pointer in refused.codes)
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(owner=cast.bank("rhein")).exists()


def test_many_rows_need_the_right_that_one_needs(cast):
    reader = system_of("rhein", "registry:read")
    assert reader.post("commitments/bulk", {"rows": [body(cast)]}).status == 403
    assert reader.send("PUT", ADDRESS, body(cast), **NONE_YET).status == 403


@pytest.mark.parametrize("rows", [[], None, {}, [{}] * 1001])
def test_as_many_rows_as_a_request_may_have(cast, rhein, rows):
    assert rhein.post("commitments/bulk", {"rows": rows}).status == 422
