"""The schema is valid, tells every route, and the answers are as it says."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from deals.money import Money
from deals.services.covers import promise_together
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from network.api.v1 import urlpatterns
from tests.acts import letter, signed
from tests.api import APPROVES, WRITES, System, person_of, system_of

pytestmark = pytest.mark.slow


@pytest.fixture
def schema(db):
    found = System().get("schema")
    assert found.status == 200
    return found.body


def test_it_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate(schema)


def test_it_tells_every_route_of_the_version(schema):
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern))
        for route in urlpatterns
        if str(route.pattern) not in ("schema", "docs", "")
    }
    assert set(schema["paths"]) == routes


def test_it_was_made_without_a_warning(db, capsys):
    from drf_spectacular.drainage import GENERATOR_STATS

    GENERATOR_STATS.reset()
    System().get("schema")
    assert not GENERATOR_STATS, capsys.readouterr().err


def test_every_list_answers_in_the_shape_that_it_tells(schema, cast):
    letter(cast, Level.PARTIES)
    signed(cast)
    with acting_as(cast.mina):
        both = [letter(cast, stage="enquiry") for _ in range(2)]
        promise_together(by=cast.mina, commitments=both, money=Money.of("60000000", "USD"))
    mina = person_of("mina@hanok.example")
    for name in ("networks", "institutions", "memberships", "companies", "minerals", "projects", "deals", "tranches",
                 "parties", "commitments", "approvals", "fx-rates", "project-facts", "same-as", "project-merges",
                 "confirmations", "movements", "transfers", "movement-proposals", "allocations",
                 "allocation-lines", "cover-links", "participations", "joint-amounts"):  # fmt: skip
        told = schema["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = mina.get(name).body
        # Without a field more or less, which a schema alone would let pass.
        Draft202012Validator(told | {"components": schema["components"]}).validate(page)
        item = schema["components"]["schemas"][told["$ref"].split("/")[-1]]["properties"]["results"]["items"]["$ref"]
        for row in page["results"]:
            assert set(row) == set(schema["components"]["schemas"][item.split("/")[-1]]["properties"])


def test_the_pages_ask_no_outside_host(db):
    page = System().get("docs")
    assert page.status == 200
    assert not re.search(rb"(src|href)=[\"'](https?:)?//", page.raw)
    assert b"cdn" not in page.raw
    for asset in re.findall(rb"(?:src|href)=\"(/static/[^\"]+)\"", page.raw):
        assert System().get(asset.decode()).status == 200


def test_it_names_the_version_wherever_one_is_asked_for(schema, cast):
    # Whatever may be written with each of the scopes: those that prepare and those that approve are two systems.
    scopes = f"{WRITES} projects:write mandates:write deals:write webhooks:manage", APPROVES
    asked = [system_of("austral", each) for each in scopes]
    told, refused = set(), set()
    for path, methods in schema["paths"].items():
        for method in methods.keys() & {"post", "patch"}:
            operation = f"{method.upper()} {path}"
            if any(given["name"] == "If-Match" for given in methods[method].get("parameters", [])):
                told.add(operation)
            address = re.sub(r"{\w+}", str(cast.deal.pk), path)
            if 428 in {system.send(method.upper(), address, {}).status for system in asked}:
                refused.add(operation)
    assert told == refused
    assert {"POST /api/v1/transfers/{key}/withdraw", "PATCH /api/v1/deals/{key}"} <= told
